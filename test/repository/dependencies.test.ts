import { packageJson, pinnedWheels, read } from './support';

/** The rows `| name | version | reason |` of a section of docs/dependencies.md. */
function rows(heading: string): Map<string, { version: string; reason: string }> {
  const section =
    read('docs/dependencies.md')
      .split(/^## /m)
      .find((text) => text.startsWith(heading)) ?? '';
  const cells = [...section.matchAll(/^\| `([^`]+)` \| (.*?) \| (.*?) \|$/gm)];
  return new Map(cells.map(([, name, version, reason]) => [name!, { version: version!, reason: reason! }]));
}

function versions(heading: string): Record<string, string> {
  return Object.fromEntries([...rows(heading)].map(([name, { version }]) => [name, version]));
}

it('documents each npm package with its version', () => {
  const { dependencies, devDependencies } = packageJson();
  expect(versions('npm packages that it runs with')).toEqual(dependencies);
  expect(versions('npm packages that it is built and tested with')).toEqual(devDependencies);
});

it('documents each wheel with its version', () => {
  expect(versions('Python wheels')).toEqual(Object.fromEntries(pinnedWheels()));
});

it('documents each system package that set-up installs', () => {
  const installed = [...read('scripts/setup/system-packages.mjs').matchAll(/^\s*(?:\{ )?apt: '([^']+)'/gm)];
  expect([...rows('System packages').keys()].sort()).toEqual(installed.map(([, name]) => name!).sort());
});

it('gives a reason for each', () => {
  const headings = [
    'npm packages that it runs with',
    'npm packages that it is built and tested with',
    'Python wheels',
    'System packages',
  ];
  const empty = headings.flatMap((heading) => [...rows(heading)]).filter(([, { reason }]) => reason.trim() === '');
  expect(empty).toEqual([]);
});
