import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAddon } from '../../lib/native/addon';

const packageRoot = join(__dirname, '..', '..');

it('is the build that was asked for: the sanitized one where the tests run with a sanitizer', () => {
  loadAddon();
  const root = process.env['MOVINET_NATIVE_PREBUILD'] ?? packageRoot;
  expect(readFileSync('/proc/self/maps', 'utf8')).toContain(join(root, 'build/Release/movinet_native.node'));
});
