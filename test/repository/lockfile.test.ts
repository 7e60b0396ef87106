import { read } from './support';

interface LockedPackage {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };

/** Whether a package at `path` finds `name` in its own node_modules or in one of the folders above. */
function resolves(path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (`${folder}/node_modules/${name}` in packages) return true;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}` in packages;
  }
}

it('holds every package that another names, those of other platforms too: `npm ci` refuses it otherwise', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !resolves(path, name))
      .map((name) => `${path} → ${name}`),
  );
  expect(missing).toEqual([]);
});

it('leaves the choice of registry to the user', () => {
  const bound = Object.entries(packages).filter(([, entry]) => entry.resolved?.startsWith('http'));
  expect(bound).toEqual([]);
});
