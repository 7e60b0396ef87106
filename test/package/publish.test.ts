import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageJson } from '../repository/support';
import { suiteFolder } from '../support/suite-folder';
import { repository } from './support/installed-package';

const { path: folder } = suiteFolder();
const script = 'scripts/package/prebuilds/sources-stamp.mjs';

function stamp(...options: string[]): [status: number | null, stderr: string] {
  const { status, stderr } = spawnSync(process.execPath, [join(folder, script), ...options], { encoding: 'utf8' });
  return [status, stderr];
}

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

it('wants prebuilt addons of the sources that are there', () => {
  for (const name of ['package.json', 'CMakeLists.txt', 'cmake', 'native', 'scripts/setup', dirname(script)])
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  expect(stamp('--check', '--if-any')).toEqual([0, '']);
  expect(stamp('--check')).toEqual([1, expect.stringContaining('lacks linux-x64 and linux-arm64')]);
  const { stdout } = spawnSync(process.execPath, [join(folder, script), '--print'], { encoding: 'utf8' });
  for (const arch of ['x64', 'arm64']) write(`prebuilds/linux-${arch}/movinet-native.glibc.node`, '');
  write('prebuilds/linux-x64/sources.json', JSON.stringify({ sources: stdout }));
  expect(stamp('--check', '--if-any')).toEqual([1, expect.stringContaining('has linux-arm64 of other sources')]);
  write('prebuilds/linux-arm64/sources.json', JSON.stringify({ sources: stdout }));
  expect(stamp('--check')).toEqual([0, '']);
  appendFileSync(join(folder, 'native/exports.map'), '\n');
  expect(stamp('--check')[0]).toBe(1);
});

it('is asked before the package is published', () => {
  expect((packageJson() as { scripts?: Record<string, string> }).scripts?.['prepublishOnly']).toBe(
    `node ${script} --check`,
  );
});
