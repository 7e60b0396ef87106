import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { callModule, repository, run } from './support/modules';

// A python3 that stands in for pip: it "downloads" a wheel made beforehand. Everything else goes to the real one.
const FAKE_PYTHON = (realPython: string, wheel: string, download: string): string => `#!/usr/bin/env bash
if [[ $1 == -m && $2 == pip ]]; then
  if [[ $3 == --version ]]; then exit 0; fi
  while [[ $# -gt 0 ]]; do if [[ $1 == --dest ]]; then dest=$2; fi; shift; done
  ${download}
  cp '${wheel}' "$dest/"
  exit 0
fi
exec '${realPython}' "$@"
`;

const PROGRAM = `
  import { existsSync } from 'node:fs';
  import { unpackWheels } from ${JSON.stringify(join(repository, 'scripts/setup/wheels.mjs'))};
  const [folder, needed] = process.argv.slice(1);
  try {
    await unpackWheels({
      name: 'wheels-test', what: 'the thing', requirements: 'libtensorflow-cpu.txt', folder, hint: '',
      rules: () => ['thing/(.*)=lib/\\\\1'], bytesNeeded: Number(needed ?? 0),
      isComplete: (path) => existsSync(path + '/lib/a') && existsSync(path + '/lib/b'), update: () => {},
    });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }`;

let root: string;
let cache: string;
let folder: string;
let path: string;

function fakePip(download = ''): void {
  const real = run('bash', ['-c', 'python3 -c "import sys; print(sys.executable)"']).stdout.trim();
  const python = join(root, 'bin/python3');
  writeFileSync(python, FAKE_PYTHON(real, join(root, 'thing.whl'), download));
  chmodSync(python, 0o755);
}

function unpack(...args: string[]): { status: number | null; stderr: string } {
  return run(process.execPath, ['--input-type=module', '-e', PROGRAM, folder, ...args], { PATH: path });
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'movinet-wheels-'));
  cache = join(root, 'cache');
  folder = join(cache, 'thing-1.0');
  path = `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`;
  mkdirSync(join(root, 'bin'));
  mkdirSync(cache);
  const program =
    'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  z.writestr("thing/a", "1"); z.writestr("thing/b", "2")';
  run('python3', ['-c', program, join(root, 'thing.whl')]);
  fakePip();
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

it('leaves the files under their final name and nothing else', () => {
  expect(unpack()).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(folder, 'lib/b'), 'utf8')).toBe('2');
  expect(readdirSync(cache)).toEqual(['thing-1.0']);
});

it('leaves nothing where the download fails', () => {
  fakePip('echo "no network" >&2; exit 1');
  const result = unpack();
  expect(result.status).toBe(1);
  expect(result.stderr).toContain('pip could not download the thing');
  expect(readdirSync(cache)).toEqual([]);
});

it('leaves nothing where the wheel is damaged', () => {
  const wheel = join(root, 'thing.whl');
  writeFileSync(wheel, readFileSync(wheel).subarray(0, 60));
  const result = unpack();
  expect(result.status).toBe(1);
  expect(result.stderr).toContain('could not be unpacked');
  expect(readdirSync(cache)).toEqual([]);
});

it('says before the download that the disk has too little room', () => {
  fakePip('echo "must not be called" >&2; exit 1');
  const result = unpack(String(2 ** 60));
  expect(result.status).toBe(1);
  expect(result.stderr).toMatch(/needs .* GiB in .*, which has .* GiB free/);
});

it('clears away what a killed set-up left, and not what another one is making', () => {
  const killed = join(cache, `thing-1.0.partial-999999999-${hostname()}`);
  const alive = join(cache, `thing-1.0.partial-${process.pid}-${hostname()}`);
  const elsewhere = join(cache, 'thing-1.0.partial-999999999-another-host');
  for (const each of [killed, alive, elsewhere]) mkdirSync(each);
  expect(unpack().status).toBe(0);
  expect([killed, alive, elsewhere].map((each) => existsSync(each))).toEqual([false, true, true]);
});

it('goes on where another set-up removes a leftover that it was about to look at', () => {
  // In the list of the folder, and gone when asked for: so is the name of a link to nothing.
  symlinkSync(join(cache, 'gone'), join(cache, 'thing-1.0.partial-999999999-another-host'));
  expect(unpack()).toMatchObject({ status: 0, stderr: '' });
});

it('replaces a folder that lacks something', () => {
  mkdirSync(join(folder, 'lib'), { recursive: true });
  writeFileSync(join(folder, 'lib/a'), 'old');
  expect(unpack().status).toBe(0);
  expect(readFileSync(join(folder, 'lib/a'), 'utf8')).toBe('1');
});

it('lets two set-ups run at once', async () => {
  fakePip('sleep 0.3');
  const start = (): Promise<number | null> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, folder], {
        cwd: repository,
        env: { ...process.env, PATH: path },
      });
      child.on('close', resolve);
    });
  expect(await Promise.all([start(), start(), start()])).toEqual([0, 0, 0]);
  expect(readdirSync(cache)).toEqual(['thing-1.0']);
  expect(readdirSync(join(folder, 'lib')).sort()).toEqual(['a', 'b']);
});

it('counts the bytes of a folder, and takes one that pip removes meanwhile for empty', () => {
  const count = (path: string): unknown => callModule('scripts/setup/wheels.mjs', 'm.folderBytes(input)', path);
  mkdirSync(join(cache, 'a/b'), { recursive: true });
  writeFileSync(join(cache, 'a/b/c'), '12345');
  writeFileSync(join(cache, 'd'), '1');
  expect(count(cache)).toBe(6);
  expect(count(join(cache, 'removed'))).toBe(0);
});
