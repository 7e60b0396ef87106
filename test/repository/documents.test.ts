import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFiles, read, repository } from './support';

const documents = projectFiles().filter((file) => file.endsWith('.md'));

/** Text that is shown as it stands, such as a shell's. */
const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, '');

/** The anchors of a document's headings, as they are made on GitHub. */
function anchorsOf(file: string): Set<string> {
  const headings = [...withoutCode(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, text]) => text!);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

it.each(documents)('%s links to what there is', (document) => {
  const links = [...withoutCode(read(document)).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, target]) => target!);
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? document : join(dirname(document), path);
    if (!existsSync(join(repository, file))) return true;
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor);
  });
  expect(broken).toEqual([]);
});

it.each(documents.filter((file) => file !== 'CHANGELOG.md'))(
  '%s names files and folders that there are',
  (document) => {
    const named = [...withoutCode(read(document)).matchAll(/`((?:lib|native|scripts|test|docs|cmake)\/[\w./-]+)`/g)];
    const missing = named
      .map(([, path]) => path!)
      .filter((path) => !path.includes('NAME') && !existsSync(join(repository, path)));
    expect(missing).toEqual([]);
  },
);
