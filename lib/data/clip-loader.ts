import type { ClipSpec } from '../base/clip';
import { DatasetError, UsageError } from '../base/errors';
import type { ReadingOptions, VideoAddon } from '../native/video';
import { type AllocateTensor, decodeClips, type DecodedClips, type Decoding } from './clip-decoding';
import type { PlannedClip } from './clip-planner';
import type { ClipSourceReport } from './clip-source';
import { BrokenVideos, brokenVideo, type DamagedVideo } from './video/broken-videos';
import type { VideoIndexer } from './video/video-indexer';

export interface ClipLoaderOptions {
  readonly addon: Pick<VideoAddon, 'createClipDecoder'>;
  /** Makes the batches' tensors: the addon's `createTensor`. */
  readonly allocateTensor: AllocateTensor;
  readonly clip: ClipSpec;
  /** Knows the videos, or makes itself known with them ahead of the decoding. */
  readonly indexer: VideoIndexer;
  readonly reading?: ReadingOptions | undefined;
  /** Batches that decode while the caller works on one. */
  readonly prefetch: number;
  /** Decoding threads. */
  readonly threads: number;
  /** A broken video is a VideoError instead of being left out. Default false. */
  readonly strict?: boolean | undefined;
  /** Learns of broken videos, and says where one too many is. Default: a broken video is never too many. */
  readonly broken?: BrokenVideos | undefined;
}

interface LoadOptions {
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes planned clips in batches, ahead of whoever takes them; their videos are indexed further ahead. It knows no labels. A broken video is left out of its
 * batch and listed in the report.
 */
export class ClipLoader {
  private readonly skipped = new BrokenVideos();
  /** Packets that did not decode, by video. */
  private readonly damaged = new Map<string, number>();
  /** Zero frames of each clip that has any, by its index. */
  private readonly zeroFrames = new Map<number, number>();
  private decodedFrames = 0;

  constructor(private readonly options: ClipLoaderOptions) {
    const { clip, threads, prefetch } = options;
    for (const [name, value, least] of [
      ['size', clip.size, 1],
      ['threads', threads, 1],
      ['prefetch', prefetch, 0],
    ] as const) {
      if (!Number.isSafeInteger(value) || value < least)
        throw new UsageError(`${name} must be an integer of at least ${least}, got ${value}`);
    }
  }

  get report(): ClipSourceReport {
    const zeroFrames = [...this.zeroFrames.values()].reduce((sum, count) => sum + count, 0);
    return {
      skipped: this.skipped.list,
      damaged: [...this.damaged].map(([path, packets]): DamagedVideo => ({ path, packets })),
      shortClips: this.zeroFrames.size,
      zeroFrames,
      decodedFrames: this.decodedFrames,
    };
  }

  /**
   * Batches in the order of the plans, each of the clips that are not broken. What is not yet handed out is freed when the iteration ends early. Throws a
   * VideoError (`strict` only), a {@link DatasetError} where nothing can be decoded, the signal's reason.
   */
  async *batches(plans: readonly PlannedClip[], options: LoadOptions): AsyncGenerator<DecodedClips, void, undefined> {
    let handedOut = 0;
    for await (const { decoded, broken } of this.decodings(plans, options)) {
      const [first] = broken;
      if (first !== undefined && this.options.strict === true) {
        decoded?.clips.dispose();
        throw brokenVideo(first);
      }
      if (decoded === undefined) continue;
      handedOut++;
      yield decoded;
    }
    if (handedOut > 0 || plans.length === 0) return;
    const broken = this.skipped.list.at(-1);
    throw new DatasetError(
      `None of ${plans.length} videos could be decoded, such as ${broken?.path}: ${broken?.reason}`,
    );
  }

  /** What became of each batch, in the order of the plans. */
  async *decodings(
    plans: readonly PlannedClip[],
    { batchSize, signal }: LoadOptions,
  ): AsyncGenerator<Decoding, void, undefined> {
    const { prefetch, threads, addon, reading, indexer } = this.options;
    signal?.throwIfAborted();
    const decoder = addon.createClipDecoder(threads, reading);
    const ahead = indexer.ahead(plans.map(({ path }) => path));
    const stop = new AbortController();
    const pending: Promise<Decoding>[] = [];
    let next = 0;
    const decodeAhead = (count: number): void => {
      for (; pending.length < count && next < plans.length; next += batchSize) {
        const decoding = decodeClips(plans.slice(next, next + batchSize), { ...this.options, decoder }, stop.signal);
        // It may fail while the caller computes and nobody awaits it; whoever takes it from the queue meets the error.
        decoding.catch(() => undefined);
        pending.push(decoding);
      }
    };
    const abort = (): void => {
      stop.abort(signal?.reason);
      decoder.abort();
    };
    signal?.addEventListener('abort', abort);
    try {
      for (;;) {
        decodeAhead(Math.max(prefetch, 1));
        // It stays in the queue until it is there, so that it is released if the waiting fails.
        const [upcoming] = pending;
        if (upcoming === undefined) break;
        const decoding = await upcoming;
        void pending.shift();
        this.accept(decoding, signal);
        decodeAhead(prefetch);
        yield decoding;
        signal?.throwIfAborted();
      }
    } catch (error) {
      // The decoder rejects what was aborted with an error of its own.
      throw signal?.aborted === true ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', abort);
      ahead[Symbol.dispose]();
      stop.abort();
      await release(decoder, pending);
    }
  }

  /** Takes what was decoded into the report. Disposes of it when it may not be handed out. */
  private accept({ decoded, broken, damaged }: Decoding, signal: AbortSignal | undefined): void {
    const { clip, broken: all } = this.options;
    for (const { path, reason } of broken) {
      this.skipped.add({ path, reason });
      all?.add({ path, reason });
    }
    try {
      signal?.throwIfAborted();
      all?.check();
    } catch (error) {
      decoded?.clips.dispose();
      throw error;
    }
    for (const { path, packets } of damaged) this.damaged.set(path, Math.max(packets, this.damaged.get(path) ?? 0));
    decoded?.plans.forEach(({ index }, row) => {
      const count = decoded.decodedFrames[row] as number;
      this.decodedFrames += count;
      if (count < clip.frames) this.zeroFrames.set(index, clip.frames - count);
      else this.zeroFrames.delete(index);
    });
  }
}

/** Stops what is decoding and frees what nobody has taken. */
async function release(
  decoder: ReturnType<VideoAddon['createClipDecoder']>,
  pending: readonly Promise<Decoding>[],
): Promise<void> {
  if (pending.length > 0) decoder.abort();
  for (const result of await Promise.allSettled(pending)) {
    if (result.status === 'fulfilled') result.value.decoded?.clips.dispose();
  }
  decoder.close();
}
