import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suiteFolder } from '../support/suite-folder';
import { PackageProject } from './support/installed-package';

const { path: folder } = suiteFolder();
let project: PackageProject;
beforeAll(() => {
  project = new PackageProject(folder);
}, 120_000);

it('is what publint takes for right', () => {
  const { status, stdout, stderr } = project.tool('publint/src/cli.js', 'run', '--strict', project.archive);
  expect({ status, stderr, found: stdout.includes('All good!') ? '' : stdout }).toEqual({
    ...{ status: 0, stderr: '', found: '' },
  });
});

it('has types that every module resolution of TypeScript finds, of the module that Node loads', () => {
  const { status, stdout } = project.tool(
    '@arethetypeswrong/cli/dist/index.js',
    project.archive,
    '--profile',
    'node16',
  );
  expect({ status, found: status === 0 ? '' : stdout }).toEqual({ status: 0, found: '' });
});

it('holds what it runs and builds, and nothing else', () => {
  const { files } = project;
  const tops = new Set(files.map((file) => file.split('/')[0]));
  // There where `npm run build:prebuilds` made them.
  tops.delete('prebuilds');
  expect([...tops].sort()).toEqual(
    [
      ...['CHANGELOG.md', 'CMakeLists.txt', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'],
      ...['cmake', 'dist', 'docs', 'native', 'package.json', 'scripts'],
    ].sort(),
  );
  const strange = files.filter((file) => /\.test\.|(?<!\.d)\.ts$|^native\/bench\/|^scripts\/(?!setup)/.test(file));
  expect(strange).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      ...['dist/index.js', 'dist/index.mjs', 'dist/index.d.ts', 'dist/index.d.mts', 'dist/report/page/script.js'],
      ...['dist/sample/backbone/ckpt.index', 'native/sources.txt', 'scripts/setup/pins/libtensorflow-cpu.txt'],
    ]),
  );
});

it('has every document that one of its documents links to', () => {
  const there = new Set(project.files);
  const documents = project.files.filter((file) => file.endsWith('.md'));
  const missing = documents.flatMap((file) => {
    const text = readFileSync(join(project.place, file), 'utf8');
    const links = [...text.matchAll(/\]\((?!\w+:)([^)#\s]+\.md)/g)].map(([, target]) => join(dirname(file), target!));
    // But for the clone's tools.
    return links
      .filter((target) => !there.has(target) && !target.startsWith('scripts/'))
      .map((target) => `${file}: ${target}`);
  });
  expect(missing).toEqual([]);
});

it('has nothing that npm would build when it installs', () => {
  // Of a package with one, where only a lockfile is read, which says nothing of `gypfile`.
  expect(project.files).not.toContain('binding.gyp');
});

it('names nothing of the machine that compiled it', () => {
  const { stdout } = project.run('grep', ['-rlF', '--', process.cwd(), project.place]);
  expect(stdout).toBe('');
});
