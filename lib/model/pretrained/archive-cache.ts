import { dirname, join, relative } from 'node:path';
import { isNativeError } from 'node:util/types';
import { CheckpointError, OutputError } from '../../base/errors';
import { makeFolder, withFolderBeside } from '../../io/folders';
import { errorCode, isSystemError } from '../../io/output-failure';
import { placeFolder } from '../../io/whole-folder';
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
  try {
    return await withFolderBeside(folder, async (temporary) => {
      const [working, unpacked] = [join(temporary, 'working'), join(temporary, 'unpacked')];
      await makeFolder(working);
      await makeFolder(unpacked);
      await unpackArchive(await source.obtain(working), unpacked, { name: source.name });
      const prefix = await naming(source.name, unpacked, () =>
        readableCheckpoint(unpacked, source.check?.bind(source)),
      );
      const isUseless = async (other: string): Promise<boolean> => (await cachedCheckpoint(other)) === undefined;
      if (await placeFolder(unpacked, folder, isUseless)) return join(folder, relative(unpacked, prefix));
      return readableCheckpoint(folder);
    });
  } catch (error) {
    throw isSystemError(error) ? cacheFailure(dirname(folder), error) : error;
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

function cacheFailure(folder: string, error: unknown): OutputError {
  const reason =
    errorCode(error) === 'ENOSPC' ? 'the disk is full' : isNativeError(error) ? error.message : String(error);
  return new OutputError(
    `Cannot write the cache ${folder}: ${reason}; free some space or set XDG_CACHE_HOME to a folder that can be written`,
    { cause: error },
  );
}
