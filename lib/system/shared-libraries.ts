import { dirname } from 'node:path';
import { commandOutput } from './command';

/** A shared library that a file needs, and the path at which the loader finds it. */
export interface NeededLibrary {
  name: string;
  /** undefined: not found. */
  path: string | undefined;
}

/** The lines of `ldd` that name a library. The loader itself and the kernel's own have no `=>` and are left out. */
export function parseLdd(output: string): NeededLibrary[] {
  return [...output.matchAll(/^\s*(\S+) => (?:(not found)|(\/\S+))/gm)].map(([, name, missing, path]) => ({
    name: name!,
    path: missing === undefined ? path : undefined,
  }));
}

/** Everything that `file` needs, directly or not, as the loader resolves it now; empty where `ldd` cannot tell. */
export function neededLibraries(file: string): NeededLibrary[] {
  return parseLdd(commandOutput('ldd', [file]) ?? '');
}

/** The folders of the RUNPATH or RPATH line of `readelf -d`, `$ORIGIN` replaced by `origin`, each once. */
export function parseRunpath(output: string, origin: string): string[] {
  const paths = [...output.matchAll(/\((?:RUNPATH|RPATH)\).*\[(.*)\]/g)].flatMap(([, list]) => list!.split(':'));
  return [...new Set(paths.filter(Boolean).map((path) => path.replace(/\$\{?ORIGIN\}?/g, origin)))];
}

/** Where `file` itself makes the loader look; undefined where `readelf` (binutils) is missing. */
export function runpath(file: string): string[] | undefined {
  const output = commandOutput('readelf', ['-dW', file]);
  return output === undefined ? undefined : parseRunpath(output, dirname(file));
}
