import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AddonError } from '../../lib/base/errors';
import { loadFailure } from '../../lib/native/load-failure';
import { suiteFolder } from '../support/suite-folder';

const packageRoot = join(__dirname, '..', '..');
const addonFile = join(packageRoot, 'build/Release/movinet_native.node');
const { path: folder } = suiteFolder();
const file = join(folder, 'build/Release/movinet_native.node');

const LOAD = `
  require('ts-node/register');
  try {
    require('./lib/native/addon').loadAddon();
  } catch ({ name, reason, message }) {
    console.log(JSON.stringify({ name, reason, message }));
  }`;

/** What a process is told that loads the addon from `folder` and not from build/. */
function load(env: NodeJS.ProcessEnv = {}): AddonError {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', LOAD], {
    cwd: packageRoot,
    encoding: 'utf8',
    env: { ...process.env, MOVINET_NATIVE_PREBUILD: folder, ...env },
  });
  if (stdout === '') throw new Error(`the addon was loaded; ${stderr}`);
  return JSON.parse(stdout) as AddonError;
}

beforeEach(() => {
  mkdirSync(join(file, '..'), { recursive: true });
  cpSync(addonFile, file);
});

afterEach(() => {
  rmSync(file, { force: true });
});

/** Replaces bytes of the copied addon by as many others. */
function patch(from: string, to: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(from, 0, 'latin1');
  expect(at).toBeGreaterThan(0);
  bytes.write(to, at, 'latin1');
  writeFileSync(file, bytes);
}

describe('a process that cannot load the addon', () => {
  it('is told that it is not built', () => {
    rmSync(file);
    expect(load()).toEqual({
      name: 'AddonError',
      reason: 'not-built',
      message: 'The native addon cannot be loaded (it is not built); run `npm run setup` to build it',
    });
  });

  it.each([
    ['libopencv-videoio-dev', /libopencv_videoio\.so\.[\d.]+/],
    ['libavformat-dev', /libavformat\.so\.\d+/],
    ['libhwy-dev', /libhwy\.so\.\d+/],
  ])('is told which library of %s is missing, and what brings it', (packageName, pattern) => {
    const name = pattern.exec(readFileSync(file, 'latin1'))![0];
    const missing = name.replace(/\d/g, '9');
    patch(name, missing);
    expect(load()).toMatchObject({
      reason: 'missing-library',
      message: expect.stringContaining(
        `(${missing} is missing); run \`npm run setup\`, which takes ${packageName} from the system`,
      ) as string,
    });
  });

  it('is told that the system is too old for it', () => {
    patch('GLIBC_2.34\0', 'GLIBC_9.34\0');
    expect(load()).toMatchObject({
      reason: 'old-system',
      message: expect.stringMatching(
        /\(\S*libc\.so\.6 is too old: it lacks GLIBC_9\.34, which .*\); run `npm run setup`/,
      ) as string,
    });
  });

  it('is told that the libraries lack a function', () => {
    patch('\0TF_SessionRun\0', '\0TF_SessionRux\0');
    expect(load()).toMatchObject({
      reason: 'other-library',
      message: expect.stringContaining('undefined symbol: TF_SessionRux') as string,
    });
  });

  it('is told that it is for another processor, of which glibc says that it is not there', () => {
    const bytes = readFileSync(file);
    bytes[18] = bytes[18] === 0xb7 ? 0x3e : 0xb7;
    writeFileSync(file, bytes);
    expect(load()).toMatchObject({
      reason: 'wrong-machine',
      message: expect.stringContaining(`(${file} is for another processor)`) as string,
    });
  });

  it('is told that the file is damaged', () => {
    truncateSync(file, 100);
    expect(load()).toMatchObject({
      reason: 'damaged',
      message: expect.stringContaining(`(${file} is damaged)`) as string,
    });
  });

  it('is told the versions where another TensorFlow comes first', () => {
    const library = join(folder, 'other.so');
    const source = 'extern "C" const char* TF_Version() { return "2.4.1"; }';
    const compiler = process.env['CXX'] ?? 'c++';
    const { stderr } = spawnSync(compiler, ['-x', 'c++', '-shared', '-fPIC', '-o', library, '-'], {
      input: source,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(load({ LD_PRELOAD: library })).toMatchObject({
      reason: 'other-library',
      message: expect.stringMatching(
        /\(TensorFlow 2\.4\.1 was loaded, and the least version is [\d.]+; the addon was built with [\d.]+\); run `npm run setup`/,
      ) as string,
    });
  });
});

describe('loadFailure', () => {
  const failure = (text: string): AddonError => loadFailure(new Error(text), () => false);

  it.each([
    [
      'libtensorflow_cc.so.2: cannot open shared object file: No such file or directory',
      'missing-library',
      'which fetches TensorFlow',
    ],
    [
      'libstdc++.so.6: cannot open shared object file: No such file or directory',
      'missing-library',
      '`apt-get install libstdc++6`',
    ],
    [
      'libswscale.so.6: cannot open shared object file: No such file or directory',
      'missing-library',
      'which takes libswscale-dev from the system',
    ],
    [
      'libva.so.2: cannot open shared object file: No such file or directory',
      'missing-library',
      'libva.so.2 is missing',
    ],
    [
      "/opt/conda/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by /a/movinet_native.node)",
      'old-system',
      'see that LD_LIBRARY_PATH does not put it before',
    ],
    [
      "/lib64/libm.so.6: version `GLIBC_2.27' not found (required by /c/libtensorflow_cc.so.2)",
      'old-system',
      'use a newer system',
    ],
    [
      "/x/libavcodec.so.58: version `LIBAVCODEC_59' not found (required by /lib/libopencv_videoio.so.406)",
      'other-library',
      'LD_LIBRARY_PATH brings no other libraries',
    ],
    ['Cannot load native addon because loading addons is disabled.', 'disabled', 'start Node without --no-addons'],
    ['/a/b c.node: wrong ELF class: ELFCLASS32', 'wrong-machine', '/a/b c.node is for another processor'],
    ['/a/b.node: invalid ELF header', 'damaged', 'remove it'],
    ["Module did not self-register: '/a/b.node'.", 'damaged', '/a/b.node is damaged'],
    [
      'Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /a/b.node)',
      'wrong-machine',
      'no build for musl',
    ],
    ['libfoo.so: cannot allocate memory in static TLS block', 'unknown', 'libfoo.so: cannot allocate memory'],
  ])('explains "%s"', (text, reason, part) => {
    const error = failure(text);
    expect(error).toBeInstanceOf(AddonError);
    expect(error).toMatchObject({ reason, cause: { message: text } });
    expect(error.message).toContain(part);
    expect(error.message).not.toContain('\n');
  });

  it('takes what is no Error, too', () => {
    expect(loadFailure('text', () => false)).toMatchObject({ reason: 'unknown', cause: 'text' });
  });
});
