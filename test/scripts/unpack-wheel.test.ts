import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository, run } from './support/modules';

const SCRIPT = join(repository, 'scripts/setup/unpack-wheel.py');
let folder: string;

function makeWheel(members: Record<string, string>): string {
  const wheel = join(folder, 'some.whl');
  const program =
    'import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  for n, t in json.loads(sys.argv[2]).items(): z.writestr(n, t)';
  expect(run('python3', ['-c', program, wheel, JSON.stringify(members)]).status).toBe(0);
  return wheel;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-wheel-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('unpacks what the rules name, under the names that they give', () => {
  const wheel = makeWheel({ 'tensorflow/liba.so.2': 'library', 'tensorflow/other.py': 'x', 'tool/bin/run': 'program' });
  const files = join(folder, 'files');
  const rules = [String.raw`tensorflow/(lib\w+\.so\.2)=lib/\1`, String.raw`tool/(bin/.*)=\1`];
  expect(run('python3', [SCRIPT, wheel, files, ...rules])).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(files, 'lib/liba.so.2'), 'utf8')).toBe('library');
  expect(readdirSync(files).sort()).toEqual(['bin', 'lib']);
  expect(statSync(join(files, 'bin/run')).mode & 0o111).toBe(0o111);
});

it('fails where a rule matches nothing', () => {
  const result = run('python3', [SCRIPT, makeWheel({ a: '' }), join(folder, 'files'), 'a=a', 'b/.*=b']);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain('holds nothing that matches b/.*');
});

it('refuses a member that would leave the folder', () => {
  const result = run('python3', [
    SCRIPT,
    makeWheel({ 'x/../../../outside': 'x' }),
    join(folder, 'files'),
    String.raw`x/(.*)=\1`,
  ]);
  expect(result.status).toBe(1);
  expect(result.stderr).toContain('outside');
  expect(existsSync(join(folder, 'outside'))).toBe(false);
});

it('fails on a damaged member', () => {
  const wheel = makeWheel({ 'lib/a': 'the content of a file' });
  const bytes = readFileSync(wheel);
  bytes[bytes.indexOf('content')] = 0x43;
  writeFileSync(wheel, bytes);
  const result = run('python3', [SCRIPT, wheel, join(folder, 'files'), 'lib/.*=a']);
  expect(result.status).not.toBe(0);
  expect(result.stderr).toContain('Bad CRC-32');
});

it('fails where a file cannot be written in full', () => {
  const wheel = makeWheel({ 'lib/a': 'x'.repeat(100_000) });
  const command = `ulimit -f 8; exec python3 '${SCRIPT}' '${wheel}' '${join(folder, 'files')}' 'lib/.*=a'`;
  const result = run('bash', ['-c', command]);
  expect(result.status).not.toBe(0);
  expect(result.stderr).toContain('File too large');
});
