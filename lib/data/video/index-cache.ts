import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { cacheFolder, removeUnused } from '../../io/cache-folder';
import type { VideoIndex } from '../../native/video';
import { encodeRecord, type IndexRecord } from './index-record';
import { IndexShard } from './index-shard';

/** Of the records and of the addon's tables: another one leaves earlier files aside, to be removed in time. */
const FORMAT = 2;
/** Beyond, or unused for so long, files of the cache are removed. */
const LIMITS = { days: 180, mostBytes: 2 ** 30 };
/** Additions wait for so long, so that a file is written to now and then and not for each few videos. */
const SAVE_EVERY_MS = 3000;

export interface IndexCacheOptions {
  /** How many videos will be asked for. */
  readonly videos: number;
  /** Whatever else decides what an index says: FFmpeg's version, the reading options. */
  readonly version: string;
  /** Where the files lie. Default: `video-index` in the user's cache folder. */
  readonly folder?: string;
}

/** A video file as it stands on the disk: where its index is kept, and by which size and time of change it is known again. */
export interface VideoFile {
  readonly path: string;
  readonly stamp: string;
}

/** Size and time of change of a file; undefined where it cannot be looked at. */
export async function lookAt(path: string): Promise<VideoFile | undefined> {
  return stat(path, { bigint: true }).then(
    ({ size, mtimeNs }) => ({ path, stamp: `${size}\t${mtimeNs}` }),
    () => undefined,
  );
}

/**
 * The indexes of videos that an earlier run of the user made, by path, size and time of change. Videos whose folders have one parent are in one file: a
 * data set of class folders is one or two files, however many videos it has. Whatever is wrong with the disk costs the cache only.
 */
export class IndexCache {
  private readonly shards = new Map<string, Promise<IndexShard>>();
  private readonly base: string;
  private readonly folder: string;
  private saved = performance.now();
  private saving: Promise<void> = Promise.resolve();
  private grown = false;

  constructor(private readonly options: IndexCacheOptions) {
    this.base = options.folder ?? cacheFolder('video-index');
    this.folder = join(this.base, String(FORMAT));
  }

  /** The record of a video in this very state. */
  async find({ path, stamp }: VideoFile): Promise<IndexRecord | undefined> {
    const { root, name } = placeOf(path);
    return (await this.shard(root)).find(name, stamp);
  }

  async add({ path, stamp }: VideoFile, index: VideoIndex): Promise<IndexRecord> {
    const { root, name } = placeOf(path);
    const record = encodeRecord(name, stamp, index);
    (await this.shard(root)).add(name, record);
    return record;
  }

  /** Writes what was added, unless that was done a moment ago and this is not the `last` time. Never rejects. */
  async save(last: boolean): Promise<void> {
    if (!last && performance.now() - this.saved < SAVE_EVERY_MS) return;
    this.saved = performance.now();
    this.saving = this.saving.then(() => this.saveAll(last));
    await this.saving;
  }

  private async saveAll(last: boolean): Promise<void> {
    for (const opening of this.shards.values()) {
      // A full or a read-only disk.
      const wrote = await (await opening).save().catch(() => false);
      this.grown ||= wrote;
    }
    if (!last || !this.grown) return;
    this.grown = false;
    await removeUnused(this.base, LIMITS);
  }

  private shard(root: string): Promise<IndexShard> {
    const known = this.shards.get(root);
    if (known !== undefined) return known;
    const key = createHash('sha256')
      .update(JSON.stringify([this.options.version, root]))
      .digest('hex');
    const path = join(this.folder, `${key.slice(0, 32)}.txt`);
    const opening = IndexShard.open(path, this.options.videos);
    this.shards.set(root, opening);
    return opening;
  }
}

function placeOf(path: string): { root: string; name: string } {
  const absolute = resolve(path);
  const root = dirname(dirname(absolute));
  return { root, name: relative(root, absolute) };
}
