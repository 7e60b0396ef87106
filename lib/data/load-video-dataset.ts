import { DatasetError } from '../base/errors';
import { loadAddon, type Addon } from '../native/addon';
import { VideoClipDataset } from './video-clip-dataset';
import type { StartMode } from './video/sampling';
import { type DatasetPart, rowsOfPart } from './lists/row';
import { formatSplit, parseSplit, type SplitRule } from './lists/splits';
import { openVideoDataset, type VideoDataset } from './lists/video-dataset';

export interface LoadVideoDatasetOptions {
  /** A rule, or its name as on the command line, such as `ucf101` or `0.8`. Default `auto`. */
  readonly split?: SplitRule | string;
  /** Width and height of the clips in pixels. Default 224. */
  readonly size?: number;
  /** Default 8. */
  readonly frames?: number;
  /** Default 15. */
  readonly frameStep?: number;
  /** Default 8. */
  readonly batchSize?: number;
  /** For the split, the order and the starts of training clips. Default 0. */
  readonly seed?: number;
  /** Where evaluation clips start. Default `center`. */
  readonly start?: StartMode;
  /** The class order of a trained model. Default: the folders' names, sorted. */
  readonly classes?: readonly string[];
  /** The parts that will be used. Default: all. */
  readonly parts?: readonly DatasetPart[];
  /** Decoding threads. Default: one for each processor. */
  readonly threads?: number;
  /** A broken video is a VideoError instead of being left out. Default false. */
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (probed: number, total: number) => void;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

/** A class-folder data set as sources of clips: `train` draws its starts and its order anew in each epoch, the others are fixed. */
export class LoadedVideoDataset {
  private readonly sources = new Map<DatasetPart, VideoClipDataset>();

  constructor(
    /** What was found on the disk. */
    readonly videos: VideoDataset,
    private readonly options: LoadVideoDatasetOptions & { readonly addon: Addon },
  ) {}

  get classes(): readonly string[] {
    return this.videos.classes;
  }

  /** Throws {@link DatasetError} where the split leaves nothing to train on. */
  get train(): VideoClipDataset {
    return this.source('train');
  }

  /** The data set's own validation part, where it has one, else its test part. */
  get validation(): VideoClipDataset {
    return this.source(this.videos.hasValidation ? 'validation' : 'test');
  }

  get test(): VideoClipDataset {
    return this.source('test');
  }

  private source(part: DatasetPart): VideoClipDataset {
    const known = this.sources.get(part);
    if (known !== undefined) return known;
    const { root, rule, skipped, classes, rows } = this.videos;
    const videos = rowsOfPart(rows, part);
    if (videos.length === 0) {
      throw new DatasetError(
        `Split "${formatSplit(rule)}" leaves no ${part} clip of ${root}: choose another split, such as 0.8`,
      );
    }
    const { size, frames, frameStep, batchSize, seed, start, threads, strict, addon } = this.options;
    const training = part === 'train';
    const given = { size, frames, frameStep, batchSize, seed, threads, strict, start: training ? undefined : start };
    const source = new VideoClipDataset({
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      videos,
      classes,
      addon,
      allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
      skipped,
      training,
    });
    this.sources.set(part, source);
    return source;
  }
}

/**
 * Opens a folder with one sub-folder of videos for each class, or with `train/` and `test/` folders of such.
 *
 * @throws DatasetError that names what is missing; UsageError for an unknown split; VideoError with `strict`.
 */
export async function loadVideoDataset(
  root: string,
  options: LoadVideoDatasetOptions = {},
): Promise<LoadedVideoDataset> {
  const {
    addon = loadAddon(),
    split = 'auto',
    seed = 0,
    classes,
    parts,
    threads,
    strict,
    signal,
    onProgress,
  } = options;
  const videos = await openVideoDataset(root, {
    addon,
    split: typeof split === 'string' ? parseSplit(split) : split,
    seed,
    ...(classes ? { classes } : {}),
    ...(parts ? { parts } : {}),
    ...(threads === undefined ? {} : { threads }),
    ...(strict === undefined ? {} : { strict }),
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
  return new LoadedVideoDataset(videos, { ...options, addon });
}
