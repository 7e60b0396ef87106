// The C++ targets of CMakeLists.txt by cmake-js: the addon and the test and benchmark programs in build/, addon and test
// program with sanitizers in folders of their own.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { runLogged } from './command.mjs';
import { SetupError } from './console.mjs';
import { fileIdentity, fingerprint, listFiles, readStamp, writeStamp } from './fingerprint.mjs';
import { libtensorflowFolder, requireLibTensorFlow } from './libtensorflow.mjs';
import { ffmpegFacts, requireFfmpeg } from './libraries/ffmpeg.mjs';
import { highwayFacts, requireHighway } from './libraries/highway.mjs';
import { openCvFacts, requireOpenCv } from './libraries/opencv.mjs';
import { buildFolder, findClang, findCompiler, isClone, logFolder, repository } from './paths.mjs';

const GENERATOR = 'Unix Makefiles';
const COMMON_INPUTS = ['CMakeLists.txt', 'cmake', 'native'];
const HINT = `mend what the compiler says, then run the command again; if it makes no sense, remove ${buildFolder} first`;

const BENCH_PROGRAM = /^native\/bench\/(?:instructions\/)?(\w+_(?:bench|instructions))\.cc$/;

/** The addon, the C++ tests and the faults on purpose, with sanitizers, in a folder where node-gyp-build finds an addon. */
function sanitized(name, sanitizers, words) {
  const folder = `${name}/build`;
  const files = ['Release/movinet_native.node', 'test/native/native_tests', 'test/native/sanitizer_faults.node'];
  return {
    target: 'all',
    folder,
    outputs: () => files.map((file) => `${folder}/${file}`),
    title: `the native addon and the C++ tests with ${words}`,
    inputs: ['test/native', 'test/fuzz/native'],
    options: { MOVINET_BUILD_TESTS: 'ON', MOVINET_SANITIZE: sanitizers },
  };
}

/** What is built: CMake's target, its files below the build folder, the folders that go into it and the options that it needs. */
const TARGETS = {
  addon: {
    target: 'movinet_native',
    outputs: () => ['Release/movinet_native.node'],
    title: 'the native addon',
    inputs: [],
    options: {},
  },
  tests: {
    target: 'native_tests',
    outputs: () => ['test/native/native_tests'],
    title: 'the C++ tests',
    inputs: ['test/native', 'test/fuzz/native'],
    options: { MOVINET_BUILD_TESTS: 'ON' },
  },
  bench: {
    target: 'native_bench',
    outputs: () =>
      listFiles(repository, ['native/bench'])
        .flatMap((file) => BENCH_PROGRAM.exec(file)?.[1] ?? [])
        .map((program) => `native/bench/${program}`),
    title: 'the C++ benchmarks',
    inputs: [],
    options: { MOVINET_BUILD_BENCH: 'ON' },
  },
  asan: sanitized('asan', 'address,undefined', 'AddressSanitizer and UndefinedBehaviorSanitizer'),
  tsan: sanitized('tsan', 'thread', 'ThreadSanitizer'),
  fuzz: {
    target: 'native_fuzzers',
    folder: 'fuzz',
    compiler: findClang,
    outputs: () => ['video', 'saved_model'].map((name) => `fuzz/test/fuzz/native/${name}_fuzzer`),
    title: 'the libFuzzer programs',
    inputs: ['test/fuzz/native'],
    options: {
      CMAKE_CXX_COMPILER: 'clang++',
      MOVINET_BUILD_FUZZERS: 'ON',
      MOVINET_BUILD_ADDON: 'OFF',
      MOVINET_SANITIZE: 'fuzzer-no-link,address,undefined',
    },
  },
};

const compilerVersions = new Map();

/** The compiler by its file and by what it says of itself: behind a wrapper, such as ccache, the file stays the same. */
function compilerFacts(findOwn) {
  const compiler = findOwn();
  if (!compiler) return ['no compiler'];
  const identity = fileIdentity(realpathSync(compiler));
  if (!compilerVersions.has(identity)) {
    compilerVersions.set(identity, spawnSync(compiler, ['--version'], { encoding: 'utf8' }).stdout ?? '');
  }
  return [identity, compilerVersions.get(identity)];
}

/**
 * What neither CMake nor make would see change: CMake keeps compiler and libraries in its cache, and the headers of a package
 * may be older than what was compiled with those before. Of Node, its ABI and not its version: the addon knows Node by
 * node-api-headers alone, whose version is among the packages'.
 */
export function toolchainFacts({ node = process, compiler = findCompiler } = {}) {
  const folder = libtensorflowFolder();
  const libraries = ['lib/libtensorflow_cc.so.2', 'libtensorflow_cc.so.2', 'lib/libtensorflow.so.2'];
  return [
    repository,
    ...[node.platform, node.arch, node.versions.modules, node.versions.napi],
    ...compilerFacts(compiler),
    folder,
    ...libraries.map((library) => fileIdentity(join(folder, library)) ?? ''),
    ...openCvFacts(),
    ...ffmpegFacts(),
    ...highwayFacts(),
    ...['CXX', 'CXXFLAGS', 'LDFLAGS', 'CMAKE_PREFIX_PATH'].map((name) => process.env[name] ?? ''),
  ];
}

/** The nearest installed package: an installed package's own may lie in any folder above it. */
const packages = createRequire(join(repository, 'package.json'));

function packageVersions() {
  return ['node-addon-api', 'node-api-headers', 'cmake-js'].map((name) => {
    try {
      return packages(`${name}/package.json`).version;
    } catch {
      return '';
    }
  });
}

