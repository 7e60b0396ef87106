import type { ClipSpec } from '../base/clip';
import type { NativeTensor } from '../native/tensor';
import type { DamagedVideo, SkippedVideo } from './video/broken-videos';

/** Clips of one training or evaluation step. Whoever receives it disposes of it. */
export interface ClipBatch extends Disposable {
  /** float32 [n, frames, size, size, 3], RGB in [0, 1]. */
  readonly clips: NativeTensor;
  /** Row-major [n, classes]: the share of each class in a clip, 1 for its one class. */
  readonly targets: Float32Array;
  /** [n], absolute paths. */
  readonly files: readonly string[];
  /** [n], the position of each clip in the data set: the same in every epoch. */
  readonly indices: readonly number[];
  /** Frees the clips. A second call does nothing. */
  dispose(): void;
}

/** What happened to the clips that a source has handed out. */
export interface ClipSourceReport {
  /** Broken videos that were left out, each listed once. */
  readonly skipped: readonly SkippedVideo[];
  /** Videos with damaged parts, which were read over. */
  readonly damaged: readonly DamagedVideo[];
  /** Clips with zero frames past the end of their video, each counted once, as last handed out. */
  readonly shortClips: number;
  /** Zero frames in those clips. */
  readonly zeroFrames: number;
  /** Frames decoded, over all epochs. */
  readonly decodedFrames: number;
}

export interface BatchOptions {
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Clips by epochs: what a Trainer trains and evaluates on. */
export interface ClipSource {
  /** In the order of the labels. */
  readonly classes: readonly string[];
  readonly clipCount: number;
  /** Clips in a batch; the last of an epoch may have fewer. */
  readonly batchSize: number;
  /** How the clips are cut. */
  readonly clip: ClipSpec;
  /** Whether a clip is the same in every epoch (the order may still change). */
  readonly deterministic: boolean;
  /** One epoch: each clip once. Batches not yet handed out are freed when the iteration ends early. */
  batches(epoch: number, options?: BatchOptions): AsyncIterable<ClipBatch>;
  readonly report: ClipSourceReport;
}

/** A batch that owns its tensor. */
export function createClipBatch(parts: Pick<ClipBatch, 'clips' | 'targets' | 'files' | 'indices'>): ClipBatch {
  let disposed = false;
  const dispose = (): void => {
    if (disposed) return;
    disposed = true;
    parts.clips.dispose();
  };
  return { ...parts, dispose, [Symbol.dispose]: dispose };
}
