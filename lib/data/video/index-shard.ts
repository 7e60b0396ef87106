import { Turn } from '../../base/turn';
import { appendLines, cachedSize, readCached } from '../../io/cache-folder';
import { writeFileWhole } from '../../io/whole-file';
import { decodeRecord, type IndexRecord, nameOf, recordName } from './index-record';

const LINE_END = 10;
/** Beyond, a file is no cache of ours that is of use: at half a kibibyte a video, two million videos. */
const MOST_BYTES = 2 ** 30;
/** Videos are opened faster than a file is read that holds many more: 1 ms each against some 3 ms a mebibyte. */
const WORTH_READING = { always: 2 ** 20, forEach: 2 ** 18 };
/** Lines that are put together in one turn of the event loop. */
const LINES_PER_WRITE = 2048;
/** Superseded and damaged bytes that are left in a file whatever it holds. */
const SPARE_BYTES = 2 ** 20;

/**
 * The part of the cache that is one file: records of videos below one folder. New ones are added at its end, several processes at a time; what is
 * damaged or superseded is passed over, and left out when the file is written anew because most of it is.
 */
export class IndexShard {
  private content: Buffer = Buffer.alloc(0);
  /** Where the records of the content begin: numbers, as objects would keep the collector busy. */
  private readonly starts = new Map<string, number>();
  private readonly newer = new Map<string, IndexRecord>();
  private added: Uint8Array[] = [];
  private bytes = 0;
  private liveBytes = 0;

  /** `path`: undefined for one that is neither read nor written. */
  private constructor(private readonly path: string | undefined) {}

  /** Reads the file where that is worth it for so many `videos`; else it is left alone. */
  static async open(path: string, videos: number): Promise<IndexShard> {
    const size = await cachedSize(path);
    if (size > WORTH_READING.always + videos * WORTH_READING.forEach) return new IndexShard(undefined);
    const shard = new IndexShard(path);
    const content = await readCached(path, MOST_BYTES);
    if (content !== undefined) await shard.read(content);
    // What cannot be read is in the way of what will be added.
    else shard.bytes = size;
    return shard;
  }

  /** A whole record of this state of the file. */
  find(name: string, stamp: string): IndexRecord | undefined {
    const record = this.recordOf(recordName(name));
    return record !== undefined && decodeRecord(record, stamp) !== undefined ? record : undefined;
  }

  add(name: string, record: IndexRecord): void {
    if (this.path === undefined) return;
    const key = recordName(name);
    this.count(this.recordOf(key), record);
    this.newer.set(key, record);
    this.bytes += record.end + 1;
    this.added.push(record.bytes);
  }

  /** Writes what was added since the last time. Whether anything was; the system's error, or an OutputError. */
  async save(): Promise<boolean> {
    if (this.path === undefined || this.added.length === 0) return false;
    const lines = this.added;
    this.added = [];
    if (this.bytes <= 2 * this.liveBytes + SPARE_BYTES) {
      for (let at = 0; at < lines.length; at += LINES_PER_WRITE) {
        await appendLines(this.path, lines.slice(at, at + LINES_PER_WRITE));
      }
    } else {
      await writeFileWhole(this.path, await this.wholeContent());
      this.bytes = this.liveBytes;
    }
    return true;
  }

  private async read(content: Buffer): Promise<void> {
    this.content = content;
    this.bytes = content.length;
    const turn = new Turn();
    for (let start = 0, line = 0; start < content.length; line++) {
      const record = this.recordAt(start);
      const name = nameOf(record);
      if (name !== undefined) {
        this.count(this.recordOf(name), record);
        this.starts.set(name, start);
      }
      start = record.end + 1;
      if (line % 64 === 0 && turn.over) await turn.next();
    }
  }

  private recordOf(key: string): IndexRecord | undefined {
    const start = this.starts.get(key);
    return this.newer.get(key) ?? (start === undefined ? undefined : this.recordAt(start));
  }

  private recordAt(start: number): IndexRecord {
    const end = this.content.indexOf(LINE_END, start);
    return { bytes: this.content, start, end: end < 0 ? this.content.length : end };
  }

  private count(earlier: IndexRecord | undefined, { start, end }: IndexRecord): void {
    this.liveBytes += end - start - (earlier ? earlier.end - earlier.start : -1);
  }

  /** All records, without what was superseded. */
  private async wholeContent(): Promise<Buffer> {
    const content = Buffer.allocUnsafeSlow(this.liveBytes);
    let at = 0;
    const turn = new Turn();
    for (const key of new Set([...this.starts.keys(), ...this.newer.keys()])) {
      const { bytes, start, end } = this.recordOf(key) as IndexRecord;
      if (at + end - start + 1 > content.length) break;
      at += bytes.copy(content, at, start, end);
      content[at++] = LINE_END;
      if (turn.over) await turn.next();
    }
    return content.subarray(0, at);
  }
}
