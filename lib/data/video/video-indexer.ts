import { availableParallelism } from 'node:os';
import { sideBySide } from '../../base/side-by-side';
import { Turn } from '../../base/turn';
import type { IndexResult, ReadingOptions, VideoAddon, VideoIndex } from '../../native/video';
import { type BrokenVideos, skippedVideo } from './broken-videos';
import { correctedIndex } from './corrected-index';
import { IndexCache, lookAt, type VideoFile } from './index-cache';
import { decodeRecord, encodeRecord, type IndexRecord, stampOf, UNKNOWN_STAMP } from './index-record';

/** What the addon takes. */
export const MOST_DECODE_THREADS = 1024;

/** Decoding threads where none are asked for: one for each processor that this process may use. */
export const defaultThreads = (): number => availableParallelism();

export interface VideoIndexerOptions {
  readonly addon: Pick<VideoAddon, 'indexVideos' | 'ffmpegVersion'>;
  /** Threads that open files, one each. Default: one for each processor. */
  readonly decodeThreads?: number | undefined;
  readonly reading?: ReadingOptions | undefined;
  /** Learns of each video that cannot be indexed. */
  readonly broken?: BrokenVideos | undefined;
  /** How many of the videos are indexed, or broken, and how many there are. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Whether indexes are kept for the user's next runs, or in which folder. Default: yes, unless `MOVINET_INDEX_CACHE` is `off`. */
  readonly cache?: boolean | string | undefined;
}

/** Videos of a call: few at first, for whoever waits for the first batch, then enough to keep the threads busy. */
const VIDEOS_PER_CALL = { first: 8, most: 64 };
/** Files that are looked at side by side. */
const LOOKS_AT_ONCE = 16;

/** What is kept in memory of a video: packed, as there may be some hundred thousand; or why it cannot be indexed. */
type Known = IndexRecord | string;

/**
 * The indexes of a data set's videos, each made once, when it is asked for, or before: {@link ahead} has the videos that will be asked for indexed while
 * other work goes on.
 */
export class VideoIndexer {
  private readonly known = new Map<string, Known>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly cache: IndexCache | undefined;
  private order: readonly string[] = [];
  private next = 0;
  private wishes = 0;
  private going = false;
  private asked: string[] = [];
  private askedAll: Promise<void> | undefined;

  /** `paths`: all the videos, each once. */
  constructor(
    private readonly paths: readonly string[],
    private readonly options: VideoIndexerOptions,
  ) {
    const { addon, reading = {}, cache = process.env['MOVINET_INDEX_CACHE'] !== 'off' } = options;
    if (cache === false) return;
    const version = JSON.stringify([addon.ffmpegVersion(), Object.entries(reading).sort()]);
    this.cache = new IndexCache({ videos: paths.length, version, ...(cache === true ? {} : { folder: cache }) });
  }

  /** The index of a video, or why there is none. Rejects where the addon refuses altogether. */
  async of(path: string): Promise<IndexResult> {
    for (;;) {
      const known = this.known.get(path);
      if (known !== undefined) return resultOf(path, known);
      await (this.underWay.get(path) ?? this.ask(path));
    }
  }

  /** Takes in what decoding has shown: how many frames a video has. */
  async correct(path: string, frameCount: number): Promise<void> {
    const known = this.known.get(path);
    if (known === undefined || typeof known === 'string') return;
    const result = resultOf(path, known);
    const stamp = stampOf(known);
    const file = stamp === UNKNOWN_STAMP ? undefined : { path, stamp };
    if (result.ok) await this.keep(path, file, correctedIndex(result.index, frameCount));
  }

  /** Lets go of a video's index: of one that nobody asks for again, where videos come without end. */
  forget(path: string): void {
    this.known.delete(path);
  }

  /** Indexes these videos, then all others, until it is disposed of. The latest wish comes first. */
  ahead(paths: readonly string[]): Disposable {
    this.wishes++;
    if (this.known.size < this.paths.length) {
      this.order = [...paths, ...this.paths];
      this.next = 0;
      if (!this.going) void this.goAhead();
    }
    let disposed = false;
    return {
      [Symbol.dispose]: () => {
        if (disposed) return;
        disposed = true;
        this.wishes--;
        if (this.wishes === 0) void this.cache?.save(true);
      },
    };
  }

  private async goAhead(): Promise<void> {
    this.going = true;
    const turn = new Turn();
    const isNew = (path: string): boolean => !this.known.has(path) && !this.underWay.has(path);
    let size = VIDEOS_PER_CALL.first;
    try {
      while (this.wishes > 0 && this.next < this.order.length) {
        const batch = new Set<string>();
        for (; batch.size < size && this.next < this.order.length; this.next++) {
          const path = this.order[this.next] as string;
          if (isNew(path)) batch.add(path);
          if (turn.over) await turn.next();
        }
        size = Math.min(2 * size, VIDEOS_PER_CALL.most);
        // Some may have been asked for since.
        await this.begin([...batch].filter(isNew));
        await this.cache?.save(false);
        if (turn.over) await turn.next();
      }
    } catch {
      // Whoever asks for one of these videos meets the same failure.
    } finally {
      this.going = false;
    }
  }

  /** All that is asked for in one turn is indexed in one call, before what is ahead. */
  private ask(path: string): Promise<void> {
    this.asked.push(path);
    this.askedAll ??= Promise.resolve().then(async () => {
      const asked = [...new Set(this.asked)].filter((each) => !this.known.has(each) && !this.underWay.has(each));
      this.asked = [];
      this.askedAll = undefined;
      await this.begin(asked);
    });
    return this.askedAll;
  }

  private async begin(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const work = this.index(paths);
    for (const path of paths) this.underWay.set(path, work);
    try {
      await work;
    } finally {
      for (const path of paths) this.underWay.delete(path);
    }
    this.options.onProgress?.(this.known.size, this.paths.length);
  }

  private async index(paths: readonly string[]): Promise<void> {
    const { addon, decodeThreads = defaultThreads(), reading } = this.options;
    const files = await sideBySide(paths, LOOKS_AT_ONCE, lookAt);
    const unknown: number[] = [];
    const turn = new Turn();
    for (const [i, path] of paths.entries()) {
      const file = files[i];
      const record = file && (await this.cache?.find(file));
      if (record === undefined) unknown.push(i);
      else this.known.set(path, record);
      if (turn.over) await turn.next();
    }
    if (unknown.length === 0) return;
    const wanted = unknown.map((i) => paths[i] as string);
    const results = await addon.indexVideos(wanted, decodeThreads, reading);
    for (const [at, i] of unknown.entries()) {
      const path = paths[i] as string;
      const result = results[at] ?? { ok: false, error: 'not indexed' };
      if (result.ok) await this.keep(path, files[i], result.index);
      else {
        this.known.set(path, result.error);
        this.options.broken?.add(skippedVideo(path, result.error));
      }
      if (turn.over) await turn.next();
    }
  }

  /** `file`: undefined where it could not be looked at, so that it could not be known again either. */
  private async keep(path: string, file: VideoFile | undefined, index: VideoIndex): Promise<void> {
    const cached = file && (await this.cache?.add(file, index));
    this.known.set(path, cached ?? encodeRecord(path, file?.stamp ?? UNKNOWN_STAMP, index));
  }
}

function resultOf(path: string, known: Known): IndexResult {
  if (typeof known === 'string') return { ok: false, error: known };
  const index = decodeRecord(known, stampOf(known));
  return index ? { ok: true, index } : { ok: false, error: `Cannot read the video ${path}: its index makes no sense` };
}
