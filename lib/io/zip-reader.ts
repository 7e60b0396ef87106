import { createReadStream, promises as fs } from 'node:fs';
import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import type { RemoteFile } from './remote-file';

/** A range of the archive, from `start` up to, not including, `end`. */
export interface ArchiveRange {
  readonly start: number;
  readonly end: number;
}

const BLOCK_BYTES = 512 * 1024;
/** The directory of UCF101's 13,320 videos takes three; what it says of its own size is no bound. */
const MOST_BLOCKS = 128;

/**
 * Gives yauzl the bytes of a remote archive. It reads the directory in pieces of some 50 bytes, so these come out of blocks fetched whole;
 * ranges that have been stored in files come from there.
 */
export class ArchiveReader extends RandomAccessReader {
  private readonly blocks = new Map<number, Promise<Buffer>>();
  private readonly stored = new Map<ArchiveRange, string>();

  constructor(private readonly file: RemoteFile) {
    super();
  }

  /** From now on the range is read from a file that holds just these bytes. Returns the function that ends it. */
  useStored(range: ArchiveRange, path: string): () => void {
    this.stored.set(range, path);
    return () => this.stored.delete(range);
  }

  /** The directory has been read: its blocks are not needed any more. */
  dropBlocks(): void {
    this.blocks.clear();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytes(position, position + length).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(null);
      },
      (error: unknown) => callback(error as Error),
    );
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const stored = this.findStored(start, end);
    if (stored === undefined) return Readable.from(this.file.stream(start, end));
    return createReadStream(stored.path, { start: start - stored.range.start, end: end - 1 - stored.range.start });
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }

  private findStored(start: number, end: number): { range: ArchiveRange; path: string } | undefined {
    for (const [range, path] of this.stored) if (range.start <= start && end <= range.end) return { range, path };
    return undefined;
  }

  private async bytes(start: number, end: number): Promise<Buffer> {
    if (start < 0 || end > this.file.size)
      throw new Error(`bytes ${start} to ${end} lie outside of its ${this.file.size} bytes`);
    const stored = this.findStored(start, end);
    if (stored !== undefined) return readRange(stored.path, start - stored.range.start, end - start);
    const parts: Buffer[] = [];
    for (let at = start; at < end;) {
      const index = Math.floor(at / BLOCK_BYTES);
      const block = await this.block(index);
      const part = block.subarray(at - index * BLOCK_BYTES, end - index * BLOCK_BYTES);
      parts.push(part);
      at += part.length;
    }
    return Buffer.concat(parts);
  }

  private block(index: number): Promise<Buffer> {
    let block = this.blocks.get(index);
    if (block === undefined) {
      if (this.blocks.size >= MOST_BLOCKS)
        throw new Error(`its directory is larger than ${(MOST_BLOCKS * BLOCK_BYTES) / 2 ** 20} MiB`);
      block = this.file.read(index * BLOCK_BYTES, Math.min((index + 1) * BLOCK_BYTES, this.file.size));
      this.blocks.set(index, block);
    }
    return block;
  }
}

async function readRange(path: string, position: number, length: number): Promise<Buffer> {
  const handle = await fs.open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
