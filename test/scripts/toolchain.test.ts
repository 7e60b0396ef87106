import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suiteFolder } from '../support/suite-folder';
import {
  writeFfmpegHeaders,
  writeFfmpegLibraries,
  writeOpenCvHeaders,
  writeOpenCvLibraries,
} from './support/fake-libraries';
import { callModule, run } from './support/modules';

const { path: folder } = suiteFolder();
const prefix = join(folder, 'prefix');
const compiler = join(folder, 'c++');

function facts(node: unknown = null): string[] {
  const env = { CMAKE_PREFIX_PATH: prefix, CXX: compiler };
  const expression = 'm.toolchainFacts(input ? { node: input } : {})';
  return callModule('scripts/setup/native-build.mjs', expression, node, env) as string[];
}

beforeAll(() => {
  writeOpenCvHeaders(prefix, '4.6.0');
  writeOpenCvLibraries(prefix, '4.6.0');
  writeFfmpegHeaders(prefix, '5.1.6', 59);
  writeFfmpegLibraries(prefix, 59);
  // As ccache is one: the program stays the same where the compiler behind it changes.
  writeFileSync(compiler, `#!/bin/sh\ncat '${compiler}.version'\n`, { mode: 0o755 });
  writeFileSync(`${compiler}.version`, 'c++ 12.2.0\n');
});

describe('what was built is of another toolchain', () => {
  it.each([
    ['the library of OpenCV is another version', () => writeOpenCvLibraries(prefix, '4.10.0')],
    ['the library of OpenCV is replaced', () => writeFileSync(join(prefix, 'lib/libopencv_videoio.so.4.10.0'), 'new')],
    ['the headers of OpenCV are another version', () => writeOpenCvHeaders(prefix, '4.10.0')],
    ['the library of FFmpeg is replaced', () => writeFileSync(join(prefix, 'lib/libavcodec.so.59.1.100'), 'new')],
    ['the library of FFmpeg is another version', () => writeFfmpegLibraries(prefix, 60)],
    ['the headers of FFmpeg are another version', () => writeFfmpegHeaders(prefix, '6.1.1', 60)],
    ['the compiler behind a wrapper is another version', () => writeFileSync(`${compiler}.version`, 'c++ 13.1.0\n')],
    ['the compiler is another file', () => writeFileSync(compiler, `${readFileSync(compiler, 'utf8')}\n`)],
  ])('where %s', (_, change) => {
    const before = facts();
    expect(facts()).toEqual(before);
    change();
    expect(facts()).not.toEqual(before);
  });

  it('where Node has another ABI or is for another processor, and not where it is a newer one of the same', () => {
    const { platform, arch, versions } = process;
    const node = { platform, arch, versions: { node: versions.node, modules: versions.modules, napi: '9' } };
    const before = facts(node);
    expect(facts({ ...node, versions: { ...node.versions, modules: '1' } })).not.toEqual(before);
    expect(facts({ ...node, arch: 'arm64' })).not.toEqual(before);
    expect(facts({ ...node, versions: { ...node.versions, node: '99.0.0' } })).toEqual(before);
  });
});

it('forgets the configuration and the object files of another toolchain, and nothing else', () => {
  const build = join(folder, 'build');
  const forget = (toolchain: string): unknown =>
    callModule('scripts/setup/native-build.mjs', 'm.forgetOtherToolchain(...input)', [build, toolchain]);
  const parts = ['CMakeFiles', 'test/native/CMakeFiles', 'native/bench/CMakeFiles', 'asan/CMakeFiles'];
  const remaining = (): boolean[] => parts.map((part) => existsSync(join(build, part)));
  forget('one');
  for (const part of parts) mkdirSync(join(build, part), { recursive: true });
  forget('one');
  expect(remaining()).toEqual([true, true, true, true]);
  writeFileSync(join(build, 'test/native/CMakeFiles/a.o'), '');
  forget('two');
  expect(remaining()).toEqual([false, false, false, true]);
});

it.each([
  [true, 'ON'],
  [false, 'OFF'],
])('takes warnings as errors for the tests and never for a user (%s)', (strict, value) => {
  const expression = `m.commands({ target: 'x', options: {}, folder: input.folder }, 'f', input)`;
  for (const place of [undefined, 'build/x']) {
    const [configure] = callModule('scripts/setup/native-build.mjs', expression, {
      strict,
      folder: place,
    }) as string[][];
    expect(configure!.filter((word) => word.includes('WERROR'))).toEqual([
      expect.stringMatching(`MOVINET_WERROR=${value}$`),
    ]);
  }
});

it('has CMake take warnings as errors where that is asked for, and by no other means', () => {
  const flags = (...definitions: string[]): string => {
    const build = join(folder, `flags-${definitions.length}`);
    const { status, stderr } = run('cmake', ['-S', '.', '-B', build, '-DMOVINET_BUILD_ADDON=OFF', ...definitions]);
    if (status !== 0) throw new Error(stderr);
    return readFileSync(join(build, 'compile_commands.json'), 'utf8');
  };
  expect(flags()).not.toContain('-Werror');
  expect(flags('-DMOVINET_WERROR=ON')).toContain('-Werror');
});
