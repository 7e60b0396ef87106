import { DatasetError, UsageError } from '../base/errors';
import type { VideoAddon } from '../native/video';
import type { BatchOptions, ClipBatch, ClipSource, ClipSourceReport } from './clip-batch';
import { classBalancedOrder } from './balanced-order';
import { type AllocateTensor, decodeBatch, type DecodedBatch, type PlannedClip } from './clip-decoding';
import { derive } from '../base/random';
import { clipStart, neededLength, type StartMode, TUTORIAL_SAMPLING } from './sampling';
import { defaultThreads } from './threads';
import { brokenVideo, type ProbedVideo, type SkippedVideo } from './video-probe';

export interface VideoClipDatasetOptions {
  readonly videos: readonly ProbedVideo[];
  /** In the order of the labels. */
  readonly classes: readonly string[];
  readonly addon: Pick<VideoAddon, 'createClipDecoder'>;
  /** Makes the batches' tensors: the addon's `createTensor`. */
  readonly allocateTensor: AllocateTensor;
  /** Videos that probing left out already, for the report. */
  readonly skipped?: readonly SkippedVideo[];
  /** Another order in each epoch, its classes spread evenly, and another start of each clip: sets the defaults of `shuffle` and `start`. Default false. */
  readonly training?: boolean;
  /** Default: `training`. */
  readonly shuffle?: boolean;
  /** Default: `random` for training, else `center`. */
  readonly start?: StartMode;
  /** Width and height in pixels. Default 224. */
  readonly size?: number;
  /** Default 8. */
  readonly frames?: number;
  /** Default 15. */
  readonly frameStep?: number;
  /** Default 8. */
  readonly batchSize?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Batches that decode while the caller works on one. Default 2. */
  readonly prefetch?: number;
  /** Decoding threads. Default: one for each processor. */
  readonly threads?: number;
  /** A broken video is a VideoError instead of being left out. Default false. */
  readonly strict?: boolean;
}

/**
 * One clip of each video in each epoch. Order and starts follow from the seed, the epoch and the clip's index alone, whatever was read before.
 *
 * A video that breaks while decoding is left out of its batch and listed in the report.
 */
export class VideoClipDataset implements ClipSource {
  readonly classes: readonly string[];
  readonly clipCount: number;
  readonly batchSize: number;
  readonly clipShape: { readonly frames: number; readonly size: number };
  readonly deterministic: boolean;

  private readonly options;
  private readonly skipped: SkippedVideo[];
  /** Zero frames of each clip that has any, by its index. */
  private readonly zeroFrames = new Map<number, number>();
  private decodedFrames = 0;

  constructor(options: VideoClipDatasetOptions) {
    const training = options.training ?? false;
    this.options = {
      ...{
        size: 224,
        ...TUTORIAL_SAMPLING,
        batchSize: 8,
        seed: 0,
        prefetch: 2,
        threads: defaultThreads(),
        strict: false,
      },
      ...{ shuffle: training, start: training ? ('random' as StartMode) : ('center' as StartMode) },
      ...options,
    };
    const { videos, size, batchSize, prefetch, threads, frames, start } = this.options;
    neededLength(this.options);
    for (const [name, value, least] of [
      ['size', size, 1],
      ['batchSize', batchSize, 1],
      ['threads', threads, 1],
      ['prefetch', prefetch, 0],
    ] as const) {
      if (!Number.isSafeInteger(value) || value < least)
        throw new UsageError(`${name} must be an integer of at least ${least}, got ${value}`);
    }
    if (videos.length === 0) throw new DatasetError('A data set needs at least one video');
    this.classes = options.classes;
    this.clipCount = videos.length;
    this.batchSize = batchSize;
    this.clipShape = { frames, size };
    this.deterministic = start !== 'random';
    this.skipped = [...(options.skipped ?? [])];
  }

  get report(): ClipSourceReport {
    const zeroFrames = [...this.zeroFrames.values()].reduce((sum, count) => sum + count, 0);
    return {
      skipped: [...this.skipped],
      shortClips: this.zeroFrames.size,
      zeroFrames,
      decodedFrames: this.decodedFrames,
    };
  }

