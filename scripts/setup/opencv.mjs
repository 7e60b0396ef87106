// OpenCV's core, imgproc and videoio, by header and library: Debian's small -dev packages carry no OpenCVConfig.cmake, and the
// package that does brings dnn with a second protobuf, which must stay out. CMake and binding.gyp ask here, too.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './console.mjs';
import { fileIdentity } from './fingerprint.mjs';
import { isOlder, leastVersion, LIBRARY_FOLDERS, prefixes } from './paths.mjs';

const MODULES = ['core', 'imgproc', 'videoio'];
const INCLUDE_FOLDERS = ['include/opencv4', 'include'];
const INSTALL = `install ${MODULES.map((module) => `libopencv-${module}-dev`).join(', ')}`;
const ELSEWHERE = 'let CMAKE_PREFIX_PATH name a folder that has it in lib/ and include/';

function readVersion(include) {
  const text = readFileSync(join(include, 'opencv2/core/version.hpp'), 'utf8');
  return ['MAJOR', 'MINOR', 'REVISION']
    .map((part) => new RegExp(`^#define CV_VERSION_${part}\\s+(\\d+)`, 'm').exec(text)?.[1] ?? '0')
    .join('.');
}

function findIn(prefix, modules) {
  const first = (folders, names) =>
    folders
      .map((folder) => names.map((name) => join(prefix, folder, name)))
      .find((paths) => paths.every((path) => existsSync(path)));
  const headers = modules.map((module) => `opencv2/${module}.hpp`);
  const include = INCLUDE_FOLDERS.find((folder) => first([folder], [...headers, 'opencv2/core/version.hpp']));
  const names = modules.map((module) => `libopencv_${module}.so`);
  const libraries = first(LIBRARY_FOLDERS, names);
  if (include === undefined || libraries === undefined) return undefined;
  return { prefix, include: join(prefix, include), libraries };
}

/** The first place with headers and libraries together: those of two versions must never be mixed. Undefined: none. */
export function findOpenCv(modules = MODULES) {
  for (const prefix of prefixes()) {
    const found = findIn(prefix, modules);
    if (found) return { ...found, version: readVersion(found.include) };
  }
  return undefined;
}

/** {@link findOpenCv}, or a failure that says what was found instead and what to do. */
export function requireOpenCv() {
  const found = findOpenCv();
  if (!found) {
    const what = 'headers and libraries of its core, imgproc and videoio together';
    throw new SetupError(`there is no OpenCV (${what}) in ${prefixes().join(', ')}`, {
      hint: `${INSTALL}, or ${ELSEWHERE}`,
    });
  }
  const least = leastVersion('opencv');
  if (isOlder(found.version, least)) {
    throw new SetupError(`OpenCV ${found.version} in ${found.prefix} is too old; the least version is ${least}`, {
      hint: `install a newer one (Debian 11, Ubuntu 22.04 and later ones have it), or ${ELSEWHERE}`,
    });
  }
  return found;
}

/** What changes when OpenCV is replaced, by a package of another version or by one of the same. */
export function openCvFacts() {
  const found = findOpenCv();
  if (!found) return ['no OpenCV'];
  return [found.version, found.include, ...found.libraries.map((path) => fileIdentity(realpathSync(path)) ?? path)];
}
