import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suiteFolder } from '../support/suite-folder';
import { writeLibTensorFlow, writeOpenCvHeaders, writeOpenCvLibraries } from './support/fake-libraries';
import { repository, run } from './support/modules';

const { path: folder } = suiteFolder();
type Environment = Record<string, string | undefined>;

function values(what: string, env: Environment): { status: number | null; stdout: string; stderr: string } {
  return run(process.execPath, ['scripts/setup/native-values.mjs', what], env);
}

/** What find_package() finds, as lines of {@link values}; a failure's text where it fails. */
function cmake(name: 'LibTensorFlow' | 'OpenCVSmall', env: Environment, ...definitions: string[]): string {
  const project = join(folder, 'project');
  mkdirSync(project, { recursive: true });
  const report = ['include', 'library', 'version'].map(
    (key) => `foreach(value IN LISTS ${name}_${key})\n  file(APPEND \${found} "${key} \${value}\\n")\nendforeach()`,
  );
  const text = `cmake_minimum_required(VERSION 3.18)
project(probe NONE)
list(APPEND CMAKE_MODULE_PATH "${repository}/cmake")
find_package(${name} REQUIRED)
set(found "\${CMAKE_BINARY_DIR}/found")
file(WRITE \${found} "")
${report.join('\n')}`;
  writeFileSync(join(project, 'CMakeLists.txt'), text);
  const build = join(folder, `cmake-${Math.random()}`);
  const result = run('cmake', ['-S', project, '-B', build, ...definitions], env);
  if (result.status !== 0) return result.stderr.replace(/\s+/g, ' ');
  return run('cat', [join(build, 'found')]).stdout;
}

describe('OpenCV', () => {
  const prefix = (name: string): string => join(folder, name);

  it('is the first that has headers and libraries together, for CMake too', () => {
    writeOpenCvHeaders(prefix('headers'), '4.9.0');
    writeOpenCvHeaders(prefix('whole'), '4.8.1');
    writeOpenCvLibraries(prefix('whole'), '4.8.1');
    const places = [prefix('headers'), prefix('whole')];
    const found = values('opencv', { CMAKE_PREFIX_PATH: places.join(':') }).stdout;
    const libraries = ['core', 'imgproc', 'videoio'].map(
      (name) => `library ${prefix(`whole/lib/libopencv_${name}.so`)}`,
    );
    expect(found.trim().split('\n')).toEqual([
      `include ${prefix('whole/include/opencv4')}`,
      ...libraries,
      'version 4.8.1',
    ]);
    expect(cmake('OpenCVSmall', { CMAKE_PREFIX_PATH: places.join(':') })).toBe(found);
    expect(cmake('OpenCVSmall', { CMAKE_PREFIX_PATH: undefined }, `-DCMAKE_PREFIX_PATH=${places.join(';')}`)).toBe(
      found,
    );
  });

  it('is refused by name where it is too old', () => {
    writeOpenCvHeaders(prefix('old'), '4.2.0');
    writeOpenCvLibraries(prefix('old'), '4.2.0');
    const env = { CMAKE_PREFIX_PATH: prefix('old') };
    const { status, stderr } = values('opencv', env);
    expect(status).toBe(1);
    expect(stderr).toMatch(`OpenCV 4.2.0 in ${prefix('old')} is too old; the least version is 4.`);
    expect(stderr).toContain('install a newer one');
    expect(cmake('OpenCVSmall', env)).toContain('OpenCV 4.2.0 in');
    const setup = run(process.execPath, ['scripts/setup.mjs'], env);
    expect(setup.status).toBe(1);
    expect(setup.stderr).toContain(`setup: failed: OpenCV 4.2.0 in ${prefix('old')} is too old`);
  });
});

describe('TensorFlow', () => {
  it('has the version that its library tells, for CMake too', () => {
    const own = join(folder, 'new');
    writeLibTensorFlow(own, '2.99.0-rc1');
    const found = values('tensorflow', { LIBTENSORFLOW_DIR: own }).stdout;
    expect(found).toMatch(`include ${own}/include\nlibrary ${own}/lib/libtensorflow_cc.so.2\n`);
    expect(found).toMatch('\nversion 2.99.0-rc1\nleast 2.');
    expect(found).toContain(cmake('LibTensorFlow', { LIBTENSORFLOW_DIR: own }));
    expect(found).toContain(cmake('LibTensorFlow', { LIBTENSORFLOW_DIR: undefined }, `-DLIBTENSORFLOW_DIR=${own}`));
  });

  it('is refused by name where it is too old', () => {
    const own = join(folder, 'old-tensorflow');
    writeLibTensorFlow(own, '2.4.1');
    const env = { LIBTENSORFLOW_DIR: own };
    const { status, stderr } = values('tensorflow', env);
    expect(status).toBe(1);
    expect(stderr).toMatch(`TensorFlow 2.4.1 in ${own} is too old; the least version is 2.`);
    expect(cmake('LibTensorFlow', env)).toContain('TensorFlow 2.4.1 in');
    const setup = run(process.execPath, ['scripts/setup.mjs'], env);
    expect(setup.status).toBe(1);
    expect(setup.stderr).toContain(`setup: failed: TensorFlow 2.4.1 in ${own} is too old`);
  });

  it('is the build for this machine, for CMake too, whichever others are in the cache', () => {
    const cache = join(folder, 'cache');
    const env = (variant: string): Environment => ({
      XDG_CACHE_HOME: cache,
      MOVINET_LIBTENSORFLOW: variant,
      LIBTENSORFLOW_DIR: undefined,
    });
    for (const variant of ['cpu', 'gpu']) {
      const missing = values('tensorflow', env(variant)).stderr;
      const place = /there is no libtensorflow in (\S+)/.exec(missing)![1]!;
      expect(cmake('LibTensorFlow', env(variant))).toContain('run `npm run setup` first');
      writeLibTensorFlow(place, '2.99.0');
    }
    for (const variant of ['cpu', 'gpu']) {
      const found = values('tensorflow', env(variant)).stdout;
      expect(found).toMatch(new RegExp(`-${variant}/include\n`));
      expect(found).toContain(cmake('LibTensorFlow', env(variant)));
    }
  });

  it('is refused where its library cannot be loaded', () => {
    const own = join(folder, 'damaged');
    writeLibTensorFlow(own, '2.99.0');
    writeFileSync(join(own, 'lib/libtensorflow_cc.so.2'), 'no library');
    const { status, stderr } = values('tensorflow', { LIBTENSORFLOW_DIR: own });
    expect(status).toBe(1);
    expect(stderr).toMatch(/libtensorflow_cc\.so\.2 does not tell its version\n.*file too short/);
  });
});
