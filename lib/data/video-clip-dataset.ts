import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import {
  clipOptionShape,
  type ClipOptions,
  type ClipSpec,
  clipSpec,
  clipSpecSchema,
  PIXEL_TYPES,
  type PixelType,
} from '../base/clip';
import { DatasetError, UsageError } from '../base/errors';
import type { Described, Json } from '../base/described';
import { anything, callback, flag, integer, oneOf, seed, value } from '../base/option-kinds';
import { anyTask, encodeTargets, type Task } from '../base/task';
import { Turn } from '../base/turn';
import type { ReadingOptions, VideoAddon } from '../native/video';
import { blendRows } from './augmentation/blend';
import type { AllocateTensor } from './clip-decoding';
import { ClipLoader } from './clip-loader';
import { ClipPlanner, type Redraw, REDRAWS } from './clip-planner';
import {
  type BatchOptions,
  type ClipBatch,
  type ClipSource,
  type ClipSourceReport,
  createClipBatch,
  type PlannedClip,
} from './clip-source';
import { type Sampling, SAMPLINGS } from './epochs/balanced-sampling';
import type { VideoRow } from './lists/row';
import { readingSchema } from './frame-options';
import { START_MODES, type StartMode } from './video/sampling';
import type { BrokenVideos } from './video/broken-videos';
import { defaultThreads, MOST_DECODE_THREADS, VideoIndexer } from './video/video-indexer';

export interface VideoClipDatasetOptions extends ClipOptions {
  /** How clips are cut, where the options above do not say otherwise. Default: the tutorial's. */
  readonly clip?: ClipSpec;
  /** Of the batches. Default `float32`. */
  readonly pixels?: PixelType;
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
  readonly augment?: readonly Described<'augmentation'>[];
  /**
   * How often each class comes in an epoch of training, which has as many clips either way. `balanced`: each class equally often, the rows of a common one by turns, those of a
   * rare one several times with other starts. For data sets of one class a clip. Default `natural`: each row once, times `clipsPerVideo`.
   */
  readonly sampling?: Sampling;
  /**
   * When the starts and changes of training clips are drawn: `epoch`, anew in each, or `never`, once for all, so that clips are the same in each epoch and come in another
   * order only. With a frozen backbone epochs after the first then need neither video nor backbone, unless clips are mixed with one another. Default `epoch`.
   */
  readonly redraw?: Redraw;
  /** Frames per second of videos whose clips are as in training, or what tells it once it is known: the report lists others. Default: the median of these videos. */
  readonly expectedFrameRate?: number | (() => number | undefined);
  /** Default 8. */
  readonly batchSize?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Batches that decode while the caller works on one. Default 2; of large ones as many as 64 MiB hold, but at least 1. */
  readonly prefetch?: number;
  /** Threads that decode, 1 to 1024. Default: one for each processor. */
  readonly decodeThreads?: number;
  /** A broken video is a VideoError instead of being left out, and so is one that is damaged or breaks off. Default false. */
  readonly strict?: boolean;
}

/** For schemas of options that say how clips are cut and decoded. */
export const clipShape = {
  ...{
    clip: clipSpecSchema,
    ...clipOptionShape,
    pixels: oneOf(PIXEL_TYPES),
    batchSize: integer(1),
    clipsPerVideo: integer(1),
    seed: seed(),
  },
  ...{ crops: oneOf([1, 3]), decodeThreads: integer(1, MOST_DECODE_THREADS), strict: flag(), reading: readingSchema },
  // Checked one by one where clips are planned.
  ...{ sampling: oneOf(SAMPLINGS), redraw: oneOf(REDRAWS) },
  augment: value<readonly Described<'augmentation'>[]>(Array.isArray, 'must be a list of augmentations'),
};

const isFrame = (given: unknown): boolean =>
  typeof given === 'object' &&
  given !== null &&
  'frame' in given &&
  Number.isSafeInteger(given.frame) &&
  (given.frame as number) >= 0;

const optional = z
  .object({
    ...{ ...clipShape, training: flag(), shuffle: flag(), prefetch: integer(0) },
    ...{ indexer: anything<VideoIndexer>(), broken: anything<BrokenVideos>() },
    start: value<NonNullable<VideoClipDatasetOptions['start']>>(
      (given) => START_MODES.some((mode) => mode === given) || isFrame(given),
      `must be ${START_MODES.join(', ')} or { frame: an integer of at least 0 }`,
    ),
    expectedFrameRate: value<number | (() => number | undefined)>(
      (given) => typeof given === 'function' || (Number.isFinite(given) && (given as number) > 0),
      'must be a number above 0, or a function',
    ),
  } satisfies OptionShape<Omit<VideoClipDatasetOptions, 'videos' | 'task' | 'addon' | 'allocateTensor'>>)
  .partial();

const schema = z.object({
  videos: value<readonly VideoRow[]>(Array.isArray, 'must be a list of rows'),
  ...{ task: anyTask(), addon: anything<object>(), allocateTensor: callback(), ...optional.shape },
});

