import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { repository } from '../repository/support';
import { suiteFolder } from '../support/suite-folder';

const { path: folder } = suiteFolder();
const site = join(folder, 'site');
let pages: string[];

beforeAll(() => {
  const typedoc = join(repository, 'node_modules/typedoc/bin/typedoc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [typedoc, '--out', site], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  // A warning is an error: a link to nothing, a type that is mentioned and not there.
  if (status !== 0) throw new Error(stdout + stderr);
  pages = (readdirSync(site, { recursive: true }) as string[]).filter((name) => name.endsWith('.html')).sort();
}, 180_000);

const text = (page: string): string => readFileSync(join(site, page), 'utf8');

/** What a page links to or shows, without other hosts. */
function targetsOf(page: string): string[] {
  const found = [...text(page).matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, target]) => target!);
  return found.filter((target) => !/^(?:[a-z]+:|#$)/.test(target)).map((target) => target.replaceAll('&amp;', '&'));
}

it('has the documents, the library and what extensions are made of', () => {
  expect(pages).toEqual(
    expect.arrayContaining([
      'index.html',
      'modules/movinet-native_extend.html',
      'classes/movinet-native.Trainer.html',
      'documents/Tutorial.html',
    ]),
  );
});

it('has every document', () => {
  const documents = (readdirSync(join(repository, 'docs'), { recursive: true }) as string[]).filter((name) =>
    name.endsWith('.md'),
  );
  const titles = documents.map(
    (name) => /^# (.+)$/m.exec(readFileSync(join(repository, 'docs', name), 'utf8'))?.[1] ?? name,
  );
  const shown = pages
    .filter((page) => page.startsWith('documents/'))
    .map((page) => /<h1[^>]*>(.*?)<\/h1>/s.exec(text(page))?.[1] ?? '');
  expect(titles.filter((title) => !shown.some((one) => one.includes(title.replaceAll('&', '&amp;'))))).toEqual([]);
});

it('has no link to what there is not', () => {
  const anchors = new Map(
    pages.map((page) => [page, new Set([...text(page).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!))]),
  );
  const broken = pages.flatMap((page) =>
    targetsOf(page).flatMap((target) => {
      const [path = '', anchor] = decodeURI(target).split('#');
      const file = path === '' ? page : relative(site, join(site, dirname(page), path));
      const isThere =
        existsSync(join(site, file)) &&
        (anchor === undefined || anchor === '' || anchors.get(file)?.has(anchor) !== false);
      return isThere ? [] : [`${page}: ${target}`];
    }),
  );
  expect(broken).toEqual([]);
});

it('has no path of this machine', () => {
  expect(pages.filter((page) => text(page).includes(repository))).toEqual([]);
});
