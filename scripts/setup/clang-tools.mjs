// clang-format and clang-tidy out of their pinned wheels, in the per-user cache.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, readPins } from './paths.mjs';
import { unpackWheels } from './wheels.mjs';

const REQUIREMENTS = 'clang-tools.txt';

function clangToolsFolder() {
  const versions = readPins(REQUIREMENTS).map((pin) => `${pin.name.replace('clang-', '')}-${pin.version}`);
  return join(cacheFolder(), `clang-${versions.join('-')}`);
}

/** Full path of `clang-format` or `clang-tidy`, there once this step is done. */
export function clangTool(name) {
  return join(clangToolsFolder(), 'bin', name);
}

const isComplete = (folder) => ['clang-format', 'clang-tidy'].every((name) => existsSync(join(folder, 'bin', name)));

export const clangTools = {
  name: 'clang-format and clang-tidy',
  isDone: () => isComplete(clangToolsFolder()),
  title: () => `clang-format and clang-tidy (45 MiB with pip) into ${clangToolsFolder()}`,
  run: (update) =>
    unpackWheels({
      name: 'clang-tools',
      what: 'clang-format and clang-tidy',
      requirements: REQUIREMENTS,
      folder: clangToolsFolder(),
      // clang-tidy looks for its own headers in ../lib/clang, seen from its folder.
      rules: () => [String.raw`clang_\w+/data/((?:bin|lib)/.*)=\1`],
      bytesNeeded: 250 * 2 ** 20,
      hint: '',
      isComplete,
      update,
    }),
};
