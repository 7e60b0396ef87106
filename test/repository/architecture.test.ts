import { EXCEPTIONS } from './exceptions';
import { findCycle, type Import, knownByFolder, nativeIncludes, ownImports, room } from './imports';
import { projectFiles } from './support';

/** What every folder may know; it knows no other itself. */
const GROUND: Record<string, string> = { lib: 'base', native: '' };

const imports = { lib: ownImports('lib'), native: nativeIncludes() };

function folders(root: string): string[] {
  const inside = projectFiles().filter((file) => file.startsWith(`${root}/`) && /\.(ts|cc|h)$/.test(file));
  return [...new Set(inside.map((file) => room(file, root)))].sort();
}

/** Imports that the table does not allow, as `from → to`. */
function forbidden(root: 'lib' | 'native'): Import[] {
  const table = knownByFolder(`\`${root}/\``);
  return imports[root].filter(({ from, to }) => {
    const [own, other] = [room(from, root), room(to, root)];
    const known = table.get(own);
    return own !== other && other !== GROUND[root] && known !== null && known?.includes(other) !== true;
  });
}

describe.each(['lib', 'native'] as const)('%s', (root) => {
  it('has a row in docs/architecture.md for every folder, and no other', () => {
    expect([...knownByFolder(`\`${root}/\``).keys()].sort()).toEqual(folders(root));
  });

  it('imports only what the table allows', () => {
    const found = forbidden(root).map(({ from, to }) => `${from} → ${to}`);
    expect(found.filter((edge) => !(edge in EXCEPTIONS.imports))).toEqual([]);
  });

  it('has no files that import one another in a ring', () => {
    expect(findCycle(imports[root])).toBeUndefined();
  });
});

it('has a table without rings: arrows point down', () => {
  const rows = [...knownByFolder('`lib/`')].flatMap(([from, known]) => (known ?? []).map((to) => ({ from, to })));
  expect(rows.length).toBeGreaterThan(10);
  expect(findCycle(rows)).toBeUndefined();
});

it('has no exception that nothing needs', () => {
  const found = [...forbidden('lib'), ...forbidden('native')].map(({ from, to }) => `${from} → ${to}`);
  expect(Object.keys(EXCEPTIONS.imports).filter((edge) => !found.includes(edge))).toEqual([]);
});

it('finds a ring', () => {
  const ring = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'b' },
  ];
  expect(findCycle(ring)).toEqual(['b', 'c', 'b']);
});
