import { z } from 'zod';
import { checkOptions, givenOptions, type OptionShape } from '../base/check-options';
import type { ClipOptions, ClipSpec, PixelType } from '../base/clip';
import { DatasetError } from '../base/errors';
import { anything, callback, flag, integer, listOf, number, oneOf, text, value } from '../base/option-kinds';
import type { Task } from '../base/task';
import { loadAddon, type Addon } from '../native/addon';
import type { Described } from '../base/described';
import { eachOnce, mergedReports, type VideoReport } from './clip-report';
import type { Redraw } from './clip-planner';
import type { Sampling } from './epochs/balanced-sampling';
import { clipShape, VideoClipDataset } from './video-clip-dataset';
import { START_MODES, type StartMode } from './video/sampling';
import { DATASET_PARTS, type DatasetPart, rowsOfPart } from './lists/row';
import { formatSplit, isSplitRule, parseSplit, type SplitRule } from './lists/splits/rule';
import { type DatasetIndex, type DatasetIndexOptions, listingShape, listVideoDataset } from './lists/video-dataset';
import { lostClips } from './lists/lost-clips';
import { BrokenVideos, brokenVideo, type SkippedVideo } from './video/broken-videos';
import { defaultThreads, VideoIndexer } from './video/video-indexer';
import type { ReadingOptions } from '../native/video';

export interface LoadVideoDatasetOptions extends ClipOptions, Omit<DatasetIndexOptions, 'split'> {
  /** How clips are cut, where the options above do not say otherwise. Default: the tutorial's. */
  readonly clip?: ClipSpec;
  /** Of the batches. Default `float32`. */
  readonly pixels?: PixelType;
  /** A rule, or its name as on the command line, such as `ucf101` or `0.8`. Default `auto`. */
  readonly split?: SplitRule | string;
  /** Default 8. */
  readonly batchSize?: number;
  /** For the split, and for all that is drawn of training clips. Default 0. */
  readonly seed?: number | undefined;
  /** Where evaluation clips start. Default `center`. */
  readonly start?: StartMode;
  /** Random clips of each training video in an epoch. Default 1. */
  readonly clipsPerVideo?: number;
  /** Clips of each evaluation video, evenly spread over the starts that fit: their probabilities are averaged. Default 1. */
  readonly evaluationClips?: number;
  /** 3: of each evaluation clip the squares at both ends and in the middle of its longer side, in place of the whole frame with padding. Default 1. */
  readonly crops?: 1 | 3;
  /** What is changed at random about each training clip. Default: nothing. */
  readonly augment?: readonly Described<'augmentation'>[];
  /** How often each class comes in an epoch of training: `balanced`, equally often. Default `natural`. */
  readonly sampling?: Sampling;
  /** When the starts and changes of training clips are drawn: `epoch`, anew in each, or `never`, once for all. Default `epoch`. */
  readonly redraw?: Redraw;
  /** Frames per second of videos whose clips are as those that a model was trained on: reports list others. Default: the median of the training part, or of a part alone. */
  readonly expectedFrameRate?: number;
  /** The parts that will be used, or what stands in for them. Default: all. */
  readonly parts?: readonly DatasetPart[];
  /** Threads that decode, 1 to 1024. Default: one for each processor. */
  readonly decodeThreads?: number;
  /** A broken video is a VideoError instead of being left out, and so is one that is damaged or breaks off. Default false. */
  readonly strict?: boolean;
  /** What may be read, and how frames are shown. */
  readonly reading?: ReadingOptions;
  /** Whether the indexes of videos are kept for the user's next runs. Default: yes, unless `MOVINET_INDEX_CACHE` is `off`. */
  readonly indexCache?: boolean;
  /** Videos that are indexed, or broken, so far: while the first epoch runs. */
  readonly onProgress?: (indexed: number, total: number) => void;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

const loadSchema = z
  .object({
    ...{ ...listingShape, ...clipShape },
    split: value<SplitRule | string>(
      (given) => typeof given === 'string' || isSplitRule(given),
      'must be the name of a rule, or { kind: … }',
    ),
    ...{ start: oneOf(START_MODES), evaluationClips: integer(1), expectedFrameRate: number({ above: 0 }) },
    parts: listOf<DatasetPart>(
      (given) => DATASET_PARTS.some((part) => part === given),
      `must be a list of ${DATASET_PARTS.join(', ')}`,
    ),
    ...{ indexCache: flag(), onProgress: callback<(indexed: number, total: number) => void>() },
    addon: anything<Addon>(),
  } satisfies OptionShape<LoadVideoDatasetOptions>)
  .partial();

/**
 * A data set as sources of clips: `train` draws its starts and its order anew in each epoch, the others are fixed. A data set without a validation part is validated on its
 * test part, and one without a test part evaluated on its validation part.
 */
export class LoadedVideoDataset {
  /** What was found on the disk; of the parts that will be used. */
  readonly videos: DatasetIndex;
  /** What is worth a line, each one. */
  readonly notes: readonly string[];
  /** What makes figures mean less than they seem to, each one. */
  readonly warnings: readonly string[];
  private readonly present: ReadonlySet<DatasetPart>;
  private readonly sources = new Map<DatasetPart, VideoClipDataset>();
  private readonly indexer: VideoIndexer;
  private readonly broken: BrokenVideos;
  private readonly decodeThreads: number;

