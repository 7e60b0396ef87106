import { callModule } from './support/modules';

const lock = {
  '': { name: 'root' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true },
};

function matches(installed: unknown): unknown {
  const expression = 'm.installedMatchesLock(input.lock, input.installed ?? undefined)';
  return callModule('scripts/setup/npm-packages.mjs', expression, { lock, installed });
}

const a = { version: '1.0.0', integrity: 'sha512-a' };

it.each<[string, unknown, boolean]>([
  ['accepts what the lockfile says, without other platforms', { 'node_modules/a': a }, true],
  ['sees that nothing is installed', undefined, false],
  ['sees a missing package', {}, false],
  ['sees another version', { 'node_modules/a': { ...a, version: '1.0.1' } }, false],
  ['sees another content of the same version', { 'node_modules/a': { ...a, integrity: 'sha512-c' } }, false],
  ['sees a package too many', { 'node_modules/a': a, 'node_modules/b': a }, false],
])('%s', (_name, installed, expected) => {
  expect(matches(installed)).toBe(expected);
});
