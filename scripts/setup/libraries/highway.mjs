// Google's Highway, by header and library, as OpenCV is found. CMake and binding.gyp ask here, too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraries, libraryFacts, requireLibrary } from './system-library.mjs';

function readVersion(include) {
  // In a header of its own since 1.0.6.
  const text = ['hwy/base.h', 'hwy/highway.h'].map((file) => readFileSync(join(include, file), 'utf8')).join('');
  return ['MAJOR', 'MINOR', 'PATCH']
    .map((part) => new RegExp(`^#define HWY_${part}\\s+(\\d+)`, 'm').exec(text)?.[1] ?? '0')
    .join('.');
}

/** The first place with headers and library together. Undefined: none. */
export function findHighway() {
  const files = { includeFolders: ['include'], headers: ['hwy/highway.h', 'hwy/base.h'], libraries: ['hwy'] };
  return findLibraries(files, readVersion)[0];
}

/** {@link findHighway}, or a failure that says what was found instead and what to do. */
export function requireHighway() {
  return requireLibrary(findHighway(), {
    name: 'Highway',
    least: 'highway',
    parts: 'headers and library together',
    packages: ['libhwy-dev'],
    systems: 'Debian 12, Ubuntu 24.04',
  });
}

export function highwayFacts() {
  return libraryFacts('Highway', findHighway());
}
