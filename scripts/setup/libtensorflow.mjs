// libtensorflow: the two libraries and the C headers out of TensorFlow's pinned wheel, in the per-user cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupError } from './console.mjs';
import { fileIdentity, readStamp, writeStamp } from './fingerprint.mjs';
import { findNvidiaDriver } from './libraries/nvidia-driver.mjs';
import {
  architecture,
  buildFolder,
  cacheFolder,
  findCompiler,
  forArchitecture,
  isOlder,
  leastVersion,
  readPins,
  setupCommand,
} from './paths.mjs';
import { unpackWheels } from './wheels.mjs';

const GIB = 2 ** 30;

const VARIANTS = {
  cpu: { label: 'CPU', download: '245 MiB', bytesNeeded: 1.2 * GIB },
  gpu: { label: 'CUDA', download: '3.2 GiB', bytesNeeded: 7 * GIB },
};

const TENSORFLOW_RULES = [
  String.raw`tensorflow/(libtensorflow_(?:cc|framework)\.so\.2)=lib/\1`,
  String.raw`tensorflow/include/((?:tensorflow|xla/tsl)/c/.*\.h)=include/\1`,
  String.raw`tensorflow/include/((?:tensorflow/core|tensorflow/tsl|tsl)/platform/ctstring\w*\.h)=include/\1`,
  String.raw`tensorflow/include/LICENSE=LICENSE`,
  String.raw`tensorflow/THIRD_PARTY_NOTICES\.txt=THIRD_PARTY_NOTICES.txt`,
];

/** libtensorflow_framework.so.2 looks for CUDA's libraries in ../nvidia/NAME/lib, seen from its own folder. */
const NVIDIA_RULES = [String.raw`nvidia/(.*/(?:lib|bin|nvvm)/.*)=nvidia/\1`];

/** Which build of TensorFlow this machine gets. MOVINET_LIBTENSORFLOW=cpu|gpu decides, else whether there is a driver. */
export function chooseVariant() {
  const asked = process.env.MOVINET_LIBTENSORFLOW;
  if (asked && !(asked in VARIANTS)) {
    throw new SetupError(`MOVINET_LIBTENSORFLOW is "${asked}"; it can be cpu or gpu`);
  }
  if (architecture === 'arm64') {
    if (asked === 'gpu')
      throw new SetupError('MOVINET_LIBTENSORFLOW is "gpu"; for ARM64 TensorFlow has no wheel with CUDA');
    return 'cpu';
  }
  return asked || (findNvidiaDriver() ? 'gpu' : 'cpu');
}

/** The pins of its wheels, one file for each kind of machine. */
function requirements(variant) {
  return architecture === 'arm64' ? `libtensorflow-${variant}-arm64.txt` : `libtensorflow-${variant}.txt`;
}

export function tensorflowVersion(variant) {
  return readPins(requirements(variant)).find((pin) => pin.name.startsWith('tensorflow')).version;
}

/** The headers and libraries in `folder`: lib/ and include/, or the `tensorflow` folder of a Python installation. */
function libtensorflowFiles(folder) {
  const include = join(folder, 'include');
  if (!existsSync(join(include, 'tensorflow/c/c_api.h'))) return undefined;
  const candidates = ['lib', ''].flatMap((libraries) =>
    ['libtensorflow_cc.so.2', 'libtensorflow.so.2'].map((name) =>
      [name, 'libtensorflow_framework.so.2'].map((file) => join(folder, libraries, file)),
    ),
  );
  const libraries = candidates.find((files) => files.every((file) => existsSync(file)));
  return libraries && { include, libraries };
}

/** Whether `folder` can be built and run against. */
export function isLibTensorFlow(folder) {
  return libtensorflowFiles(folder) !== undefined;
}

