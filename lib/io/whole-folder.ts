import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OutputError, UsageError } from '../base/errors';

/**
 * Writes a folder whole or not at all: `fill` writes into a hidden one beside it, which takes its place, and that of an earlier one, when it is
 * complete. `what` begins the message of a failure, e.g. `The model`. Throws {@link OutputError}.
 */
export async function writeFolderWhole(
  folder: string,
  what: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const target = resolve(folder);
  let temporary: string | undefined;
  try {
    await mkdir(dirname(target), { recursive: true });
    temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
    // In a folder of its own, as mkdtemp's may be entered by its owner only.
    const complete = join(temporary, 'complete');
    await mkdir(complete);
    await fill(complete);
    await putInPlace(complete, target, `${temporary}.earlier`);
  } catch (error) {
    if (error instanceof OutputError || error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new OutputError(`${what} cannot be written to ${folder}: ${reason}`, { cause: error });
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

/** The earlier folder is gone only when the new one stands. */
async function putInPlace(complete: string, target: string, earlier: string): Promise<void> {
  const replaces = existsSync(target);
  if (replaces) await rename(target, earlier);
  try {
    await rename(complete, target);
  } catch (error) {
    if (replaces) await rename(earlier, target);
    throw error;
  }
  await rm(earlier, { recursive: true, force: true });
}
