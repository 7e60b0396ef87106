import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callModule, run } from './support/modules';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'movinet-setup-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function touch(path: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), '');
}

function variant(asked: string | undefined): unknown {
  const env = { MOVINET_LIBTENSORFLOW: asked, LIBTENSORFLOW_DIR: undefined };
  return callModule('scripts/setup/libtensorflow.mjs', 'm.chooseVariant()', null, env);
}

describe('node scripts/setup.mjs', () => {
  it('exits with 2 for a goal that it does not know', () => {
    const result = run(process.execPath, ['scripts/setup.mjs', 'nonsense']);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('usage:');
  });

  it('prints its steps as JSON on request, and only that on standard output', () => {
    const result = run(process.execPath, ['scripts/setup.mjs', 'test', '--status']);
    expect(result.status).toBe(0);
    const steps = JSON.parse(result.stdout) as { name: string; done: boolean }[];
    expect(steps.map((step) => step.name)).toEqual([
      'system packages',
      'npm packages',
      'libtensorflow',
      'the native addon',
      'the C++ tests',
      'compiled package',
    ]);
  });

  it('says in one line what LIBTENSORFLOW_DIR lacks', () => {
    const result = run(process.execPath, ['scripts/setup.mjs'], { LIBTENSORFLOW_DIR: root });
    expect(result.status).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain(`LIBTENSORFLOW_DIR is ${root}, which lacks`);
    expect(result.stderr).not.toContain('    at ');
  });
});

describe('the choice of libtensorflow', () => {
  it('follows MOVINET_LIBTENSORFLOW', () => {
    expect(variant('cpu')).toBe('cpu');
    expect(variant('gpu')).toBe('gpu');
    expect(() => variant('tpu')).toThrow('MOVINET_LIBTENSORFLOW is "tpu"; it can be cpu or gpu');
  });

  it('is that without CUDA on ARM64, for which there is no other', () => {
    const arm = (asked: string | undefined): unknown =>
      callModule(
        'scripts/setup/libtensorflow.mjs',
        '[m.chooseVariant(), m.tensorflowVersion("cpu"), m.libtensorflowFolder()]',
        null,
        {
          ...{ MOVINET_SETUP_ARCH: 'arm64', MOVINET_LIBTENSORFLOW: asked, LIBTENSORFLOW_DIR: undefined },
        },
      );
    const version = callModule('scripts/setup/libtensorflow.mjs', 'm.tensorflowVersion("cpu")');
    expect(arm(undefined)).toEqual(['cpu', version, expect.stringMatching(/libtensorflow-[\d.]+-cpu-arm64$/)]);
    expect(() => arm('gpu')).toThrow('for ARM64 TensorFlow has no wheel with CUDA');
  });

  it('keeps the builds and versions apart in the per-user cache', () => {
    const env = { XDG_CACHE_HOME: root, MOVINET_LIBTENSORFLOW: 'gpu', LIBTENSORFLOW_DIR: undefined };
    const folder = callModule('scripts/setup/libtensorflow.mjs', 'm.libtensorflowFolder()', null, env);
    expect(folder).toMatch(new RegExp(`^${root}/movinet-native/libtensorflow-\\d+\\.\\d+\\.\\d+-gpu$`));
  });

  it.each([
    ['lib/', 'as set-up lays it out'],
    ['', "as Python's own installation does"],
  ])('accepts a folder with its libraries in "%s", %s', (libraries) => {
    const check = (): unknown => callModule('scripts/setup/libtensorflow.mjs', 'm.isLibTensorFlow(input)', root);
    touch(`${libraries}libtensorflow_cc.so.2`);
    touch(`${libraries}libtensorflow_framework.so.2`);
    expect(check()).toBe(false);
    touch('include/tensorflow/c/c_api.h');
    expect(check()).toBe(true);
  });
});

describe('findNvidiaDriver', () => {
  const find = (libraryPath = ''): unknown =>
    callModule('scripts/setup/libraries/nvidia-driver.mjs', 'm.findNvidiaDriver(...input)', [root, libraryPath]);

  it('finds none on a machine without', () => {
    expect(find()).toBeNull();
  });

  it('finds the kernel module, the library of the system and that of LD_LIBRARY_PATH', () => {
    touch('opt/driver/libcuda.so.1');
    expect(find('/opt/driver')).toBe('/opt/driver/libcuda.so.1');
    touch('usr/lib/x86_64-linux-gnu/libcuda.so.1');
    expect(find()).toBe('/usr/lib/x86_64-linux-gnu/libcuda.so.1');
    touch('proc/driver/nvidia/version');
    expect(find()).toBe('/proc/driver/nvidia/version');
  });
});

describe('fingerprint', () => {
  const fingerprint = (facts: string[]): unknown =>
    callModule(
      'scripts/setup/fingerprint.mjs',
      "m.fingerprint(input.root, m.listFiles(input.root, ['a']), input.facts)",
      { root, facts },
    );

  it('changes with a name, a content or a fact, and with nothing else', () => {
    touch('a/one.cc');
    const first = fingerprint(['compiler 1']);
    touch('b/elsewhere.cc');
    touch('a/.hidden');
    expect(fingerprint(['compiler 1'])).toBe(first);
    expect(fingerprint(['compiler 2'])).not.toBe(first);
    writeFileSync(join(root, 'a/one.cc'), 'int x;');
    const changed = fingerprint(['compiler 1']);
    expect(changed).not.toBe(first);
    touch('a/sub/two.cc');
    expect(fingerprint(['compiler 1'])).not.toBe(changed);
  });
});
