import { DatasetError } from '../base/errors';
import { loadAddon, type Addon } from '../native/addon';
import { VideoClipDataset } from './video-clip-dataset';
import type { StartMode } from './video/sampling';
import { type DatasetPart, rowsOfPart } from './lists/row';
import { formatSplit, parseSplit, type SplitRule } from './lists/splits';
import { type DatasetIndex, listVideoDataset } from './lists/video-dataset';
import { lostClips } from './lists/lost-clips';
import { BrokenVideos, brokenVideo } from './video/broken-videos';
import { defaultThreads, VideoIndexer } from './video/video-indexer';
import type { ReadingOptions } from '../native/video';

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
  /** What may be read, and how frames are shown. */
  readonly reading?: ReadingOptions;
  /** Whether the indexes of videos are kept for the user's next runs. Default: yes, unless `MOVINET_INDEX_CACHE` is `off`. */
  readonly indexCache?: boolean;
  /** Ends the listing. */
  readonly signal?: AbortSignal;
  /** Videos that are indexed, or broken, so far: while the first epoch runs. */
  readonly onProgress?: (indexed: number, total: number) => void;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

/** A class-folder data set as sources of clips: `train` draws its starts and its order anew in each epoch, the others are fixed. */
export class LoadedVideoDataset {
  /** What was found on the disk; of the parts that will be used. */
  readonly videos: DatasetIndex;
  private readonly hasValidation: boolean;
  private readonly sources = new Map<DatasetPart, VideoClipDataset>();
  private readonly indexer: VideoIndexer;
  private readonly broken: BrokenVideos;
  private readonly threads: number;

  constructor(
    listed: DatasetIndex,
    private readonly options: LoadVideoDatasetOptions & { readonly addon: Addon },
  ) {
    const { parts } = options;
    const rows = parts === undefined ? listed.rows : listed.rows.filter(({ part }) => parts.includes(part));
    this.videos = { ...listed, rows };
    this.hasValidation = listed.rows.some(({ part }) => part === 'validation');
    const { videos } = this;
    const { addon, threads = defaultThreads(), strict = false, reading, onProgress, indexCache } = options;
    this.broken = new BrokenVideos(strict ? brokenVideo : lostClips(videos.rows, videos.classes));
    this.threads = threads;
    // In the order in which a run needs the parts.
    const paths = (['train', 'validation', 'test'] as const).flatMap((part) =>
      rowsOfPart(videos.rows, part).map(({ path }) => path),
    );
    this.indexer = new VideoIndexer(paths, {
      ...{ addon, threads, reading, broken: this.broken, onProgress, cache: indexCache },
    });
  }

  get classes(): readonly string[] {
    return this.videos.classes;
  }

  /** Throws {@link DatasetError} where the split leaves nothing to train on. */
  get train(): VideoClipDataset {
    return this.source('train');
  }

  /** The data set's own validation part, where it has one, else its test part. */
  get validation(): VideoClipDataset {
    return this.source(this.hasValidation ? 'validation' : 'test');
  }

  get test(): VideoClipDataset {
    return this.source('test');
  }

  private source(part: DatasetPart): VideoClipDataset {
    const known = this.sources.get(part);
    if (known !== undefined) return known;
    const { root, rule, classes, rows } = this.videos;
    const videos = rowsOfPart(rows, part);
    if (videos.length === 0) {
      throw new DatasetError(
        `Split "${formatSplit(rule)}" leaves no ${part} clip of ${root}: choose another split, such as 0.8`,
      );
    }
    const { size, frames, frameStep, batchSize, seed, start, strict, reading, addon } = this.options;
    const training = part === 'train';
    const given = { size, frames, frameStep, batchSize, seed, strict, reading, start: training ? undefined : start };
    const source = new VideoClipDataset({
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      videos,
      classes,
      addon,
      allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
      indexer: this.indexer,
      broken: this.broken,
      threads: this.threads,
      training,
    });
    this.sources.set(part, source);
    return source;
  }
}

/**
 * Lists a folder with one sub-folder of videos for each class, or with `train/` and `test/` folders of such. No video is opened yet: they are indexed when clips are asked
 * for, in the order in which they are needed and ahead of the decoding. Sources reject with a VideoError (`strict`) or a {@link DatasetError} as soon as it
 * shows that a video, or every video of a class, is broken.
 *
 * @throws DatasetError that names what is missing; UsageError for an unknown split.
 */
export async function loadVideoDataset(
  root: string,
  options: LoadVideoDatasetOptions = {},
): Promise<LoadedVideoDataset> {
  const { addon = loadAddon(), split = 'auto', seed = 0, classes, signal } = options;
  const listed = await listVideoDataset(root, {
    split: typeof split === 'string' ? parseSplit(split) : split,
    seed,
    ...(classes ? { classes } : {}),
    signal,
  });
  return new LoadedVideoDataset(listed, { ...options, addon });
}
