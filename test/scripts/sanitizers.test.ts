import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callModule, repository, run } from './support/modules';

const MODULE = 'scripts/testing/sanitizers.mjs';

it.each([
  ['core', /^TEST(_F|_P)?\(/m],
  ['addon', /^\s*(it|test)[.(]/m],
])('runs test files of the %s with sanitizers that there are', (half, test) => {
  const files = callModule(MODULE, 'm.sanitizedTests(input)', half) as string[];
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !test.test(readFileSync(join(repository, file), 'utf8')))).toEqual([]);
});

it('knows the sanitized addon by the name under which node-gyp-build looks for it', () => {
  const { env } = callModule(MODULE, "m.sanitizedNode('asan')") as { env: Record<string, string> };
  expect(Object.keys(env)).toContain('MOVINET_NATIVE_PREBUILD');
  const suppressions = Object.values(env).flatMap((options) => /suppressions=([^:]+)/.exec(options)?.[1] ?? []);
  expect(suppressions.length).toBeGreaterThan(0);
  expect(suppressions.filter((file) => !existsSync(file))).toEqual([]);
});

it('takes arguments for one runner alone, as it cannot tell which of several they are for', () => {
  const { status, stderr } = run(process.execPath, ['scripts/run-tests.mjs', 'asan', '-t', 'tensors']);
  expect(status).toBe(2);
  expect(stderr).toContain('asan-core|asan-addon');
});
