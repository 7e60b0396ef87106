// What runs with sanitizers and how: the C++ tests as a program of their own, the addon's JavaScript tests inside of Node.
// Node itself is not instrumented, so the sanitizer's library is preloaded.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { listFiles } from '../setup/fingerprint.mjs';
import { buildFolder, findCompiler, repository } from '../setup/paths.mjs';

/** The files that run with sanitizers, and the folders of which every test does. */
const TESTS = {
  core: { paths: ['test/native'], name: /_test\.cc$/ },
  addon: {
    paths: [
      'test/native-addon',
      'test/inference/classify-stream.test.ts',
      'test/inference/model-stream.test.ts',
      'test/inference/stream-threads.test.ts',
      'test/training',
    ],
    name: /\.test\.ts$/,
  },
};

/**
 * The test files of one half; throws where a path of the list has none.
 * @param {keyof typeof TESTS} half
 */
export function sanitizedTests(half) {
  const { paths, name } = TESTS[half];
  return paths.flatMap((path) => {
    const found = existsSync(join(repository, path)) ? listFiles(repository, [path]) : [];
    const tests = found.filter((file) => name.test(file));
    if (tests.length === 0) throw new Error(`${path} of scripts/testing/sanitizers.mjs has no tests`);
    return tests;
  });
}

const suppressions = (file) => `suppressions=${join(repository, 'test/native/sanitizers', file)}`;
const UBSAN = 'print_stacktrace=1:halt_on_error=1';
const ASAN = 'detect_leaks=1:detect_stack_use_after_return=1';
const TSAN = 'halt_on_error=0:second_deadlock_stack=1';

/** Options of the run-time libraries, `core` for the C++ tests, `node` for a process of Node. */
const SANITIZERS = {
  asan: {
    title: 'AddressSanitizer',
    core: {
      ASAN_OPTIONS: ASAN,
      LSAN_OPTIONS: `${suppressions('lsan.supp')}:print_suppressions=0`,
      UBSAN_OPTIONS: UBSAN,
    },
    node: {
      ASAN_OPTIONS: ASAN,
      LSAN_OPTIONS: `${suppressions('lsan-node.supp')}:print_suppressions=0`,
      UBSAN_OPTIONS: UBSAN,
    },
  },
  tsan: {
    title: 'ThreadSanitizer',
    core: { TSAN_OPTIONS: `${suppressions('tsan.supp')}:${TSAN}` },
    // What Node and the libraries read and write is seen only where they call libc: half a view shows races that are none.
    // With that left out nothing has to be suppressed, and no frame of a library hides a race of the addon's own.
    node: { TSAN_OPTIONS: `${TSAN}:ignore_noninstrumented_modules=1` },
  },
};

/** @typedef {keyof typeof SANITIZERS} Sanitizer */

/** The run-time library of the compiler's sanitizer. Clang too finds GCC's name, so its own comes first. */
function runtimeLibrary(sanitizer) {
  const compiler = findCompiler();
  for (const name of [`libclang_rt.${sanitizer}-x86_64.so`, `lib${sanitizer}.so`]) {
    const path = spawnSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim();
    if (isAbsolute(path) && statSync(path, { throwIfNoEntry: false })) return path;
  }
  throw new Error(`${compiler} has no lib${sanitizer}.so`);
}

/** ThreadSanitizer of GCC 12 has fixed places for its shadow, which addresses of 32 random bits may hit. */
function withoutRandomAddresses(sanitizer) {
  if (sanitizer !== 'tsan') return [];
  return spawnSync('setarch', ['-R', 'true']).status === 0 ? ['setarch', '-R'] : [];
}

/** @param {Sanitizer} name */
export function sanitizedProgram(name) {
  return {
    title: `C++ tests with ${SANITIZERS[name].title}`,
    command: [...withoutRandomAddresses(name), join(buildFolder, name, 'build/test/native/native_tests')],
    env: SANITIZERS[name].core,
  };
}

/**
 * How to run Node with the sanitized addon: node-gyp-build looks below MOVINET_NATIVE_PREBUILD in place of the package.
 * @param {Sanitizer} name
 */
export function sanitizedNode(name) {
  return {
    title: `addon tests with ${SANITIZERS[name].title}`,
    command: [...withoutRandomAddresses(name), process.execPath],
    env: {
      ...SANITIZERS[name].node,
      LD_PRELOAD: runtimeLibrary(name),
      MOVINET_NATIVE_PREBUILD: join(buildFolder, name),
    },
    faults: join(buildFolder, name, 'build/test/native/sanitizer_faults.node'),
  };
}
