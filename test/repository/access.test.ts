import ts from 'typescript';
import { EXCEPTIONS } from './exceptions';
import { ownImports, packageImports, room, sourceFiles } from './imports';
import { packageJson, read } from './support';

/** Functions of `node:fs` that change the disk; reading is free to all. */
const WRITERS = new Set(
  [
    'appendFile',
    'copyFile',
    'cp',
    'createWriteStream',
    'mkdir',
    'mkdtemp',
    'rename',
    'rm',
    'rmdir',
    'unlink',
    'writeFile',
  ].flatMap((name) => [name, `${name}Sync`]),
);
/** Node's own ways to the network. */
const NETWORK = ['node:dgram', 'node:http', 'node:http2', 'node:https', 'node:net', 'node:tls', 'undici'];
/** Folders that must run, and be tested, where nothing was built. */
const WITHOUT_ADDON = ['base', 'io', 'metrics', 'report'];

/** What must have ended before anything else can begin. */
const LOADER = ['lib/native/addon.ts', 'lib/native/package.ts'];

/** Every name that a file calls or takes from another module. */
function names(file: string): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node)) found.add((node.propertyName ?? node.name).text);
    else if (ts.isPropertyAccessExpression(node)) found.add(node.name.text);
    else if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) found.add(node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
  return found;
}

/** `open(path, 'r')` reads; with another flag it writes. */
function opensForWriting(file: string): boolean {
  return [...read(file).matchAll(/\bopen\([^()]*,\s*'([^']+)'/g)].some(([, flags]) => flags !== 'r');
}

const files = sourceFiles('lib');
const uses = new Map(files.map((file) => [file, names(file)]));
const outside = (...rooms: string[]): string[] => files.filter((file) => !rooms.includes(room(file, 'lib')));

it('touches the binary in native/addon.ts alone', () => {
  const loaders = packageImports('lib').filter(({ to }) => to === 'node-gyp-build' || to === 'node:module');
  const opened = files.filter((file) => uses.get(file)!.has('dlopen'));
  expect(new Set([...loaders.map(({ from }) => from), ...opened])).toEqual(new Set(['lib/native/addon.ts']));
});

it.each(WITHOUT_ADDON.filter((name) => sourceFiles(`lib/${name}`).length > 0))(
  'runs and tests lib/%s without the addon',
  (name) => {
    const reached = new Set(sourceFiles(`lib/${name}`));
    const edges = [...ownImports('lib'), ...ownImports('test')];
    for (const file of sourceFiles(`test/${name}`)) reached.add(file);
    for (const file of reached) edges.filter(({ from }) => from === file).forEach(({ to }) => reached.add(to));
    expect([...reached].filter((file) => file.startsWith('lib/native/'))).toEqual([]);
  },
);

it('changes the disk in io/ alone', () => {
  const writers = outside('io').filter((file) => {
    const fs = packageImports('lib').some(({ from, to }) => from === file && /^node:fs(\/promises)?$/.test(to));
    return fs && ([...uses.get(file)!].some((name) => WRITERS.has(name)) || opensForWriting(file));
  });
  expect(writers.filter((file) => !(file in EXCEPTIONS.disk))).toEqual([]);
  expect(Object.keys(EXCEPTIONS.disk).filter((file) => !writers.includes(file))).toEqual([]);
});

it('uses the network in io/ alone', () => {
  const modules = packageImports('lib').filter(({ to }) => NETWORK.includes(to));
  const fetching = files.filter((file) => uses.get(file)!.has('fetch'));
  const users = [...new Set([...modules.map(({ from }) => from), ...fetching])];
  const found = users.filter((file) => room(file, 'lib') !== 'io');
  expect(found.filter((file) => !(file in EXCEPTIONS.network))).toEqual([]);
  expect(Object.keys(EXCEPTIONS.network).filter((file) => !found.includes(file))).toEqual([]);
});

it('waits for the disk and for processes only in cli/, runtime/ and the loader', () => {
  const waiting = outside('cli', 'runtime').filter((file) => {
    const modules = packageImports('lib').filter(({ from }) => from === file);
    const blocks = modules.some(({ to }) => /^node:(fs|child_process)(\/promises)?$/.test(to));
    return blocks && [...uses.get(file)!].some((name) => name.endsWith('Sync'));
  });
  const found = waiting.filter((file) => !LOADER.includes(file));
  expect(found.filter((file) => !(file in EXCEPTIONS.synchronous))).toEqual([]);
  expect(Object.keys(EXCEPTIONS.synchronous).filter((file) => !found.includes(file))).toEqual([]);
});

it('ships nothing that imports scripts/, tests or a development dependency', () => {
  const { dependencies } = packageJson();
  const packages = packageImports('lib').filter(({ to }) => !to.startsWith('node:') && !(to in dependencies));
  const own = ownImports('lib').filter(({ to }) => !to.startsWith('lib/'));
  expect([...packages, ...own]).toEqual([]);
});
