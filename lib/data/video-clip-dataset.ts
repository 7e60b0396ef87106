import { type ClipOptions, type ClipSpec, clipSpec } from '../base/clip';
import { DatasetError, UsageError } from '../base/errors';
import { encodeTargets, type Task } from '../base/task';
import type { ReadingOptions, VideoAddon } from '../native/video';
import { blendTargets } from './augmentation/blend';
import type { AugmentationOptions } from './augmentation/draw';
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

export interface VideoClipDatasetOptions extends ClipOptions {
  /** How clips are cut, where the options above do not say otherwise. Default: the tutorial's. */
  readonly clip?: ClipSpec;
  readonly videos: readonly VideoRow[];
  readonly task: Task;
  readonly addon: Pick<VideoAddon, 'createClipDecoder' | 'indexVideos' | 'frameTimes' | 'ffmpegVersion'>;
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
  /** Where clips start, or at which frame, where each video has one. Default: `random` for training, else `center`. */
  readonly start?: StartMode | { readonly frame: number };
  /** Clips of each video in an epoch: random ones for training, else evenly spread over the starts that fit. Default 1. */
  readonly clipsPerVideo?: number;
  /** 3: of each clip the squares at both ends and in the middle of its longer side, in place of the whole frame with padding. Not for training. Default 1. */
  readonly crops?: 1 | 3;
  /** What is changed at random about each clip, another time in each epoch. Default: nothing. */
  readonly augment?: readonly AugmentationOptions[];
  /** Frames per second of videos whose clips are as in training, or what tells it once it is known: the report lists others. Default: the median of these videos. */
  readonly expectedFrameRate?: number | (() => number | undefined);
  /** Default 8. */
  readonly batchSize?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Batches that decode while the caller works on one. Default 2. */
  readonly prefetch?: number;
  /** Decoding threads. Default: one for each processor. */
  readonly threads?: number;
  /** A broken video is a VideoError instead of being left out, and so is one that is damaged or breaks off. Default false. */
  readonly strict?: boolean;
}

/** The clips that a {@link ClipPlanner} plans, decoded by a {@link ClipLoader}, with their targets. */
export class VideoClipDataset implements ClipSource {
  readonly task: Task;
  readonly clipCount: number;
  readonly batchSize: number;
  readonly clip: ClipSpec;
  readonly planner: ClipPlanner;
  private readonly loader: ClipLoader;
  private readonly videos: readonly VideoRow[];

  constructor(options: VideoClipDatasetOptions) {
    const { videos, task, training = false, batchSize = 8, seed = 0 } = options;
    const { shuffle = training, start = training ? 'random' : 'center' } = options;
    this.clip = clipSpec(options, options.clip);
    const { clipsPerVideo, crops, augment, expectedFrameRate } = options;
    this.planner = new ClipPlanner({ videos, shuffle, start, seed, clipsPerVideo, crops, augment });
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw new UsageError(`batchSize must be an integer of at least 1, got ${batchSize}`);
    const { addon, allocateTensor, prefetch = 2, threads = defaultThreads(), strict, broken, reading } = options;
    const paths = [...new Set(videos.map(({ path }) => path))];
    const { indexer = new VideoIndexer(paths, { addon, threads, reading, broken }) } = options;
    this.loader = new ClipLoader({
      ...{
        addon,
        allocateTensor,
        clip: this.clip,
        indexer,
        reading,
        prefetch,
        threads,
        strict,
        broken,
        expectedFrameRate,
      },
    });
    if (videos.length === 0) throw new DatasetError('A data set needs at least one video');
    this.videos = videos;
    this.task = task;
    this.clipCount = videos.length * this.planner.views;
    this.batchSize = batchSize;
  }

  get deterministic(): boolean {
    return this.planner.fixed;
  }

  get report(): ClipSourceReport {
    return this.loader.report;
  }

  spanOf(index: number): VideoRow['span'] {
    return this.videos[index]?.span;
  }

  async *batches(epoch: number, { signal }: BatchOptions = {}): AsyncGenerator<ClipBatch, void, undefined> {
    const { batchSize, task, clip } = this;
    const planned = await this.planner.plan(epoch);
    for await (const { clips, plans, blended } of this.loader.batches(planned, { batchSize, signal })) {
      const rows = plans.map(({ index }) => (this.videos[index] as VideoRow).target);
      const targets = encodeTargets(rows, task.classes.length);
      blendTargets(targets, task.classes.length, blended, clip.size);
      yield createClipBatch({
        ...{ clips, targets },
        files: plans.map(({ path }) => path),
        indices: plans.map(({ index }) => index),
        views: plans.map(({ view }) => view),
      });
    }
  }
}
