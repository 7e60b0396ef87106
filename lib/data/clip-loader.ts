import type { ClipSpec, PixelType } from '../base/clip';
import { DatasetError, type VideoError } from '../base/errors';
import type { ReadingOptions, VideoAddon } from '../native/video';
import { type AllocateTensor, decodeClips, type DecodedClips, type Decoding } from './clip-decoding';
import type { ClipPlan } from './clip-planner';
import type { ClipSourceReport } from './clip-source';
import { ClipReport } from './clip-report';
import { brokenOffVideo, type BrokenVideos, brokenVideo, damagedVideo } from './video/broken-videos';
import type { VideoIndexer } from './video/video-indexer';

export interface ClipLoaderOptions {
  readonly addon: Pick<VideoAddon, 'createClipDecoder' | 'frameTimes'>;
  /** Makes the batches' tensors: the addon's `createTensor`. */
  readonly allocateTensor: AllocateTensor;
  readonly clip: ClipSpec;
  /** Default `float32`. */
  readonly pixels?: PixelType | undefined;
  /** Knows the videos, or makes itself known with them ahead of the decoding. */
  readonly indexer: VideoIndexer;
  readonly reading?: ReadingOptions | undefined;
  /** Batches that decode while the caller works on one. Default {@link batchesAhead}. */
  readonly prefetch?: number | undefined;
  /** Decoding threads. */
  readonly decodeThreads: number;
  /** A broken video is a VideoError instead of being left out, and so is one that is damaged or breaks off. Default false. */
  readonly strict?: boolean | undefined;
  /** Frames per second of videos whose clips are as in training, or what tells it once it is known: others are reported. Default: the median of the videos themselves. */
  readonly expectedFrameRate?: number | (() => number | undefined) | undefined;
  /** Learns of broken videos, and says where one too many is. Default: a broken video is never too many. */
  readonly broken?: BrokenVideos | undefined;
}

const MOST_AHEAD = 2;
const MOST_BYTES_AHEAD = 64 * 2 ** 20;

/** How many batches to decode while the caller works on one: two, so that no thread waits for the last clip of one; of large ones, as many as 64 MiB hold, but one. */
export function batchesAhead({ frames, size }: ClipSpec, pixels: PixelType | undefined, batchSize: number): number {
  const bytes = batchSize * frames * size * size * 3 * (pixels === 'uint8' ? 1 : 4);
  return Math.max(1, Math.min(MOST_AHEAD, Math.floor(MOST_BYTES_AHEAD / bytes)));
}

interface LoadOptions {
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** The first batch to decode. Default 0. */
  readonly from?: number | undefined;
}

/** One of the plans' batches, those of which nothing could be decoded counted too. */
interface LoadedBatch extends DecodedClips {
  readonly batch: number;
}

/**
 * Decodes planned clips in batches, ahead of whoever takes them; their videos are indexed further ahead. It knows no targets. A broken video is left out of its
 * batch and listed in the report.
 */
export class ClipLoader {
  private readonly reported: ClipReport;

  constructor(private readonly options: ClipLoaderOptions) {
    const { clip, expectedFrameRate } = options;
    this.reported = new ClipReport(
      clip,
      typeof expectedFrameRate === 'function' ? expectedFrameRate : () => expectedFrameRate,
    );
  }

  get report(): ClipSourceReport {
    return this.reported.get();
  }

  /**
   * Batches in the order of the plans, each of the clips that are not broken. What is not yet handed out is freed when the iteration ends early. Throws a
   * VideoError (`strict` only), a {@link DatasetError} where nothing can be decoded, the signal's reason.
   */
  async *batches(plans: readonly ClipPlan[], options: LoadOptions): AsyncGenerator<LoadedBatch, void, undefined> {
    const { from = 0 } = options;
    let handedOut = 0;
    let next = from;
    for await (const decoding of this.decodings(plans, options)) {
      const { decoded } = decoding;
      const batch = next++;
      const refusal = this.options.strict === true ? refusalOf(decoding) : undefined;
      if (refusal !== undefined) {
        decoded?.clips.dispose();
        throw refusal;
      }
      if (decoded === undefined) continue;
      handedOut++;
      yield { ...decoded, batch };
    }
    // Of an epoch that was begun elsewhere, the other batches may have been good.
    if (handedOut > 0 || from > 0 || plans.length === 0) return;
    const broken = this.reported.lastSkipped;
    const videos = new Set(plans.map(({ path }) => path)).size;
    throw new DatasetError(`None of ${videos} videos could be decoded, such as ${broken?.path}: ${broken?.reason}`);
  }

  /** What became of each batch, in the order of the plans. */
  async *decodings(
    plans: readonly ClipPlan[],
    { batchSize, signal, from = 0 }: LoadOptions,
  ): AsyncGenerator<Decoding, void, undefined> {
    const { clip, pixels, decodeThreads, addon, reading, indexer } = this.options;
    const { prefetch = batchesAhead(clip, pixels, batchSize) } = this.options;
    signal?.throwIfAborted();
    const decoder = addon.createClipDecoder(decodeThreads, reading);
    const ahead = indexer.ahead(plans.slice(from * batchSize).map(({ path }) => path));
    const stop = new AbortController();
    const pending: Promise<Decoding>[] = [];
    let next = from * batchSize;
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
  private accept(decoding: Decoding, signal: AbortSignal | undefined): void {
    const { broken: all } = this.options;
    const { decoded, broken } = decoding;
    this.reported.add(decoding);
    for (const video of broken) all?.add(video);
    try {
      signal?.throwIfAborted();
      all?.check();
    } catch (error) {
      decoded?.clips.dispose();
      throw error;
    }
    if (decoded !== undefined) this.reported.addClips(decoded);
  }
}

/** The first thing that `strict` refuses. */
function refusalOf({ broken: [broken], brokenOff: [ending], damaged: [damaged] }: Decoding): VideoError | undefined {
  if (broken !== undefined) return brokenVideo(broken);
  if (ending !== undefined) return brokenOffVideo(ending);
  return damaged && damagedVideo(damaged);
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
