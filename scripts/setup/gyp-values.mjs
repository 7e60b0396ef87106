// Tells binding.gyp what CMake finds by itself: gyp-values.mjs sources|includes|libraries prints one value a line.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libtensorflow, libtensorflowFolder } from './libtensorflow.mjs';
import { repository } from './paths.mjs';

function tensorflow() {
  const folder = libtensorflowFolder();
  if (!libtensorflow.isDone()) throw new Error(`there is no libtensorflow in ${folder}; run \`npm run setup\` first`);
  const libraries = existsSync(join(folder, 'lib')) ? join(folder, 'lib') : folder;
  const main = ['libtensorflow_cc.so.2', 'libtensorflow.so.2'].find((name) => existsSync(join(libraries, name)));
  return { folder, libraries, files: [main, 'libtensorflow_framework.so.2'].map((name) => join(libraries, name)) };
}

const VALUES = {
  sources: () =>
    [...readFileSync(join(repository, 'native/sources.txt'), 'utf8').matchAll(/^(?:core|addon) (\S+)$/gm)].map(
      ([, file]) => file,
    ),
  includes: () => {
    const opencv = ['/usr/local', '/usr']
      .map((prefix) => join(prefix, 'include/opencv4'))
      .find((path) => existsSync(path));
    return [join(tensorflow().folder, 'include'), ...(opencv ? [opencv] : [])].map((path) => `-isystem${path}`);
  },
  libraries: () => {
    const { libraries, files } = tensorflow();
    return [...files, `-Wl,-rpath,${libraries}`, '-lopencv_core', '-lopencv_imgproc', '-lopencv_videoio'];
  },
};

try {
  process.stdout.write(`${VALUES[process.argv[2]]().join('\n')}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
