import { VideoError } from '../../base/errors';
import { untilAborted } from '../../base/until-aborted';
import { decodeAll, type DecodedVideo } from '../../data/video/decode-all';
import type { Addon } from '../../native/addon';
import type { ReadingOptions, VideoIndex } from '../../native/video';
import type { ProgressSink } from '../terminal/progress-sink';
import { startWhenLong } from '../terminal/long-task';
import { naming } from './decode-pictures';

/** An index, and the times of its frames. */
export interface TimedIndex {
  readonly index: VideoIndex;
  /** Seconds, ascending. */
  readonly times: Float64Array;
}

/** A video as its container has it, and as it is shown. */
export interface KnownVideo {
  readonly file: string;
  /** What a model's clip is cut by. */
  readonly container: TimedIndex;
  /** What a player shows: another one than the container's where decoding shows another number of frames, or settles it. */
  readonly shown: TimedIndex;
  /** Undefined where nothing was decoded beside what made the index. */
  readonly decoded: DecodedVideo | undefined;
}

export interface LookOptions {
  readonly addon: Pick<Addon, 'indexVideos' | 'frameTimes' | 'openVideo' | 'createTensor'>;
  readonly reading: ReadingOptions;
  /** Whether all of the file is decoded; undefined: where that is short work and not done already, or where the index is not exact. */
  readonly check: boolean | undefined;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** Six minutes of video: a second of decoding at the sizes of data sets, two minutes at 1920 × 1080. A film would take an hour. */
const MOST_FRAMES_DECODED_UNASKED = 10_000;

/** Decoding so much takes some seconds, so nobody has to be told how far it is: frames need not pass through here one by one, which costs up to ten times as much. */
const MOST_PIXELS_DECODED_SILENTLY = 2 ** 31;

function isDecodedUnasked({ exact, frameCount, damagedPackets }: VideoIndex): boolean {
  const isByDecoding = damagedPackets !== undefined;
  return !exact || (!isByDecoding && frameCount <= MOST_FRAMES_DECODED_UNASKED);
}

/** Finds out what is in a file whose index is at hand. Throws {@link VideoError}; the signal's reason. */
export async function lookInto(file: string, index: VideoIndex, options: LookOptions): Promise<KnownVideo> {
  const { addon, check = isDecodedUnasked(index) } = options;
  const container = { index, times: addon.frameTimes(index.table) };
  if (!check) return { file, container, shown: container, decoded: undefined };
  const pixels = index.frameCount * index.width * index.height;
  const isLong = pixels > MOST_PIXELS_DECODED_SILENTLY;
  return isLong ? decodeShowing(file, container, options) : decodeSilently(file, container, options);
}

async function decodeSilently(file: string, container: TimedIndex, options: LookOptions): Promise<KnownVideo> {
  const found = await indexByDecoding(file, options);
  const { frameCount, damagedPackets = 0, notes } = found.index;
  // The times of an index without timestamps come of counting: they do not tell which frame is lost.
  const times = notes.includes('no-timestamps')
    ? Array.from({ length: frameCount }, () => undefined)
    : Array.from(found.times);
  const agrees = container.index.exact && frameCount === container.index.frameCount;
  return { file, container, shown: agrees ? container : found, decoded: { frames: frameCount, damagedPackets, times } };
}

/** The same, telling how far it is. */
async function decodeShowing(file: string, container: TimedIndex, options: LookOptions): Promise<KnownVideo> {
  const { progress } = options;
  const { frameCount } = container.index;
  const task = startWhenLong(progress, { label: `Decoding ${file}`, unit: 'frames' });
  const decoded = await decodeAll(file, {
    ...options,
    onProgress: (frames) => task.update(frames, Math.max(frames, frameCount)),
  });
  let shown = container;
  if (decoded.frames !== frameCount) {
    progress.beside('numbering the frames that decode');
    shown = await indexByDecoding(file, options).finally(() => progress.beside(undefined));
  }
  task.end(`${file}: ${shown.index.frameCount} frames decoded`);
  return { file, container, shown, decoded };
}

async function indexByDecoding(file: string, { addon, reading, signal }: LookOptions): Promise<TimedIndex> {
  // A signal of its own: the addon listens to the one it gets for as long as that lives.
  const own = AbortSignal.any([signal]);
  const [result] = await untilAborted(addon.indexVideos([file], 1, { ...reading, decode: true, signal: own }), signal);
  if (result?.ok !== true) throw new VideoError(naming(file, result?.error ?? 'it was not read'), file);
  return { index: result.index, times: addon.frameTimes(result.index.table) };
}
