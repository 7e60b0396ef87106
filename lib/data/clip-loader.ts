import type { ClipSpec } from '../base/clip';
import { DatasetError, UsageError } from '../base/errors';
import type { VideoAddon } from '../native/video';
import { type AllocateTensor, decodeClips, type DecodedClips, type Decoding } from './clip-decoding';
import type { PlannedClip } from './clip-planner';
import type { ClipSourceReport } from './clip-source';
import { brokenVideo, type SkippedVideo } from './video/video-probe';

export interface ClipLoaderOptions {
  readonly addon: Pick<VideoAddon, 'createClipDecoder'>;
  /** Makes the batches' tensors: the addon's `createTensor`. */
  readonly allocateTensor: AllocateTensor;
  readonly clip: ClipSpec;
  /** Batches that decode while the caller works on one. */
  readonly prefetch: number;
  /** Decoding threads. */
  readonly threads: number;
  /** A broken video is a VideoError instead of being left out. */
  readonly strict: boolean;
  /** Videos that were left out before, for the report. */
  readonly skipped: readonly SkippedVideo[];
}

/**
 * Decodes planned clips in batches, ahead of whoever takes them. It knows no labels. A video that breaks while decoding is left out of its batch
 * and listed in the report.
 */
export class ClipLoader {
  private readonly skipped: SkippedVideo[];
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
    this.skipped = [...options.skipped];
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

  /** Batches in the order of the plans. What is not yet handed out is freed when the iteration ends early. */
  async *batches(
    plans: readonly PlannedClip[],
    { batchSize, signal }: { readonly batchSize: number; readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<DecodedClips, void, undefined> {
    const { prefetch, threads, clip, addon, allocateTensor } = this.options;
    signal?.throwIfAborted();
    const decoder = addon.createClipDecoder(threads);
    const pending: Promise<Decoding>[] = [];
    let next = 0;
    const decodeAhead = (count: number): void => {
      for (; pending.length < count && next < plans.length; next += batchSize) {
        const decoding = decodeClips(plans.slice(next, next + batchSize), clip, decoder, allocateTensor);
        // It may fail while the caller computes and nobody awaits it; whoever takes it from the queue meets the error.
        decoding.catch(() => undefined);
        pending.push(decoding);
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
        const decoding = await upcoming;
        void pending.shift();
        const decoded = this.accept(decoding, signal);
        if (decoded === undefined) continue;
        handedOut++;
        decodeAhead(prefetch);
        yield decoded;
        signal?.throwIfAborted();
      }
    } catch (error) {
      // The decoder rejects what was aborted with an error of its own.
      throw signal?.aborted === true ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', abort);
      await release(decoder, pending);
    }
    if (handedOut === 0 && plans.length > 0) {
      const [broken] = this.skipped.slice(-1);
      throw new DatasetError(
        `None of ${plans.length} videos could be decoded, such as ${broken?.path}: ${broken?.reason}`,
      );
    }
  }

  /** Takes what was decoded into the report. Disposes of it when it may not be handed out. */
  private accept({ decoded, broken }: Decoding, signal: AbortSignal | undefined): DecodedClips | undefined {
    const { strict, clip } = this.options;
    const [first] = broken;
    if (signal?.aborted === true || (first !== undefined && strict)) {
      decoded?.clips.dispose();
      signal?.throwIfAborted();
      if (first !== undefined) throw brokenVideo(first);
    }
    this.skipped.push(...broken.filter(({ path }) => !this.skipped.some((known) => known.path === path)));
    decoded?.plans.forEach(({ index }, row) => {
      const count = decoded.decodedFrames[row] as number;
      this.decodedFrames += count;
      if (count < clip.frames) this.zeroFrames.set(index, clip.frames - count);
      else this.zeroFrames.delete(index);
    });
    return decoded;
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
