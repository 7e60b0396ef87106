// Finds a library of the system by its headers and shared objects, in the order of paths.mjs's prefixes.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../console.mjs';
import { fileIdentity } from '../fingerprint.mjs';
import { isOlder, leastVersion, LIBRARY_FOLDERS, prefixes } from '../paths.mjs';

const ELSEWHERE = 'let CMAKE_PREFIX_PATH name a folder that has it in lib/ and include/';

function findIn(prefix, { includeFolders, headers, libraries }) {
  const first = (folders, names) =>
    folders
      .map((folder) => names.map((name) => join(prefix, folder, name)))
      .find((paths) => paths.every((path) => existsSync(path)));
  const include = includeFolders.find((folder) => first([folder], headers) !== undefined);
  const files = first(
    LIBRARY_FOLDERS,
    libraries.map((name) => `lib${name}.so`),
  );
  if (include === undefined || files === undefined) return undefined;
  return { prefix, include: join(prefix, include), libraries: files };
}

/**
 * Every place with headers and libraries together, best first: those of two versions must never be mixed.
 *
 * @param {{ includeFolders: string[], headers: string[], libraries: string[] }} files below a prefix; `libraries` without lib and .so
 * @param {(include: string) => string} readVersion
 */
export function findLibraries(files, readVersion) {
  return prefixes()
    .map((prefix) => findIn(prefix, files))
    .filter((found) => found !== undefined)
    .map((found) => ({ ...found, version: readVersion(found.include) }));
}

/**
 * `found`, or a failure that says what was found instead and what to do.
 *
 * @param {{ name: string, least: string, parts: string, packages: string[], systems: string }} library `least`: its name in
 *   native/least-versions.txt; `parts`: what is looked for, in words; `systems`: those whose package is new enough
 */
export function requireLibrary(found, { name, least, parts, packages, systems }) {
  if (!found) {
    throw new SetupError(`there is no ${name} (${parts}) in ${prefixes().join(', ')}`, {
      hint: `install ${packages.join(', ')}, or ${ELSEWHERE}`,
    });
  }
  const version = leastVersion(least);
  if (isOlder(found.version, version)) {
    throw new SetupError(`${name} ${found.version} in ${found.prefix} is too old; the least version is ${version}`, {
      hint: `install a newer one (${systems} and later ones have it), or ${ELSEWHERE}`,
    });
  }
  return found;
}

/** What changes when a library is replaced, by a package of another version or by one of the same. */
export function libraryFacts(name, found) {
  if (!found) return [`no ${name}`];
  return [found.version, found.include, ...found.libraries.map((path) => fileIdentity(realpathSync(path)) ?? path)];
}
