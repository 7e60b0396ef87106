import { createReadStream, createWriteStream, promises as fs } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import { DownloadError, OutputError } from '../base/errors';
import { ArchiveReader, type ArchiveRange } from './zip-reader';
import { isSystemError } from './output-failure';
import { RemoteFile, type RemoteFileOptions } from './remote-file';

/** A file in the archive. */
export interface RemoteZipEntry {
  /** Its path in the archive, with `/`. */
  readonly name: string;
  /** Unpacked, in bytes. */
  readonly size: number;
  readonly crc32: number;
  /** The bytes to fetch for it. */
  readonly transferBytes: number;
}

interface StoredEntry extends RemoteZipEntry {
  readonly entry: Entry;
  readonly range: ArchiveRange;
}

/** A member's bytes as they stand in the archive, header and all; what makes it possible to go on after a break. */
const PACKED_SUFFIX = '.zip-part';
/** A member's content before it is known to be right. */
const UNPACKED_SUFFIX = '.part';
/** A video is no larger; a thousandth of this, packed, may say that it is. */
const MOST_MEMBER_BYTES = 2 ** 31;
const LOCAL_HEADER_BYTES = 30;
const LONGEST_EXTRA_FIELD_BYTES = 0xffff;

/** A zip archive behind a URL, of which only the directory and the wanted members are fetched. */
export class RemoteZip {
  private constructor(
    private readonly file: RemoteFile,
    private readonly reader: ArchiveReader,
    private readonly zip: ZipFile,
    /** Its files, without folders. */
    readonly entries: readonly RemoteZipEntry[],
  ) {}

  /** Reads the directory. Throws a DownloadError for what is no zip, is cut off, or holds names that would leave the folder. */
  static async open(url: string, options: RemoteFileOptions = {}): Promise<RemoteZip> {
    const file = await RemoteFile.open(url, options);
    const reader = new ArchiveReader(file);
    try {
      const zip = await fromRandomAccessReaderPromise(reader, file.size, { autoClose: false });
      const entries: Entry[] = [];
      for await (const entry of zip.eachEntry()) entries.push(entry);
      reader.dropBlocks();
      return new RemoteZip(file, reader, zip, withRanges(entries, file));
    } catch (error) {
      throw archiveError(error, file, options.signal);
    }
  }

  /** Whether a file is there already, whole and unharmed. */
  async isComplete({ size, crc32: expected }: RemoteZipEntry, path: string): Promise<boolean> {
    const stats = await fs.stat(path).catch(() => undefined);
    if (stats === undefined || !stats.isFile() || stats.size !== size) return false;
    let checksum = 0;
    for await (const piece of createReadStream(path)) checksum = crc32(piece as Buffer, checksum);
    return checksum === expected;
  }

  /**
   * Fetches a member and unpacks it to `path`, which appears only whole and with the right checksum. Until then its packed bytes stand
   * beside it: a later call goes on where they end. Throws a DownloadError for one that would unpack to more than 2 GiB.
   *
   * @param onBytes how many of its {@link RemoteZipEntry.transferBytes} have been added; negative where they turned out useless.
   */
  async extract(
    wanted: RemoteZipEntry,
    path: string,
    onBytes: (count: number, fetched: boolean) => void = () => undefined,
  ): Promise<void> {
    const member = wanted as StoredEntry;
    if (member.size > MOST_MEMBER_BYTES)
      throw this.file.failure(`holds ${member.name}, which unpacks to more than ${MOST_MEMBER_BYTES / 2 ** 20} MiB`);
    const packed = path + PACKED_SUFFIX;
    const unpacked = path + UNPACKED_SUFFIX;
    try {
      const resumed = await this.fetchRange(member.range, packed, onBytes);
      try {
        await this.unpack(member, packed, unpacked);
      } catch (error) {
        if (!resumed || !(error instanceof DownloadError)) throw error;
        // The bytes of an earlier run may be of another version of the archive: once more from the start.
        onBytes(-member.transferBytes, false);
        await this.fetchRange(member.range, packed, onBytes);
        await this.unpack(member, packed, unpacked);
      }
      await fs.rename(unpacked, path);
      await fs.rm(packed, { force: true });
    } catch (error) {
      await fs.rm(unpacked, { force: true }).catch(() => undefined);
      throw writeError(error, path);
    }
  }

