import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { compilePackage } from '../package/support/installed-package';
import { projectFiles, repository } from '../repository/support';
import { suiteFolder } from '../support/suite-folder';
import { blocksOf, replaced } from './support/blocks';
import { DocumentMaterial } from './support/material';

/** Documents with tests of their own for what they show. */
const ELSEWHERE = ['README.md', 'docs/extending.md'];
const documents = projectFiles().filter((file) => file.endsWith('.md') && blocksOf(file, 'ts').length > 0);

/** What a document's pieces take for granted. */
const BEFORE: Readonly<Record<string, string>> = {
  'docs/data.md': `import { Predictor, Trainer, createClassifier, labelsAbove, loadVideoDataset, scoreLabels } from 'movinet-native';\n`,
  'docs/logs.md': `import { loadModel } from 'movinet-native';\nconst model = await loadModel('runs/first/model');\n`,
  'docs/metrics.md': `import { loadModel } from 'movinet-native';\nconst model = (await loadModel('runs/first/model'));\n`,
};

/** What is not to be had here, and what would take long. */
const HERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'docs/tutorial.md': {
    "await downloadUcf101Subset({ classes: 10, filesPerClass: { train: 30, test: 20 }, folder: 'videos/ucf101' })":
      '{ fileCount: 0, classes: typeof downloadUcf101Subset }',
    "'videos/ucf101'": "'parts'",
    'size: 224': 'size: 64',
  },
  'docs/how-to/streaming.md': {
    "'rtsp://camera/live'": "'clip1.mp4'",
    "'rtsp://camera/door', 'rtsp://camera/yard'": "'clip1.mp4', 'clip2.mp4'",
  },
  'docs/how-to/serving.md': {
    'server.listen(8080);':
      "server.listen(0, '127.0.0.1', () => console.log((server.address() as import('node:net').AddressInfo).port));",
  },
  'docs/data.md': {
    "'list.csv'": "'multi.csv'",
    "'clip.mp4'": "'clip1.mp4'",
  },
  'docs/metrics.md': {
    'topK({ k: 3 })': 'topK({ k: 2 })',
    "f1({ class: 'Archery' })": 'f1({ class: model.classes[0] as string })',
  },
};

const { path: folder } = suiteFolder();
const material = new DocumentMaterial(folder);
const place = mkdtempSync(
  join(mkdirSync(join(repository, 'build'), { recursive: true }) ?? join(repository, 'build'), 'docs-'),
);

beforeAll(async () => {
  compilePackage();
  await material.write();
}, 240_000);

afterAll(() => rmSync(place, { recursive: true }));

/** All pieces of a document as one program, on what is here. */
function programOf(document: string): string {
  return replaced([BEFORE[document] ?? '', ...blocksOf(document, 'ts')].join('\n'), HERE[document] ?? {});
}

const nameOf = (document: string): string => document.replaceAll(/\W/g, '-');

/** The program as JavaScript, in this checkout, where the package finds itself; it runs in a folder with the document's material. */
function compiled(document: string): { file: string; cwd: string; env: NodeJS.ProcessEnv } {
  const file = join(place, `${nameOf(document)}.mjs`);
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  writeFileSync(file, ts.transpileModule(programOf(document), { compilerOptions: options }).outputText);
  const cwd = material.workplace(`program-${nameOf(document)}`, ['first']);
  return { file, cwd, env: { ...process.env, XDG_CACHE_HOME: material.cache } };
}

function run(document: string): SpawnSyncReturns<string> {
  const { file, cwd, env } = compiled(document);
  return spawnSync(process.execPath, [file], { cwd, env, encoding: 'utf8' });
}

const own = documents.filter((document) => !ELSEWHERE.includes(document));
const ending = own.filter((document) => document !== 'docs/how-to/serving.md');

it('has documents with programs', () => {
  expect(own).toEqual(
    expect.arrayContaining(['docs/tutorial.md', 'docs/how-to/serving.md', 'docs/how-to/streaming.md']),
  );
});

it('has programs that are right by their types', () => {
  const typed = join(place, 'typed');
  mkdirSync(typed);
  for (const document of own)
    writeFileSync(join(typed, `${nameOf(document)}.mts`), `${programOf(document)}\nexport {};\n`);
  const compilerOptions = {
    ...{
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      types: ['node'],
      skipLibCheck: true,
    },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true },
  };
  writeFileSync(join(typed, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.mts'] }));
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', typed], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
}, 120_000);

it.each(ending)(
  '%s runs as it stands, on other material',
  (document) => {
    const { status, stderr, stdout } = run(document);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    if (document === 'docs/tutorial.md') {
      const [, difference] = /^\[ \d, 8, 64, 64, 3 \] float32\ntrue\n([\d.e-]+)\nstate_/m.exec(stdout) ?? [];
      expect(Number(difference)).toBeLessThan(1e-4);
    }
  },
  120_000,
);

it('docs/how-to/serving.md answers with the likeliest classes, and of what is no video says so', async () => {
  const { file, cwd, env } = compiled('docs/how-to/serving.md');
  const server = spawn(process.execPath, [file], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    const post = (body: Uint8Array<ArrayBuffer>): Promise<Response> =>
      fetch(`http://127.0.0.1:${port.toString().trim()}/`, { method: 'POST', body });
    const good = await post(new Uint8Array(readFileSync(join(cwd, 'clip1.mp4'))));
    expect([good.status, await good.json()]).toEqual([
      200,
      Array.from({ length: 2 }, () => ({
        label: expect.any(String),
        index: expect.any(Number),
        probability: expect.any(Number),
      })),
    ]);
    const bad = await post(new Uint8Array(100));
    expect([bad.status, await bad.json()]).toEqual([422, { error: 'this is no video that can be read' }]);
  } finally {
    server.kill('SIGKILL');
  }
}, 120_000);
