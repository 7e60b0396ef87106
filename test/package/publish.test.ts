import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageJson } from '../repository/support';
import { suiteFolder } from '../support/suite-folder';
import { repository } from './support/installed-package';

const { path: folder } = suiteFolder();
const script = 'scripts/package/prebuilds/sources-stamp.mjs';

function stamp(option: string): [status: number | null, stderr: string] {
  const { status, stderr } = spawnSync(process.execPath, [join(folder, script), option], { encoding: 'utf8' });
  return [status, stderr];
}

function write(name: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), '');
}

it('wants prebuilt addons of the native sources that are there', () => {
  for (const name of ['package.json', 'CMakeLists.txt', 'cmake', 'native', 'scripts/setup', script])
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  expect(stamp('--check')).toEqual([
    1,
    expect.stringContaining('lacks linux-x64/movinet-native.glibc.node and linux-arm64/'),
  ]);
  for (const arch of ['x64', 'arm64']) write(`prebuilds/linux-${arch}/movinet-native.glibc.node`);
  expect(stamp('--check')).toEqual([1, expect.stringContaining('prebuilds/ is of other native sources')]);
  expect(stamp('--write')).toEqual([0, '']);
  expect(stamp('--check')).toEqual([0, '']);
  appendFileSync(join(folder, 'native/exports.map'), '\n');
  expect(stamp('--check')[0]).toBe(1);
});

it('is asked before the package is published', () => {
  expect((packageJson() as { scripts?: Record<string, string> }).scripts?.['prepublishOnly']).toBe(
    `node ${script} --check`,
  );
});
