import { TUTORIAL_CLIP, type ClipSpec } from '../base/clip';
import { DatasetError, UsageError } from '../base/errors';
import { oneHot } from '../base/task';
import type { VideoAddon } from '../native/video';
import type { AllocateTensor } from './clip-decoding';
import { ClipLoader } from './clip-loader';
import { ClipPlanner } from './clip-planner';
import {
  type BatchOptions,
  type ClipBatch,
  type ClipSource,
  type ClipSourceReport,
  createClipBatch,
} from './clip-source';
import type { StartMode } from './video/sampling';
import { defaultThreads, type ProbedVideo, type SkippedVideo } from './video/video-probe';

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

/** The clips that a {@link ClipPlanner} plans, decoded by a {@link ClipLoader}, with their targets: one of each video in each epoch. */
export class VideoClipDataset implements ClipSource {
  readonly classes: readonly string[];
  readonly clipCount: number;
  readonly batchSize: number;
  readonly clip: ClipSpec;
  readonly planner: ClipPlanner;
  private readonly loader: ClipLoader;
  private readonly videos: readonly ProbedVideo[];

  constructor(options: VideoClipDatasetOptions) {
    const { videos, classes, training = false, batchSize = 8, seed = 0 } = options;
    const { shuffle = training, start = training ? 'random' : 'center' } = options;
    const { size = TUTORIAL_CLIP.size, frames = TUTORIAL_CLIP.frames, frameStep = TUTORIAL_CLIP.frameStep } = options;
    this.clip = { size, frames, frameStep };
    this.planner = new ClipPlanner({ videos, frames, frameStep, shuffle, start, seed });
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw new UsageError(`batchSize must be an integer of at least 1, got ${batchSize}`);
    const { addon, allocateTensor, prefetch = 2, threads = defaultThreads(), strict = false, skipped = [] } = options;
    this.loader = new ClipLoader({ addon, allocateTensor, clip: this.clip, prefetch, threads, strict, skipped });
    if (videos.length === 0) throw new DatasetError('A data set needs at least one video');
    this.videos = videos;
    this.classes = classes;
    this.clipCount = videos.length;
    this.batchSize = batchSize;
  }

  get deterministic(): boolean {
    return this.planner.fixed;
  }

  get report(): ClipSourceReport {
    return this.loader.report;
  }

  async *batches(epoch: number, { signal }: BatchOptions = {}): AsyncGenerator<ClipBatch, void, undefined> {
    const { batchSize, classes } = this;
    for await (const { clips, plans } of this.loader.batches(this.planner.plan(epoch), { batchSize, signal })) {
      const labels = plans.map(({ index }) => (this.videos[index] as ProbedVideo).label);
      yield createClipBatch({
        clips,
        targets: oneHot(labels, classes.length),
        files: plans.map(({ path }) => path),
        indices: plans.map(({ index }) => index),
      });
    }
  }
}
