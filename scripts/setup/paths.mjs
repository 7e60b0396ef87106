// Where things are: the repository, the per-user cache and the folders that set-up writes to.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const buildFolder = join(repository, 'build');
export const logFolder = join(buildFolder, 'setup-logs');

/** `${XDG_CACHE_HOME:-~/.cache}/movinet-native`: what is downloaded once for each user. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'movinet-native');
}

/** The pins of a requirements file in this folder, in order: `{ name, version, hash }`. */
export function readPins(file) {
  const text = readFileSync(join(repository, 'scripts/setup', file), 'utf8');
  return [...text.matchAll(/^([\w-]+)==(\S+) \\\n\s+--hash=sha256:([0-9a-f]{64})$/gm)].map(
    ([, name, version, hash]) => ({
      name,
      version,
      hash,
    }),
  );
}

/** The first of `names` that is an executable of PATH, as a full path. */
export function findExecutable(names, isExecutable) {
  for (const name of names) {
    if (name.includes('/')) {
      if (isExecutable(name)) return name;
      continue;
    }
    for (const folder of (process.env.PATH ?? '').split(':')) {
      const path = join(folder || '.', name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}