/** A build tree made by another compiler, library or checkout is configured and compiled anew. */
export function forgetOtherToolchain(folder, toolchain) {
  const stampFile = join(folder, '.toolchain.json');
  if (readStamp(stampFile)?.toolchain === toolchain) return;
  rmSync(join(folder, 'CMakeCache.txt'), { force: true });
  // The object files: they would only be compiled again for headers that are newer.
  for (const part of ['', 'test/native', 'test/fuzz/native', 'native/bench']) {
    rmSync(join(folder, part, 'CMakeFiles'), { recursive: true, force: true });
  }
  writeStamp(stampFile, { toolchain });
}

/** The commands that configure and build. Not `cmake-js compile`: where a build fails, it removes build/ with all in it. */
export function commands(target, folder, { strict, configureOnly = false }) {
  const definitions = {
    CMAKE_BUILD_TYPE: 'Release',
    LIBTENSORFLOW_DIR: libtensorflowFolder(),
    MOVINET_WERROR: strict ? 'ON' : 'OFF',
    ...target.options,
  };
  const parallel = String(availableParallelism());
  const define = Object.entries(definitions).map(([name, value]) => `--CD${name}=${value}`);
  const cmakeJs = packages.resolve('cmake-js/bin/cmake-js');
  const configure = [process.execPath, cmakeJs, 'configure', '-O', folder, '-G', GENERATOR, ...define];
  const build = [process.execPath, cmakeJs, 'build', '-O', folder, '-T', target.target, '-p', parallel];
  return configureOnly ? [configure] : [configure, build];
}

/**
 * @param {keyof typeof TARGETS} name
 * @param {{ strict?: boolean }} options `strict`: warnings are errors. For the project's own tests and linter: what a user's newer
 *   compiler warns of must not stop a set-up. What is built is the same, so it is not built again for this alone.
 */
export function nativeBuild(name, { strict = false } = {}) {
  const target = TARGETS[name];
  const folder = join(buildFolder, target.folder ?? '');
  const outputs = () => target.outputs().map((file) => join(buildFolder, file));
  const identities = () => outputs().map((file) => fileIdentity(file) ?? 'missing');
  const stampFile = join(folder, `.${name}.json`);
  const inputs = () => {
    const files = listFiles(repository, [...COMMON_INPUTS, ...target.inputs]);
    const used = name === 'bench' ? files : files.filter((file) => !file.startsWith('native/bench/'));
    return fingerprint(repository, used, [
      ...toolchainFacts({ compiler: target.compiler }),
      ...packageVersions(),
      JSON.stringify(target),
    ]);
  };
  return {
    name: target.title,
    isDone: () => {
      const stamp = readStamp(stampFile);
      const built = identities();
      if (stamp?.outputs === undefined || built.includes('missing') || built.join() !== stamp.outputs.join())
        return false;
      return stamp.inputs === inputs();
    },
    title: () => `${target.title}, built in ${isClone ? relative(repository, folder) : folder}`,
    detail: () => outputs().join(', '),
    run: async () => {
      const before = inputs();
      requireOpenCv();
      requireFfmpeg();
      requireHighway();
      requireLibTensorFlow();
      forgetOtherToolchain(folder, JSON.stringify(toolchainFacts({ compiler: target.compiler })));
      const log = `build-${name}`;
      for (const [index, [command, ...args]] of commands(target, folder, { strict }).entries()) {
        await runLogged(log, command, args, {
          what: `${target.title} could not be built`,
          hint: HINT,
          append: index > 0,
        });
      }
      const missing = outputs().find((file) => !existsSync(file));
      if (missing)
        throw new SetupError(`${target.target} was built, but there is no ${missing}`, {
          hint: HINT,
          log: join(logFolder, `${log}.log`),
        });
      writeStamp(stampFile, { inputs: before, outputs: identities() });
    },
  };
}

/** build/compile_commands.json for clang-tidy: every C++ file of the project with its flags, nothing built. */
export const compileCommands = {
  name: 'compile commands',
  isDone: () => {
    const stamp = readStamp(join(buildFolder, '.lint.json'));
    return existsSync(join(buildFolder, 'compile_commands.json')) && stamp?.inputs === compileCommandInputs();
  },
  title: () => 'compile commands for clang-tidy',
  run: async () => {
    const before = compileCommandInputs();
    forgetOtherToolchain(buildFolder, JSON.stringify(toolchainFacts()));
    const all = {
      options: {
        MOVINET_BUILD_TESTS: 'ON',
        MOVINET_BUILD_BENCH: existsSync(join(repository, 'native/bench/CMakeLists.txt')) ? 'ON' : 'OFF',
      },
    };
    for (const [command, ...args] of commands(all, buildFolder, { strict: true, configureOnly: true })) {
      await runLogged('configure-lint', command, args, { what: 'CMake could not configure the build', hint: HINT });
    }
    writeStamp(join(buildFolder, '.lint.json'), { inputs: before });
  },
};

/** The compile commands change with the list of files and CMake's own, not with what is in the sources. */
function compileCommandInputs() {
  const files = listFiles(repository, ['CMakeLists.txt', 'cmake', 'native', 'test/native', 'test/fuzz/native']);
  const content = files.filter((file) => /CMakeLists\.txt$|\.cmake$|sources\.txt$/.test(file));
  return fingerprint(repository, content, [...files, ...toolchainFacts(), ...packageVersions()]);
}