/** The folder that the addon is built with, whether it is there yet or not. */
export function libtensorflowFolder() {
  const own = process.env.LIBTENSORFLOW_DIR;
  if (own) {
    const folder = resolve(own);
    if (isLibTensorFlow(folder)) return realpathSync(folder);
    throw new SetupError(
      `LIBTENSORFLOW_DIR is ${own}, which lacks lib/libtensorflow_framework.so.2, lib/libtensorflow_cc.so.2 (or libtensorflow.so.2) or include/tensorflow/c/c_api.h`,
      {
        hint: 'let it name a folder with lib/ and include/, or unset it: set-up then fetches the pinned version',
      },
    );
  }
  const variant = chooseVariant();
  return join(cacheFolder(), `libtensorflow-${tensorflowVersion(variant)}-${variant}${forArchitecture()}`);
}

/** Loads libtensorflow and says its version, or why it cannot be loaded. */
const VERSION_PROGRAM = `
#include <dlfcn.h>
#include <cstdio>
int main(int, char** arguments) {
  void* library = dlopen(arguments[1], RTLD_LAZY);
  void* version = library == nullptr ? nullptr : dlsym(library, "TF_Version");
  if (version == nullptr) return std::fputs(dlerror(), stderr), 1;
  std::puts(reinterpret_cast<const char* (*)()>(version)());
}`;

/** Asks the library itself: TensorFlow's headers name no version any more. */
function askVersion(library) {
  mkdirSync(buildFolder, { recursive: true });
  const folder = mkdtempSync(join(buildFolder, 'tensorflow-version-'));
  try {
    const program = join(folder, 'version');
    const steps = [
      [findCompiler() ?? 'c++', ['-x', 'c++', '-', '-o', program, '-ldl'], { input: VERSION_PROGRAM }],
      [program, [library], { env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env } }],
    ];
    let output = '';
    for (const [command, args, options] of steps) {
      const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
      if (status !== 0) {
        throw new SetupError(`${library} does not tell its version`, { tail: (error?.message ?? stderr).trimEnd() });
      }
      output = stdout.trim();
    }
    return output;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Headers, libraries and version of what the addon is built with, or a failure that says what is wrong with it. */
export function requireLibTensorFlow() {
  const folder = libtensorflowFolder();
  const files = libtensorflowFiles(folder);
  if (!files) throw new SetupError(`there is no libtensorflow in ${folder}`, { hint: `run \`${setupCommand}\` first` });
  const stampFile = join(buildFolder, '.tensorflow-version.json');
  const identity = files.libraries.map(fileIdentity).join();
  const stamp = readStamp(stampFile);
  const version = stamp?.identity === identity ? stamp.version : askVersion(files.libraries[0]);
  writeStamp(stampFile, { identity, version });
  const least = leastVersion('tensorflow');
  if (isOlder(version, least)) {
    throw new SetupError(`TensorFlow ${version} in ${folder} is too old; the least version is ${least}`, {
      hint: 'let LIBTENSORFLOW_DIR name a newer one, or unset it: set-up then fetches the pinned version',
    });
  }
  return { ...files, version };
}

export const libtensorflow = {
  name: 'libtensorflow',
  isDone: () => isLibTensorFlow(libtensorflowFolder()),
  title: () => {
    const variant = chooseVariant();
    const { label, download } = VARIANTS[variant];
    return `libtensorflow ${tensorflowVersion(variant)} (${label}, ${download} with pip) into ${libtensorflowFolder()}`;
  },
  detail: () => libtensorflowFolder(),
  run: async (update) => {
    const variant = chooseVariant();
    await unpackWheels({
      name: 'libtensorflow',
      what: `libtensorflow ${tensorflowVersion(variant)} (${VARIANTS[variant].label})`,
      requirements: requirements(variant),
      folder: libtensorflowFolder(),
      rules: (wheel) => (wheel.startsWith('tensorflow') ? TENSORFLOW_RULES : NVIDIA_RULES),
      bytesNeeded: VARIANTS[variant].bytesNeeded,
      hint:
        ', or let LIBTENSORFLOW_DIR name an existing copy' +
        (variant === 'gpu' ? ', or set MOVINET_LIBTENSORFLOW=cpu to do without the GPU' : ''),
      isComplete: isLibTensorFlow,
      update,
    });
  },
};