  /** Removes what an interrupted {@link extract} left beside a file. */
  async removeLeftovers(path: string): Promise<void> {
    for (const suffix of [PACKED_SUFFIX, UNPACKED_SUFFIX]) await fs.rm(path + suffix, { force: true });
  }

  /** Appends what is missing of a range to a file. Returns whether some of it was there. */
  private async fetchRange(
    { start, end }: ArchiveRange,
    path: string,
    onBytes: (count: number, fetched: boolean) => void,
  ): Promise<boolean> {
    const handle = await fs.open(path, 'a');
    try {
      let { size } = await handle.stat();
      if (size > end - start) {
        await handle.truncate(0);
        size = 0;
      }
      if (size > 0) onBytes(size, false);
      for await (const piece of this.file.stream(start + size, end)) {
        await handle.appendFile(piece);
        onBytes(piece.length, true);
      }
      return size > 0;
    } finally {
      await handle.close();
    }
  }

  /** Where the bytes are not what the directory promised, removes them and throws a DownloadError. */
  private async unpack(
    { entry, name, range, ...expected }: StoredEntry,
    packed: string,
    unpacked: string,
  ): Promise<void> {
    const endUse = this.reader.useStored(range, packed);
    let checksum = 0;
    try {
      const content = await this.zip.openReadStreamPromise(entry);
      const check = new Transform({
        transform(piece: Buffer, _, done) {
          checksum = crc32(piece, checksum);
          done(null, piece);
        },
      });
      // On the disk before the rename: a power cut leaves no file that only looks whole.
      await pipeline(content, check, createWriteStream(unpacked, { flush: true }));
    } catch (error) {
      if (isSystemError(error)) throw error;
      await fs.rm(packed, { force: true });
      throw this.file.failure(`holds a damaged member, ${name}: ${(error as Error).message}`);
    } finally {
      endUse();
    }
    if (checksum === expected.crc32) return;
    await fs.rm(packed, { force: true });
    throw this.file.failure(`brought other bytes than promised for ${name}: its CRC is wrong`);
  }
}

/** A member lies between its header and the next one's, or the directory. That is fetched in one piece, as the header's length is not known before. */
function withRanges(entries: readonly Entry[], file: RemoteFile): StoredEntry[] {
  const starts = entries.map((entry) => entry.relativeOffsetOfLocalHeader).sort((a, b) => a - b);
  const following = new Map(starts.map((start, i) => [start, starts[i + 1] ?? file.size]));
  return entries
    .filter((entry) => !entry.fileName.endsWith('/'))
    .map((entry) => {
      const start = entry.relativeOffsetOfLocalHeader;
      const least = start + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize;
      const end = Math.min(following.get(start) as number, least + LONGEST_EXTRA_FIELD_BYTES);
      if (least > end) throw new Error(`member ${entry.fileName} overlaps another or the end`);
      return {
        name: entry.fileName,
        size: entry.uncompressedSize,
        crc32: entry.crc32,
        transferBytes: end - start,
        entry,
        range: { start, end },
      };
    });
}

function archiveError(error: unknown, file: RemoteFile, signal: AbortSignal | undefined): unknown {
  if (error instanceof DownloadError || signal?.aborted === true) return error;
  const message = (error as Error).message;
  if (/^(absolute path|invalid relative path): /.test(message))
    return file.failure(`holds a name that would leave the folder (${message}): refused`);
  return file.failure(`is no zip archive that can be read: ${message}`);
}

/** Of an error of the file system, an OutputError; any other error as it is. */
export function writeError(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const advice =
    error.code === 'ENOSPC'
      ? 'no space left: free some and run again, it goes on where it stopped'
      : `${error.message}: choose a folder that can be written`;
  return new OutputError(`Cannot write ${path}: ${advice}`, { cause: error });
}
