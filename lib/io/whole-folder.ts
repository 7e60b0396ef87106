import { mkdir, open, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OutputError, UsageError } from '../base/errors';
import { makeFolder, withFolderBeside } from './folders';
import { errorCode } from './output-failure';

/** What a folder may take the place of, beside an empty one: a predicate is asked about the folder that stands there. */
export type MayReplace = 'nothing' | 'anything' | ((folder: string) => Promise<boolean>);

/** What `rename` says where something is in the folder's place. */
const IN_THE_WAY: readonly (string | undefined)[] = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'];

/**
 * Writes a folder whole or not at all: `fill` writes into a hidden one beside it, which takes its place when it is complete and on the disk.
 * `what` begins the message of a failure, e.g. `The model`. Throws {@link OutputError}, also where something stands that may not be replaced,
 * which is left as it is.
 */
export async function writeFolderWhole(
  folder: string,
  { what, mayReplace }: { readonly what: string; readonly mayReplace: MayReplace },
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  try {
    if (await fillAndPlace(folder, mayReplace, fill)) return;
  } catch (error) {
    if (error instanceof OutputError || error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new OutputError(`${what} cannot be written to ${folder}: ${reason}`, { cause: error });
  }
  throw new OutputError(`${what} cannot be written to ${folder}: it holds other things; name another folder`);
}

/** The same with the errors of the system and of `fill` as they are. False where something stands that may not be replaced. */
export function fillAndPlace(
  folder: string,
  mayReplace: MayReplace,
  fill: (folder: string) => Promise<void>,
): Promise<boolean> {
  return withFolderBeside(folder, async (temporary) => {
    // In a folder of its own, as mkdtemp's may be entered by its owner only.
    const complete = join(temporary, 'complete');
    await mkdir(complete);
    await fill(complete);
    return placeFolder(complete, resolve(folder), mayReplace);
  });
}

/**
 * Flushes a folder to the disk and renames it. What it replaces is gone only when it stands; a process that is killed in between leaves the
 * replaced one beside `complete`. Returns false, and changes nothing, where something stands that may not be replaced.
 */
export async function placeFolder(complete: string, target: string, mayReplace: MayReplace): Promise<boolean> {
  await flush(complete);
  for (;;) {
    // Takes the place of an empty folder too.
    if (await renamed(complete, target)) break;
    const may = mayReplace === 'anything' || (mayReplace !== 'nothing' && (await mayReplace(target)));
    if (!may) return false;
    const earlier = `${complete}.earlier`;
    await rename(target, earlier).catch((error: unknown) => {
      // Another process was quicker.
      if (errorCode(error) !== 'ENOENT') throw error;
    });
    try {
      if (await renamed(complete, target)) break;
    } catch (error) {
      await rename(earlier, target);
      throw error;
    }
  }
  await flushFolder(dirname(target));
  return true;
}

/** Writes a file into a folder that is being filled; the folders in its name are made. */
export async function writeInto(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, name);
  await makeFolder(dirname(path));
  await writeFile(path, content);
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (IN_THE_WAY.includes(errorCode(error))) return false;
    throw error;
  }
}

/** Everything in a folder, then the folder: after a power cut no name stands for content that is not there. */
async function flush(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await flush(path);
    else if (entry.isFile()) await flushFile(path);
  }
  await flushFolder(folder);
}

export async function flushFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename durable; some file systems cannot, and the files themselves are safe by then. */
export async function flushFolder(path: string): Promise<void> {
  await flushFile(path).catch(() => undefined);
}
