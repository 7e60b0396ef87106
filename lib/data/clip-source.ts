import type { ClipSpec } from '../base/clip';
import type { Json } from '../base/described';
import type { NativeTensor } from '../native/tensor';
import type { Task } from '../base/task';
import type { BrokenOffVideo, DamagedVideo, OtherRate, ShortVideo, SkippedVideo } from './video/broken-videos';

/** Clips of one training or evaluation step. Whoever receives it disposes of it. */
export interface ClipBatch extends Disposable {
  /** Which of the epoch's batches it is, from 0. Those of which no clip could be read are not handed out. */
  readonly batch: number;
  /** [n, frames, size, size, 3], RGB: float32 in [0, 1], or uint8. */
  readonly clips: NativeTensor;
  /** Row-major [n, classes]: the share of each class in a clip, 1 for its one class. */
  readonly targets: Float32Array;
  /** [n], at least 0: factors of the clips' losses in training, the data's own. Default: 1 each. */
  readonly weights?: Float32Array | undefined;
  /** [n], absolute paths. */
  readonly files: readonly string[];
  /** [n], the position of each clip's row in the data set: the same in every epoch. */
  readonly indices: readonly number[];
  /** [n], which of its row's clips each is, from 0. */
  readonly views: readonly number[];
  /** Frees the clips. A second call does nothing. */
  dispose(): void;
}

/** What happened to the clips that a source has handed out. */
export interface ClipSourceReport {
  /** Broken videos, and broken spans of good ones, that were left out, each listed once. */
  readonly skipped: readonly SkippedVideo[];
  /** Videos with damaged parts, which were read over. */
  readonly damaged: readonly DamagedVideo[];
  /** Videos that break off before the end that their container promises. */
  readonly brokenOff: readonly BrokenOffVideo[];
  /** Whole videos, or spans, that are shorter than a clip, each listed once. */
  readonly short: readonly ShortVideo[];
  /** Zero frames in the clips of those, as last handed out. */
  readonly zeroFrames: number;
  /** Frames per second of the videos that were handed out, the median; undefined where none tells. */
  readonly frameRate: number | undefined;
  /** Videos whose frame rate is not the one that clips are expected at: more than 1.5 times as high, or as low. None for clips that are cut by time. */
  readonly otherRates: readonly OtherRate[];
  /** Frames decoded, over all epochs. */
  readonly decodedFrames: number;
}

export interface BatchOptions {
  /** Ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The first batch to hand out: a run that goes on in the middle of an epoch does not read those before it. Default 0. */
  readonly from?: number | undefined;
}

/** A clip of an epoch before it is read. */
export interface PlannedClip {
  /** The position of its row in the data set. */
  readonly index: number;
  /** Which of its row's clips it is, from 0. */
  readonly view: number;
}

/** Clips by epochs: what a Trainer trains and evaluates on. */
export interface ClipSource {
  readonly task: Task;
  /** In an epoch. */
  readonly clipCount: number;
  /** Clips in a batch; the last of an epoch may have fewer. */
  readonly batchSize: number;
  /** How the clips are cut. */
  readonly clip: ClipSpec;
  /**
   * Whether a clip is the same in every epoch (the order may still change). Of a video that turns out to end earlier than its index says, those of the pass that finds
   * it may differ.
   */
  readonly deterministic: boolean;
  /** One epoch: each clip once. Batches not yet handed out are freed when the iteration ends early. */
  batches(epoch: number, options?: BatchOptions): AsyncIterable<ClipBatch>;
  readonly report: ClipSourceReport;
  /** Whether its targets may be shares of several classes of a single-label task, as those of clips that are mixed are. Default false. */
  readonly mixedTargets?: boolean;
  /** Clips of each class in an epoch, [classes]: what balanced class weights follow from. */
  classCounts?(): readonly number[];
  /** The clips of an epoch, in their order, before anything is decoded: which a batch has, and where they were seen already. */
  plannedClips?(epoch: number): Promise<readonly PlannedClip[]>;
  /** What a run that goes on must find unchanged: which clips, in which order, changed how. Default: their number and how they are cut. */
  describe?(): Promise<Json>;
  /** Of a row by its position: seconds since its video's first frame between which its clips lie; undefined for whole videos. */
  spanOf?(index: number): readonly [from: number, to: number] | undefined;
}

/** Batches in an epoch. */
export const batchCount = ({ clipCount, batchSize }: Pick<ClipSource, 'clipCount' | 'batchSize'>): number =>
  Math.ceil(clipCount / batchSize);

/** A batch that owns its tensor. */
export function createClipBatch(
  parts: Pick<ClipBatch, 'batch' | 'clips' | 'targets' | 'weights' | 'files' | 'indices' | 'views'>,
): ClipBatch {
  let disposed = false;
  const dispose = (): void => {
    if (disposed) return;
    disposed = true;
    parts.clips.dispose();
  };
  return { ...parts, dispose, [Symbol.dispose]: dispose };
}
