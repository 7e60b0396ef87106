import type { ClipSpec } from '../../base/clip';
import type { Described } from '../../base/described';
import { singleLabel } from '../../base/task';
import { type ClipBlend, ownShare } from '../../data/augmentation/blend';
import { buildAugmentations } from '../../data/augmentation/draw';
import type { ClipPlan } from '../../data/clip-planner';
import type { ClipSourceReport } from '../../data/clip-source';
import { cutIndexed } from '../../data/video/sampling';
import { VideoIndexer } from '../../data/video/video-indexer';
import { VideoClipDataset } from '../../data/video-clip-dataset';
import type { Addon } from '../../native/addon';
import type { ReadingOptions } from '../../native/video';
import { encodePng } from '../../report/png';

/** Several clips of each video, as training or evaluation has them. */
export interface DrawnClipOptions {
  readonly clip: ClipSpec;
  /** What training changes at random; undefined: clips of an evaluation. */
  readonly augment: readonly Described<'augmentation'>[] | undefined;
  readonly clipsPerVideo: number;
  readonly crops: 1 | 3;
  readonly seed: number;
  /** The frame at which each file's clip starts, where it has one. Default: by evaluation or training. */
  readonly start?: { readonly frame: number };
}

export interface DrawnClip {
  readonly file: string;
  /** From 0. */
  readonly view: number;
  /** How it was cut and changed. */
  readonly details: string;
  /** Its frames as PNG files. */
  readonly pngs: readonly Uint8Array[];
}

export interface DrawingTools {
  readonly addon: Pick<Addon, 'createClipDecoder' | 'indexVideos' | 'frameTimes' | 'ffmpegVersion' | 'createTensor'>;
  readonly reading: ReadingOptions;
  readonly signal: AbortSignal;
}

/** So that the memory that a batch takes stays below 200 MB at the usual sizes. */
const BATCH = 8;
/** The last of all positions. */
const LAST = 1 - 2 ** -53;

/** Draws and decodes the clips of the first epoch through the source that trainer and evaluation read. Broken files are in the report, which comes last. */
export async function* drawnClips(
  files: readonly string[],
  { clip, augment, clipsPerVideo, crops, seed, start }: DrawnClipOptions,
  { addon, reading, signal }: DrawingTools,
): AsyncGenerator<DrawnClip, ClipSourceReport, undefined> {
  const isMixed = buildAugmentations(augment ?? []).mixing.length > 0;
  const indexer = new VideoIndexer([...new Set(files)], { addon, reading });
  const source = new VideoClipDataset({
    ...{ clip, clipsPerVideo, crops, seed, reading, addon, batchSize: BATCH },
    ...(augment && { augment }),
    ...(start && { start }),
    indexer,
    videos: files.map((path) => ({ path, target: [0] })),
    task: singleLabel(['any']),
    training: augment !== undefined,
    // Neighbours are mixed: clips of one file have nothing of each other.
    shuffle: isMixed,
    allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
  });
  const planned = await source.planner.plan(0);
  const plans = new Map(planned.map((plan, at) => [keyOf(plan), { plan, blended: blendOf(planned, at) }]));
  for await (const batch of source.batches(0, { signal })) {
    using owned = batch;
    const values = owned.clips.data() as Float32Array;
    const perFrame = clip.size ** 2 * 3;
    for (const [row, index] of owned.indices.entries()) {
      const view = owned.views[row] as number;
      const known = plans.get(keyOf({ index, view }));
      const frames = Array.from({ length: clip.frames }, (_, i) => {
        const start = (row * clip.frames + i) * perFrame;
        return encodePng(toBytes(values.subarray(start, start + perFrame)), clip.size, clip.size);
      });
      const details =
        known === undefined
          ? ''
          : describePlan(known.plan, known.blended, clip.size, await hasOneStart(known.plan, clip, { addon, indexer }));
      yield { file: owned.files[row] as string, view, details, pngs: await Promise.all(frames) };
    }
  }
  return source.report;
}

const keyOf = ({ index, view }: Pick<ClipPlan, 'index' | 'view'>): string => `${index}:${view}`;

/** The first of two neighbours in a batch says how they are mixed. */
function blendOf(plans: readonly ClipPlan[], at: number): ClipBlend | undefined {
  const inBatch = at % BATCH;
  const first = at - (inBatch % 2);
  return first + 1 < plans.length ? plans[first]?.blend : undefined;
}

function toBytes(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(255 * value));
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Whether the clip would start at the same frame wherever else it were to start. */
async function hasOneStart(
  { path, speed, span }: ClipPlan,
  clip: ClipSpec,
  { addon, indexer }: { readonly addon: Pick<Addon, 'frameTimes'>; readonly indexer: VideoIndexer },
): Promise<boolean> {
  const found = await indexer.of(path);
  if (!found.ok) return false;
  const { index } = found;
  const times = (): Float64Array => addon.frameTimes(index.table);
  const [first, last] = [0, LAST].map(
    (position) => cutIndexed(index, times, clip, position, { span, speed })?.frames[0],
  );
  return first === last;
}

function describePlan(
  { position, speed = 1, transform }: ClipPlan,
  blend: ClipBlend | undefined,
  size: number,
  oneStart: boolean,
): string {
  const { crop, flip, colour } = transform ?? {};
  return [
    typeof position === 'object'
      ? `starts at frame ${position.frame}`
      : oneStart
        ? 'from its first frame'
        : `starts at ${percent(position)} of what fits`,
    speed === 1 ? '' : `${Number(speed.toFixed(2))} times as fast`,
    crop?.kind === 'area' ? `${percent(crop.area)} of the area, ${crop.ratio.toFixed(2)}:1` : '',
    crop?.kind === 'square' ? `the square at ${percent(crop.along)} of the longer side` : '',
    flip === true ? 'mirrored' : '',
    colour === undefined ? '' : 'other colours',
    blend === undefined ? '' : `${percent(1 - ownShare(blend, size))} of another clip`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
