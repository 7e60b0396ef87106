import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { outputError } from './output-failure';

/** Makes a rename durable; some file systems cannot, and the file itself is safe by then. */
async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    return;
  }
}

/**
 * Writes a file so that its name only ever stands for the old or the whole new content: into a temporary file beside it,
 * flushed to the disk, then renamed.
 *
 * @throws OutputError when it cannot be written; the old file is then untouched and no temporary file remains.
 */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
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
    throw outputError('write', path, error);
  }
  await syncFolder(dirname(path));
}
