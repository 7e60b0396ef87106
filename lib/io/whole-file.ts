import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { outputError } from './output-failure';
import { flushFile, flushFolder } from './whole-folder';

/**
 * Writes a file so that its name only ever stands for the old or the whole new content: into a temporary file beside it,
 * flushed to the disk, then renamed.
 *
 * @throws OutputError when it cannot be written, which tells the user to name another place with `option`, where there is one; the old file is then
 * untouched and no temporary file remains.
 */
export async function writeFileWhole(
  path: string,
  content: string | Uint8Array,
  { option }: { readonly option?: string } = {},
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw outputError('write', path, error, option);
  }
  await flushFolder(dirname(path));
}

/**
 * Adds to the end of a file, which is made where it is missing: all of it or nothing. It is not flushed: what is added is no loss where a machine fails.
 *
 * @throws OutputError when it cannot be written; the file is then as it was, as far as the system allows.
 */
export async function appendWhole(path: string, content: string | Uint8Array): Promise<void> {
  try {
    const handle = await open(path, 'a');
    try {
      const { size } = await handle.stat();
      try {
        await handle.appendFile(content);
      } catch (error) {
        await handle.truncate(size).catch(() => undefined);
        throw error;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw outputError('write', path, error);
  }
}

/**
 * Moves complete files from one folder into another of the same file system, flushed and in their order. The last one, such as a checkpoint's
 * index, stands only beside the others that it was written with: an earlier one goes first.
 */
export async function placeFiles(from: string, to: string, names: readonly [...string[], string]): Promise<void> {
  for (const name of names) await flushFile(join(from, name));
  await rm(join(to, names.at(-1) as string), { force: true });
  for (const name of names) await rename(join(from, name), join(to, name));
  await flushFolder(to);
}

/** Removes a file where there is one. Throws {@link OutputError}. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error: unknown) => {
    throw outputError('remove the earlier result', path, error);
  });
}
