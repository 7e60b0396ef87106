// OpenCV's core, imgproc and videoio, by header and library: Debian's small -dev packages carry no OpenCVConfig.cmake, and the
// package that does brings dnn with a second protobuf, which must stay out. CMake and binding.gyp ask here, too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraries, libraryFacts, requireLibrary } from './system-library.mjs';

const MODULES = ['core', 'imgproc', 'videoio'];

function readVersion(include) {
  const text = readFileSync(join(include, 'opencv2/core/version.hpp'), 'utf8');
  return ['MAJOR', 'MINOR', 'REVISION']
    .map((part) => new RegExp(`^#define CV_VERSION_${part}\\s+(\\d+)`, 'm').exec(text)?.[1] ?? '0')
    .join('.');
}

/** The first place with headers and libraries together. Undefined: none. */
export function findOpenCv(modules = MODULES) {
  const files = {
    includeFolders: ['include/opencv4', 'include'],
    headers: [...modules.map((module) => `opencv2/${module}.hpp`), 'opencv2/core/version.hpp'],
    libraries: modules.map((module) => `opencv_${module}`),
  };
  return findLibraries(files, readVersion)[0];
}

/** {@link findOpenCv}, or a failure that says what was found instead and what to do. */
export function requireOpenCv() {
  return requireLibrary(findOpenCv(), {
    name: 'OpenCV',
    least: 'opencv',
    parts: 'headers and libraries of its core, imgproc and videoio together',
    packages: MODULES.map((module) => `libopencv-${module}-dev`),
    systems: 'Debian 12, Ubuntu 24.04',
  });
}

export function openCvFacts() {
  return libraryFacts('OpenCV', findOpenCv());
}
