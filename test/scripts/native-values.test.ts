import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suiteFolder } from '../support/suite-folder';
import {
  writeFfmpegHeaders,
  writeFfmpegLibraries,
  writeLibTensorFlow,
  writeOpenCvHeaders,
  writeOpenCvLibraries,
} from './support/fake-libraries';
import { repository, run } from './support/modules';

const { path: folder } = suiteFolder();
type Environment = Record<string, string | undefined>;

function values(what: string, env: Environment): { status: number | null; stdout: string; stderr: string } {
  return run(process.execPath, ['scripts/setup/native-values.mjs', what], env);
}

/** What find_package() finds, as lines of {@link values}; a failure's text where it fails. */
function cmake(name: 'FFmpeg' | 'LibTensorFlow' | 'OpenCVSmall', env: Environment, ...definitions: string[]): string {
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

const prefix = (name: string): string => join(folder, name);

describe('OpenCV', () => {
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

describe('FFmpeg', () => {
  const places = (...names: string[]): Environment => ({ CMAKE_PREFIX_PATH: names.map(prefix).join(':') });
  const openCv = (name: string, codec: string): void => {
    writeOpenCvHeaders(prefix(name), '4.10.0');
    writeOpenCvLibraries(prefix(name), '4.10.0', codec);
  };
  const ffmpeg = (name: string, version: string, codecMajor: number, include?: string): void => {
    writeFfmpegHeaders(prefix(name), version, codecMajor, include);
    writeFfmpegLibraries(prefix(name), codecMajor);
  };

  it('is the first that has headers and shared libraries together, for CMake too', () => {
    openCv('any', '');
    writeFfmpegHeaders(prefix('static'), '7.0', 61);
    ffmpeg('shared', '6.1.1-3ubuntu5', 60, 'include/x86_64-linux-gnu');
    const env = places('any', 'static', 'shared');
    const found = values('ffmpeg', env).stdout;
    expect(found.trim().split('\n')).toEqual([
      `include ${prefix('shared/include/x86_64-linux-gnu')}`,
      ...['avformat', 'avcodec', 'avutil', 'swscale'].map((name) => `library ${prefix(`shared/lib/lib${name}.so`)}`),
      'version 6.1.1',
    ]);
    expect(cmake('FFmpeg', env)).toBe(found);
  });

  it('is the one of the major version that OpenCV uses', () => {
    openCv('with-61', 'libavcodec.so.61');
    ffmpeg('eight', '8.0', 62);
    ffmpeg('seven', '7.1.1', 61);
    expect(values('ffmpeg', places('with-61', 'eight', 'seven')).stdout).toContain('version 7.1.1\n');
    openCv('with-62', 'libavcodec.so.62');
    expect(values('ffmpeg', places('with-62', 'seven', 'eight')).stdout).toContain('version 8.0\n');
  });

  it('is refused where OpenCV uses another major version, for CMake too', () => {
    openCv('with-77', 'libavcodec.so.77');
    ffmpeg('other', '7.1.1', 61);
    const env = places('with-77', 'other');
    const { status, stderr } = values('ffmpeg', env);
    expect(status).toBe(1);
    const message = `FFmpeg 7.1.1 in ${prefix('other')} is libavcodec.so.61, and OpenCV in ${prefix('with-77')} uses libavcodec.so.77`;
    expect(stderr).toContain(message);
    expect(stderr).toContain('install libavformat-dev, libavcodec-dev, libavutil-dev, libswscale-dev of the version');
    expect(cmake('FFmpeg', env)).toContain(message);
  });

  it.each([
    ['4.4.2-0ubuntu0.22.04.1', 58, '4.4.2'],
    ['N-103000-gabcdef0', 59, '5'],
  ])('is refused by name where it is too old: %s', (told, codecMajor, version) => {
    openCv('plain', '');
    ffmpeg('old', told, codecMajor);
    const { status, stderr } = values('ffmpeg', places('plain', 'old'));
    expect(status).toBe(1);
    expect(stderr).toMatch(`FFmpeg ${version} in ${prefix('old')} is too old; the least version is 5.1`);
    expect(stderr).toContain('Debian 12, Ubuntu 24.04 and later ones have it');
  });

  it('is taken by its release branch, or its major version where it is a snapshot', () => {
    openCv('plain', '');
    ffmpeg('arch', 'n7.1', 61);
    expect(values('ffmpeg', places('plain', 'arch')).stdout).toContain('version 7.1\n');
    ffmpeg('snapshot', 'git-2025-01-01-0123456', 61);
    expect(values('ffmpeg', places('plain', 'snapshot')).stdout).toContain('version 7\n');
  });

  it("has its headers alone in a folder where a compiler would take another's before them", () => {
    const include = /^include (.*)$/m.exec(values('ffmpeg', { CMAKE_PREFIX_PATH: undefined }).stdout)![1]!;
    expect(readdirSync(include).sort()).toEqual(['libavcodec', 'libavformat', 'libavutil', 'libswscale']);
    const other = prefix('usr-local-include');
    mkdirSync(join(other, 'libavformat'), { recursive: true });
    writeFileSync(join(other, 'libavformat/avformat.h'), '#error another FFmpeg');
    const compile = (...args: string[]): number | null =>
      spawnSync(process.env['CXX'] ?? 'c++', ['-x', 'c++', '-fsyntax-only', ...args, '-'], {
        input: 'extern "C" {\n#include <libavformat/avformat.h>\n}',
        // Looked through after what -isystem names, as the compiler's own folders are.
        env: { ...process.env, CPLUS_INCLUDE_PATH: other },
      }).status;
    expect(compile()).toBe(1);
    expect(compile('-isystem', include)).toBe(0);
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