  constructor(
    listed: DatasetIndex,
    private readonly options: LoadVideoDatasetOptions & { readonly addon: Addon },
  ) {
    checkOptions('loadVideoDataset', loadSchema, options);
    const { parts = DATASET_PARTS } = options;
    this.present = new Set(listed.rows.map(({ part }) => part));
    const used = new Set(parts.map((part) => this.standInFor(part)));
    this.videos = { ...listed, rows: listed.rows.filter(({ part }) => used.has(part)) };
    this.notes = [...new Set([...listed.notes, ...this.notesOf(parts)])];
    this.warnings = [...new Set(listed.warnings)];
    const { videos } = this;
    const { addon, decodeThreads = defaultThreads(), strict = false, reading, onProgress, indexCache } = options;
    if (strict) refuseBroken(listed.broken);
    this.broken = new BrokenVideos(strict ? brokenVideo : lostClips(videos.rows, videos.task.classes));
    this.decodeThreads = decodeThreads;
    // In the order in which a run needs the parts.
    const paths = (['train', 'validation', 'test'] as const).flatMap((part) =>
      rowsOfPart(videos.rows, part).map(({ path }) => path),
    );
    // A video is there once, however many spans of it are.
    this.indexer = new VideoIndexer([...new Set(paths)], {
      ...{ addon, decodeThreads, reading, broken: this.broken, onProgress, cache: indexCache },
    });
  }

  get task(): Task {
    return this.videos.task;
  }

  get classes(): readonly string[] {
    return this.task.classes;
  }

  /** Throws {@link DatasetError} where the split leaves nothing to train on. */
  get train(): VideoClipDataset {
    return this.source('train');
  }

  /** The data set's own validation part, where it has one, else its test part. */
  get validation(): VideoClipDataset {
    return this.source(this.standInFor('validation'));
  }

  /** The data set's test part, where it has one, else its validation part. */
  get test(): VideoClipDataset {
    return this.source(this.standInFor('test'));
  }

  /** Of all the parts that were asked for: each video, and each span of one, once, with what was last found of it. */
  get report(): VideoReport {
    return mergedReports([...this.sources.values()].map(({ report }) => report));
  }

  /** What was left out so far, each video, or span of one, once: what was broken when it was listed, and what shows as its clips are read. */
  get skipped(): SkippedVideo[] {
    return eachOnce([this.videos.broken, this.report.skipped]);
  }

