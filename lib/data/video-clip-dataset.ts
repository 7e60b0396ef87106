import { TUTORIAL_CLIP, type ClipSpec } from '../base/clip';
import { DatasetError, UsageError } from '../base/errors';
import { oneHot } from '../base/task';
import type { ReadingOptions, VideoAddon } from '../native/video';
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
import type { VideoRow } from './lists/row';
import type { StartMode } from './video/sampling';
import type { BrokenVideos } from './video/broken-videos';
import { defaultThreads, VideoIndexer } from './video/video-indexer';

export interface VideoClipDatasetOptions {
  readonly videos: readonly VideoRow[];
  /** In the order of the labels. */
  readonly classes: readonly string[];
  readonly addon: Pick<VideoAddon, 'createClipDecoder' | 'indexVideos' | 'ffmpegVersion'>;
  /** Makes the batches' tensors: the addon's `createTensor`. */
  readonly allocateTensor: AllocateTensor;
  /** Knows the videos already, or will, for several sources of one data set. Default: one for these videos. */
  readonly indexer?: VideoIndexer;
  /** Learns of broken videos, and says where one too many is. */
  readonly broken?: BrokenVideos;
  /** What may be read, and how frames are shown. */
  readonly reading?: ReadingOptions;
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
  private readonly videos: readonly VideoRow[];

  constructor(options: VideoClipDatasetOptions) {
    const { videos, classes, training = false, batchSize = 8, seed = 0 } = options;
    const { shuffle = training, start = training ? 'random' : 'center' } = options;
    const { size = TUTORIAL_CLIP.size, frames = TUTORIAL_CLIP.frames, frameStep = TUTORIAL_CLIP.frameStep } = options;
    this.clip = { size, frames, frameStep };
    this.planner = new ClipPlanner({ videos, frames, frameStep, shuffle, start, seed });
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw new UsageError(`batchSize must be an integer of at least 1, got ${batchSize}`);
    const { addon, allocateTensor, prefetch = 2, threads = defaultThreads(), strict, broken, reading } = options;
    const paths = videos.map(({ path }) => path);
    const { indexer = new VideoIndexer(paths, { addon, threads, reading, broken }) } = options;
    this.loader = new ClipLoader({
      ...{ addon, allocateTensor, clip: this.clip, indexer, reading, prefetch, threads, strict, broken },
    });
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
    const planned = await this.planner.plan(epoch);
    for await (const { clips, plans } of this.loader.batches(planned, { batchSize, signal })) {
      const labels = plans.map(({ index }) => (this.videos[index] as VideoRow).label);
      yield createClipBatch({
        clips,
        targets: oneHot(labels, classes.length),
        files: plans.map(({ path }) => path),
        indices: plans.map(({ index }) => index),
      });
    }
  }
}