/** The clips that a {@link ClipPlanner} plans, decoded ahead of their use, with their targets. */
export class VideoClipDataset implements ClipSource {
  readonly task: Task;
  readonly clipCount: number;
  readonly batchSize: number;
  readonly clip: ClipSpec;
  readonly planner: ClipPlanner;
  private readonly loader: ClipLoader;
  private readonly videos: readonly VideoRow[];
  /** What the pixels of a clip follow from beside its plan. */
  private readonly frames: {
    readonly pixels: PixelType;
    readonly pixelAspect: boolean;
    readonly pictureRate: number;
  };

  constructor(options: VideoClipDatasetOptions) {
    checkOptions('VideoClipDataset', schema, options);
    const { videos, task, training = false, pixels = 'float32', batchSize = 8, seed = 0 } = options;
    const { shuffle = training, start = training ? 'random' : 'center' } = options;
    this.clip = clipSpec(options, options.clip);
    const { clipsPerVideo, crops, augment, sampling, redraw, expectedFrameRate } = options;
    this.planner = new ClipPlanner({ videos, shuffle, start, seed, clipsPerVideo, crops, augment, sampling, redraw });
    const { addon, allocateTensor, prefetch, decodeThreads = defaultThreads(), strict, broken, reading } = options;
    const paths = [...new Set(videos.map(({ path }) => path))];
    const { indexer = new VideoIndexer(paths, { addon, decodeThreads, reading, broken }) } = options;
    this.loader = new ClipLoader({
      ...{
        addon,
        allocateTensor,
        clip: this.clip,
        pixels,
        indexer,
        reading,
        prefetch,
        decodeThreads,
        strict,
        broken,
        expectedFrameRate,
      },
    });
    checkWeights(videos);
    if (videos.length === 0) throw new DatasetError('A data set needs at least one video');
    this.videos = videos;
    this.task = task;
    this.clipCount = videos.length * this.planner.views;
    this.batchSize = batchSize;
    const { pixelAspect = false, pictureRate = 0 } = reading ?? {};
    this.frames = { pixels, pixelAspect, pictureRate };
  }

  get deterministic(): boolean {
    return this.planner.fixed;
  }

  get mixedTargets(): boolean {
    return this.planner.mixes;
  }

  get report(): ClipSourceReport {
    return this.loader.report;
  }

  /** Their files by name alone: the folder may have been moved. */
  async describe(): Promise<Json> {
    const hash = createHash('sha256');
    const turn = new Turn();
    for (const { path, target, span, weight = 1 } of this.videos) {
      const weighted = weight === 1 ? [] : [weight];
      hash.update(`${JSON.stringify([basename(path), target, span ?? null, ...weighted])}\n`);
      if (turn.over) await turn.next();
    }
    const { batchSize, videos, planner } = this;
    return { videos: videos.length, list: hash.digest('hex'), batchSize, ...this.frames, ...planner.describe() };
  }

  /** Clips of each class in an epoch, [classes]: on average, where classes are sampled alike; a clip of several classes counts for each. */
  classCounts(): readonly number[] {
    const counts = new Array<number>(this.task.classes.length).fill(0);
    for (const { target } of this.videos) for (const label of target) counts[label] = (counts[label] ?? 0) + 1;
    if (this.planner.sampling === 'natural') return counts.map((count) => count * this.planner.views);
    const present = counts.filter((count) => count > 0).length;
    return counts.map((count) => (count > 0 ? this.clipCount / present : 0));
  }

  plannedClips(epoch: number): Promise<readonly PlannedClip[]> {
    return this.planner.clips(epoch);
  }

  spanOf(index: number): VideoRow['span'] {
    return this.videos[index]?.span;
  }

  async *batches(epoch: number, { signal, from = 0 }: BatchOptions = {}): AsyncGenerator<ClipBatch, void, undefined> {
    const { batchSize, task, clip } = this;
    const planned = await this.planner.plan(epoch);
    for await (const { batch, clips, plans, blended } of this.loader.batches(planned, { batchSize, signal, from })) {
      const rows = plans.map(({ index }) => this.videos[index] as VideoRow);
      const targets = encodeTargets(
        rows.map(({ target }) => target),
        task.classes.length,
      );
      blendRows(targets, task.classes.length, blended, clip.size);
      const weights = weightsOf(rows);
      if (weights !== undefined) blendRows(weights, 1, blended, clip.size);
      yield createClipBatch({
        ...{ batch, clips, targets, weights },
        files: plans.map(({ path }) => path),
        indices: plans.map(({ index }) => index),
        views: plans.map(({ view }) => view),
      });
    }
  }
}

function checkWeights(videos: readonly VideoRow[]): void {
  for (const { path, weight = 1 } of videos)
    if (!(weight >= 0 && weight < Infinity))
      throw new UsageError(`The weight of ${path} is ${weight}: expected a finite number of at least 0`);
}

/** Undefined where all are 1. */
function weightsOf(rows: readonly VideoRow[]): Float32Array | undefined {
  if (rows.every(({ weight = 1 }) => weight === 1)) return undefined;
  return Float32Array.from(rows, ({ weight = 1 }) => weight);
}
