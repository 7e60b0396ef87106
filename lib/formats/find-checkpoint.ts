import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { CheckpointError } from '../base/errors';
import { exists } from '../io/look';

const SUFFIX = '.index';
const LISTED = 3;

/** An archive's own folder, the model's, `variables`: what archives unpack to is no deeper. */
const DEEPEST = 3;

/**
 * The prefix of the checkpoint in a folder, also where it lies some folders deeper, as archives unpack: the one that a `checkpoint` file names, a
 * SavedModel's variables, or the only one there is. Throws {@link CheckpointError} for none and for several.
 */
export async function findCheckpoint(folder: string): Promise<string> {
  const nearest = await nearestPrefixes(folder);
  // One by one: a file that is being read counts among the files that a process may have open.
  const named = new Map<string, string | undefined>();
  for (const parent of new Set(nearest.map((prefix) => dirname(prefix)))) named.set(parent, await latestIn(parent));
  const latest = nearest.filter((prefix) => named.get(dirname(prefix)) === basename(prefix));
  const candidates = latest.length > 0 ? latest : nearest;
  const [only] = candidates;
  if (only === undefined) {
    throw new CheckpointError(
      `There is no checkpoint in ${folder}: it needs a file such as ckpt-1${SUFFIX}, or a SavedModel's variables/variables${SUFFIX}`,
    );
  }
  if (candidates.length > 1) {
    const names = candidates.map((prefix) => relative(folder, prefix)).sort();
    const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
    throw new CheckpointError(
      `There are several checkpoints in ${folder}: ${names.slice(0, LISTED).join(', ')}${more}; name one of them`,
    );
  }
  return only;
}

/** All prefixes of the least depth that has any. */
async function nearestPrefixes(folder: string): Promise<string[]> {
  let folders = [folder];
  for (let depth = 0; depth <= DEEPEST && folders.length > 0; depth++) {
    const entries = (await Promise.all(folders.map(listFolder))).flat();
    const prefixes = entries
      // Some archivers add a `._ckpt-1.index` of their own to each file.
      .filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX) && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name.slice(0, -SUFFIX.length)));
    if (prefixes.length > 0) return prefixes;
    folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  }
  return [];
}

async function listFolder(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new CheckpointError(`The folder ${folder} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** The name of the checkpoint that a folder's `checkpoint` file calls the latest; it may hold the path of another machine. */
async function latestIn(folder: string): Promise<string | undefined> {
  const state = join(folder, 'checkpoint');
  if (!(await exists(state))) return undefined;
  const path = /^model_checkpoint_path: "(.*)"/m.exec(await readFile(state, 'utf8'))?.[1];
  return path === undefined ? undefined : basename(path);
}