  /** The clips' indices in the order of an epoch. */
  order(epoch: number): number[] {
    const { videos, shuffle, seed } = this.options;
    if (!shuffle) return videos.map((_, index) => index);
    return classBalancedOrder(
      videos.map(({ label }) => label),
      derive(seed, 'order', epoch),
    );
  }

  /** The first frame of a clip in an epoch. */
  startOf(index: number, epoch: number): number {
    const { videos, seed, start } = this.options;
    const random = start === 'random' ? derive(seed, 'start', epoch, index) : undefined;
    return clipStart(videos[index]?.info.frameCount ?? 0, this.options, start, random);
  }

  async *batches(epoch: number, { signal }: BatchOptions = {}): AsyncGenerator<ClipBatch, void, undefined> {
    const { batchSize, prefetch, threads, addon, allocateTensor } = this.options;
    signal?.throwIfAborted();
    const order = this.order(epoch);
    const decoder = addon.createClipDecoder(threads);
    const pending: Promise<DecodedBatch>[] = [];
    let next = 0;
    const decodeAhead = (count: number): void => {
      for (; pending.length < count && next < order.length; next += batchSize) {
        const clips = order.slice(next, next + batchSize).map((index) => this.plan(index, epoch));
        const decoded = decodeBatch(clips, this.options, decoder, allocateTensor);
        // It may fail while the caller computes and nobody awaits it; whoever takes it from the queue meets the error.
        decoded.catch(() => undefined);
        pending.push(decoded);
      }
    };
    const abort = (): void => {
      decoder.abort();
    };
    signal?.addEventListener('abort', abort);
    let handedOut = 0;
    try {
      for (;;) {
        decodeAhead(Math.max(prefetch, 1));
        // It stays in the queue until it is there, so that it is released if the waiting fails.
        const [upcoming] = pending;
        if (upcoming === undefined) break;
        const decoded = await upcoming;
        void pending.shift();
        const batch = this.accept(decoded, signal);
        if (batch === undefined) continue;
        handedOut++;
        decodeAhead(prefetch);
        yield batch;
        signal?.throwIfAborted();
      }
    } catch (error) {
      // The decoder rejects what was aborted with an error of its own.
      throw signal?.aborted === true ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', abort);
      await release(decoder, pending);
    }
    if (handedOut === 0 && order.length > 0) {
      const [broken] = this.skipped.slice(-1);
      throw new DatasetError(
        `None of ${order.length} videos could be decoded, such as ${broken?.path}: ${broken?.reason}`,
      );
    }
  }

  private plan(index: number, epoch: number): PlannedClip {
    const { path, label } = this.options.videos[index] as ProbedVideo;
    return { path, label, index, start: this.startOf(index, epoch) };
  }

  /** Takes a decoded batch into the report. Disposes of it when it may not be handed out. */
  private accept(
    { batch, broken, decodedFrames }: DecodedBatch,
    signal: AbortSignal | undefined,
  ): ClipBatch | undefined {
    const [first] = broken;
    if (signal?.aborted === true || (first !== undefined && this.options.strict)) {
      batch?.dispose();
      signal?.throwIfAborted();
      if (first !== undefined) throw brokenVideo(first);
    }
    this.skipped.push(...broken.filter(({ path }) => !this.skipped.some((known) => known.path === path)));
    batch?.indices.forEach((index, row) => {
      const decoded = decodedFrames[row] as number;
      this.decodedFrames += decoded;
      if (decoded < this.options.frames) this.zeroFrames.set(index, this.options.frames - decoded);
      else this.zeroFrames.delete(index);
    });
    return batch;
  }
}

/** Stops what is decoding and frees what nobody has taken. */
async function release(
  decoder: ReturnType<VideoAddon['createClipDecoder']>,
  pending: readonly Promise<DecodedBatch>[],
): Promise<void> {
  if (pending.length > 0) decoder.abort();
  for (const result of await Promise.allSettled(pending)) {
    if (result.status === 'fulfilled') result.value.batch?.dispose();
  }
  decoder.close();
}