  /** The part itself, where the data set has it; of those to evaluate on the other one. */
  private standInFor(part: DatasetPart): DatasetPart {
    if (part === 'train' || this.present.has(part)) return part;
    const other = part === 'test' ? 'validation' : 'test';
    return this.present.has(other) ? other : part;
  }

  private notesOf(parts: readonly DatasetPart[]): string[] {
    if (parts.includes('test') && this.standInFor('test') !== 'test')
      return ['There is no test part: the validation part is evaluated'];
    const validated = ['train', 'validation', 'test'] as const;
    if (this.present.has('validation') || !validated.every((part) => parts.includes(part))) return [];
    return this.present.has('train') && this.present.has('test')
      ? ['The validation part is the test part: accuracy after each epoch is on the clips of the final evaluation']
      : [];
  }

  private source(part: DatasetPart): VideoClipDataset {
    const known = this.sources.get(part);
    if (known !== undefined) return known;
    const { root, rule, task, rows } = this.videos;
    const videos = rowsOfPart(rows, part);
    if (videos.length === 0) {
      throw new DatasetError(
        `Split "${formatSplit(rule)}" leaves no ${part} clip of ${root}: choose another split${rule.kind === 'ratio' ? ', or add videos' : ', such as 0.8'}`,
      );
    }
    const { clip, size, frames, frameStep, frameRate, short } = this.options;
    const { pixels, batchSize, seed, start, strict, reading, addon } = this.options;
    const { clipsPerVideo, evaluationClips, crops, augment, sampling, redraw, expectedFrameRate } = this.options;
    const training = part === 'train';
    const given = {
      ...{ clip, size, frames, frameStep, frameRate, short, pixels, batchSize, seed, strict, reading },
      expectedFrameRate:
        expectedFrameRate ?? (training ? undefined : () => this.sources.get('train')?.report.frameRate),
      ...(training ? { clipsPerVideo, augment, sampling, redraw } : { clipsPerVideo: evaluationClips, start, crops }),
    };
    const source = new VideoClipDataset({
      ...givenOptions(given),
      videos,
      task,
      addon,
      allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
      indexer: this.indexer,
      broken: this.broken,
      decodeThreads: this.decodeThreads,
      training,
    });
    this.sources.set(part, source);
    return source;
  }
}

/** What is broken already when it is listed ends strict work before it begins. */
function refuseBroken(broken: readonly SkippedVideo[]): void {
  const [first] = broken;
  if (first === undefined) return;
  const more = broken.length === 1 ? '' : ` (and ${broken.length - 1} more)`;
  throw new DatasetError(
    `Cannot use ${first.path}: ${first.reason}${more}. Correct or remove it, or run without \`strict\` to leave it out`,
  );
}

/**
 * Lists a data set: a folder with one sub-folder of videos for each class, or with folders of such for its parts, or a list of videos. No video is opened yet: they are indexed when clips are asked
 * for, in the order in which they are needed and ahead of the decoding. Sources reject with a VideoError (`strict`) or a {@link DatasetError} as soon as it
 * shows that a video, or every video of a class, is broken.
 *
 * @throws DatasetError that names what is missing; UsageError for an unknown split, or options that do not fit together.
 */
export async function loadVideoDataset(
  root: string,
  options: LoadVideoDatasetOptions = {},
): Promise<LoadedVideoDataset> {
  checkOptions('loadVideoDataset', loadSchema.extend({ root: text() }), { ...options, root });
  const { addon = loadAddon(), split = 'auto' } = options;
  const { seed, groupBy, fold, videos, labels, extensions, multiLabel, task, lenient, signal } = options;
  const listed = await listVideoDataset(root, {
    ...{ seed, groupBy, fold, videos, labels, extensions, multiLabel, task, lenient, signal },
    split: typeof split === 'string' ? parseSplit(split) : split,
  });
  return new LoadedVideoDataset(listed, { ...options, addon });
}
