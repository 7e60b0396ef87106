import { dirname, relative, resolve, sep } from 'node:path';
import { DownloadError } from '../base/errors';
import { sideBySide } from '../base/side-by-side';
import { makeFolder } from './folders';
import { type RemoteZip, type RemoteZipEntry, writeError } from './remote-zip';

export interface DownloadProgress {
  readonly files: number;
  readonly totalFiles: number;
  /** Bytes of the archive that need not be fetched any more, and of all wanted members. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Mean since the start, of what was fetched now. */
  readonly bytesPerSecond: number;
}

export interface MemberDownload {
  readonly entry: RemoteZipEntry;
  /** Relative to the folder, with `/`. */
  readonly path: string;
}

export interface DownloadOptions {
  /** Members fetched at once. Default 4. */
  readonly concurrency?: number | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/**
 * Fetches members of an archive into a folder. What is there already, whole and with the right checksum, is not fetched again. Returns
 * the number of bytes fetched. After a failure, what is whole stays, and another call goes on.
 *
 * @throws DownloadError, among others for a path that leaves the folder; OutputError for what cannot be written.
 */
export async function downloadMembers(
  zip: RemoteZip,
  members: readonly MemberDownload[],
  folder: string,
  options: DownloadOptions = {},
): Promise<number> {
  const { concurrency = 4, onProgress } = options;
  const targets = members.map(({ entry, path }) => ({ entry, path: insideOf(folder, path) }));
  const totalBytes = members.reduce((sum, { entry }) => sum + entry.transferBytes, 0);
  const started = performance.now();
  let [files, bytes, fetchedBytes] = [0, 0, 0];
  const report = (): void => {
    const seconds = Math.max((performance.now() - started) / 1000, 1e-3);
    onProgress?.({ files, totalFiles: members.length, bytes, totalBytes, bytesPerSecond: fetchedBytes / seconds });
  };
  const count = (added: number, fetched: boolean): void => {
    bytes += added;
    if (fetched) fetchedBytes += added;
    report();
  };

  // All that was begun ends before the first failure is passed on, so that nothing is written after it.
  await sideBySide(targets, concurrency, async ({ entry, path }) => {
    try {
      await makeFolderOf(path);
      if (await zip.isComplete(entry, path)) {
        await zip.removeLeftovers(path);
        count(entry.transferBytes, false);
      } else await zip.extract(entry, path, count);
    } catch (error) {
      throw writeError(error, path);
    }
    files++;
    report();
  });
  return fetchedBytes;
}

function insideOf(folder: string, path: string): string {
  const target = resolve(folder, path);
  const inside = relative(resolve(folder), target);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || path.includes('\0')) {
    throw new DownloadError(`Refused to write "${path}": it would leave the folder ${folder}`);
  }
  return target;
}

async function makeFolderOf(path: string): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder).catch((error: unknown) => {
    throw writeError(error, folder);
  });
}
