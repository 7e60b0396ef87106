import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isNativeError } from 'node:util/types';
import { CheckpointError, OutputError } from '../../base/errors';
import { unpackArchive } from '../../io/tar-archive';
import { type CheckpointEntry, readCheckpointIndex } from '../../formats/checkpoint-index';
import { findCheckpoint } from '../../formats/find-checkpoint';

/** The prefix of the checkpoint in a cached folder; undefined where there is none that is whole. */
export async function cachedCheckpoint(folder: string): Promise<string | undefined> {
  try {
    return await readableCheckpoint(folder);
  } catch (error) {
    if (error instanceof CheckpointError) return undefined;
    throw error;
  }
}

export interface ArchiveSource {
  /** What messages call it: its path or address. */
  readonly name: string;
  /** Brings the archive, into the empty working folder if it is not on this machine yet, and returns its path. */
  obtain(workingFolder: string): Promise<string>;
  /** Refuses a checkpoint by throwing. */
  check?(entries: readonly CheckpointEntry[]): void;
}

/**
 * Unpacks an archive of a checkpoint or SavedModel and puts it in `folder` when it is whole and its index readable, so that the folder never
 * holds anything else; what was there and cannot be read is replaced. Returns the checkpoint's prefix. Several processes may do the same at once:
 * the first one's folder stays.
 *
 * @throws CheckpointError that names the archive, OutputError where the cache cannot be written, what `obtain` throws.
 */
export async function installArchive(folder: string, source: ArchiveSource): Promise<string> {
  let temporary: string | undefined;
  try {
    await mkdir(dirname(folder), { recursive: true });
    temporary = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
    const [working, unpacked] = [join(temporary, 'working'), join(temporary, 'unpacked')];
    await mkdir(working);
    await mkdir(unpacked);
    await unpackArchive(await source.obtain(working), unpacked, { name: source.name });
    const prefix = await naming(source.name, unpacked, () => readableCheckpoint(unpacked, source.check?.bind(source)));
    return await putInPlace(unpacked, folder, join(temporary, 'replaced'), relative(unpacked, prefix));
  } catch (error) {
    throw systemCode(error) === undefined ? error : cacheFailure(dirname(folder), error);
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

async function readableCheckpoint(
  folder: string,
  check?: (entries: readonly CheckpointEntry[]) => void,
): Promise<string> {
  const prefix = await findCheckpoint(folder);
  const entries = await readCheckpointIndex(prefix);
  check?.(entries);
  return prefix;
}

/** Puts the archive's name where a message has the temporary folder's path. */
async function naming<T>(name: string, temporary: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new CheckpointError(error.message.replaceAll(temporary, name), { cause: error });
  }
}

async function putInPlace(complete: string, folder: string, aside: string, prefix: string): Promise<string> {
  for (;;) {
    try {
      await rename(complete, folder);
      return join(folder, prefix);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    }
    const other = await cachedCheckpoint(folder);
    if (other !== undefined) return other;
    await rename(folder, aside).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
  }
}

function cacheFailure(folder: string, error: unknown): OutputError {
  const reason =
    systemCode(error) === 'ENOSPC' ? 'the disk is full' : isNativeError(error) ? error.message : String(error);
  return new OutputError(
    `Cannot write the cache ${folder}: ${reason}; free some space or set XDG_CACHE_HOME to a folder that can be written`,
    { cause: error },
  );
}

/** The code of an error of the file system, such as `ENOENT`; undefined for every other error. */
function systemCode(error: unknown): string | undefined {
  return isNativeError(error) && 'syscall' in error ? (error as NodeJS.ErrnoException).code : undefined;
}
