// Tells CMake and binding.gyp what set-up knows, so that the three never differ: one value a line.
//
//   native-values.mjs opencv|ffmpeg|highway|tensorflow              for CMake: `include PATH`, `library PATH`, `version X.Y.Z`
//   native-values.mjs sources|includes|defines|libraries    for binding.gyp
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { requireFfmpeg } from './libraries/ffmpeg.mjs';
import { requireHighway } from './libraries/highway.mjs';
import { requireOpenCv } from './libraries/opencv.mjs';
import { requireLibTensorFlow } from './libtensorflow.mjs';
import { leastVersion, repository } from './paths.mjs';

function described({ include, libraries, version }) {
  return [`include ${include}`, ...libraries.map((path) => `library ${path}`), `version ${version}`];
}

function required() {
  return [requireLibTensorFlow(), requireOpenCv(), requireFfmpeg(), requireHighway()];
}

const VALUES = {
  opencv: () => described(requireOpenCv()),
  ffmpeg: () => described(requireFfmpeg()),
  highway: () => described(requireHighway()),
  tensorflow: () => [...described(requireLibTensorFlow()), `least ${leastVersion('tensorflow')}`],
  sources: () =>
    [...readFileSync(join(repository, 'native/sources.txt'), 'utf8').matchAll(/^(?:core|addon) (\S+)$/gm)].map(
      ([, file]) => file,
    ),
  includes: () => required().map(({ include }) => `-isystem${include}`),
  // gyp takes words as a shell does, and the quotes are the compiler's.
  defines: () =>
    Object.entries({
      MOVINET_TENSORFLOW: requireLibTensorFlow().version,
      MOVINET_LEAST_TENSORFLOW: leastVersion('tensorflow'),
    }).map(([name, version]) => `${name}=\\"${version}\\"`),
  libraries: () => {
    const libraries = required().flatMap((found) => found.libraries);
    return [...libraries, ...new Set(libraries.map((path) => `-Wl,-rpath,${dirname(path)}`))];
  },
};

try {
  process.stdout.write(`${VALUES[process.argv[2]]().join('\n')}\n`);
} catch (error) {
  process.stderr.write(`${[error.message, error.tail, error.hint].filter(Boolean).join('\n')}\n`);
  process.exitCode = 1;
}
