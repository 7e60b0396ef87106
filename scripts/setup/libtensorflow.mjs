// libtensorflow: the two libraries and the C headers out of TensorFlow's pinned wheel, in the per-user cache.
import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SetupError } from './console.mjs';
import { findNvidiaDriver } from './nvidia-driver.mjs';
import { cacheFolder, readPins } from './paths.mjs';
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
  if (asked) {
    if (asked in VARIANTS) return asked;
    throw new SetupError(`MOVINET_LIBTENSORFLOW is "${asked}"; it can be cpu or gpu`);
  }
  return findNvidiaDriver() ? 'gpu' : 'cpu';
}

export function tensorflowVersion(variant) {
  return readPins(`libtensorflow-${variant}.txt`).find((pin) => pin.name.startsWith('tensorflow')).version;
}

/** Whether `folder` can be built and run against: lib/ and include/, or the `tensorflow` folder of a Python installation. */
export function isLibTensorFlow(folder) {
  return ['lib', ''].some(
    (libraries) =>
      existsSync(join(folder, libraries, 'libtensorflow_framework.so.2')) &&
      ['libtensorflow_cc.so.2', 'libtensorflow.so.2'].some((name) => existsSync(join(folder, libraries, name))) &&
      existsSync(join(folder, 'include/tensorflow/c/c_api.h')),
  );
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
  return join(cacheFolder(), `libtensorflow-${tensorflowVersion(variant)}-${variant}`);
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
      requirements: `libtensorflow-${variant}.txt`,
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
