import type { ClipSpec } from '../../base/clip';
import { UsageError } from '../../base/errors';
import { countedFrames, type TimedVideo, type Timeline, timelineOf } from './timeline';

/** Which frames of a video make a clip. */
export type FrameSampling = Pick<ClipSpec, 'frames' | 'every' | 'short'>;

/** Where in a video a clip starts. */
export const START_MODES = [
  /** Uniform over every start that fits. */
  'random',
  /** The middle of the video; of several clips each in the middle of its stretch of the starts that fit. */
  'center',
  /** The first frame; of several clips each at the beginning of its stretch. */
  'start',
] as const;
/**
 * Where in its video a clip begins.
 *
 * @useDeclaredType
 */
export type StartMode = (typeof START_MODES)[number];

/**
 * Where a clip starts in a video of whatever length: a share in [0, 1) of the starts that fit, or the number of a frame of the video.
 */
export type ClipPosition = number | { readonly frame: number };

/** The middle: of an even number of starts the earlier one of the two, which a share of exactly a half would miss. */
export const CENTER = 0.5 - 2 ** -40;

/** What of a video decides which frames a clip has. */
export interface CutVideo {
  readonly frameCount: number;
  /** When its frames are shown: needed by time, and for a part of it. */
  readonly timeline?: Timeline | undefined;
}

/** A part of a video, and how fast it is gone through. */
export interface ClipRange {
  /** Seconds since the first frame: the clip has no frame that begins before the one or after the other. Default: the whole video. */
  readonly span?: readonly [from: number, to: number] | undefined;
  /** Factor of the distance between frames; less where the clip would not fit otherwise. Default 1. */
  readonly speed?: number | undefined;
}

export interface ClipCut {
  /** The numbers of the clip's frames in the video, from 0; −1 for a zero frame. */
  readonly frames: readonly number[];
  /** How many of them the video, or span, has: the others stand in place of those that it lacks. */
  readonly there: number;
}

/** Whether a clip cannot be cut without knowing when frames are shown. */
const needsTimeline = ({ every }: Pick<FrameSampling, 'every'>, span: ClipRange['span']): boolean =>
  'seconds' in every || span !== undefined;

/**
 * Cuts a clip of an indexed video, whose times are asked for where they decide. Undefined where it cannot be cut without times and there are none. Throws as
 * {@link cutClip}.
 */
export function cutIndexed(
  video: TimedVideo,
  frameTimes: () => Float64Array,
  sampling: FrameSampling,
  position: ClipPosition,
  range: ClipRange = {},
): ClipCut | undefined {
  const byTime = needsTimeline(sampling, range.span);
  const timeline = byTime ? timelineOf(video, frameTimes) : undefined;
  if (byTime && timeline === undefined) return undefined;
  return cutClip({ frameCount: video.frameCount, timeline }, sampling, position, range);
}

/** How many frames of a video a clip spans, its first and last included. Throws {@link UsageError} for one that is cut by time. */
export function neededLength({ frames, every }: FrameSampling): number {
  if ('seconds' in every) throw new UsageError('A clip that is cut by time spans no fixed number of frames');
  return 1 + (frames - 1) * every.frames;
}

/** The numbers of a clip's frames in a video: see {@link cutClip}. */
export function clipFrames(
  video: CutVideo,
  sampling: FrameSampling,
  position: ClipPosition,
  range: ClipRange = {},
): number[] {
  return [...cutClip(video, sampling, position, range).frames];
}

/**
 * Cuts a clip. By frames after `frames_from_video_file` of TensorFlow's MoViNet tutorial: from the first frame where the clip is longer than the video, else from
 * such a start that all frames exist. By time alike: from the first frame on where (frames − 1) · seconds is no less than the duration, else from a share of
 * the difference; of each time it takes the frame that is shown then.
 *
 * The tutorial draws `random.randint(0, max_start + 1)` with `max_start = video_length − need_length`; Python's `randint` includes
 * its upper bound, so its largest start is one past the last that fits, and such a clip ends in a zero frame. Here the largest start is `max_start`.
 *
 * Throws {@link UsageError} for a position that is none, and where a timeline is needed and missing.
 */
export function cutClip(
  video: CutVideo,
  { frames: count, every, short }: FrameSampling,
  position: ClipPosition,
  { span, speed = 1 }: ClipRange = {},
): ClipCut {
  if (typeof position === 'number' && !(position >= 0 && position < 1))
    throw new UsageError(`A position lies in [0, 1), got ${position}`);
  const part = partOf(video, span);
  const byTime = 'seconds' in every;
  const line = byTime ? timelineIn(video) : countedFrames(part.frameCount);
  const begin = byTime
    ? Math.max(span === undefined ? 0 : line.unitsOf(span[0]), line.beginOf(part.first))
    : part.first;
  const end = byTime ? Math.min(span === undefined ? Infinity : line.unitsOf(span[1]), line.length) : part.end;
  const usual = byTime ? line.unitsOf(every.seconds) : every.frames;
  const room = (step: number): number => end - begin - (count - 1) * step;
  let step = usual * speed;
  if (speed > 1 && count > 1 && room(step) <= line.slack)
    step = Math.max(usual, (line.beginOf(part.end - 1) - begin) / (count - 1));
  const fits = typeof position === 'number' && room(step) > line.slack;

  const asked = typeof position === 'object' ? position.frame : undefined;
  if (part.end <= part.first || (asked !== undefined && asked >= part.end))
    return { frames: new Array<number>(count).fill(-1), there: 0 };
  const start =
    typeof position === 'number' ? begin + (fits ? position * room(step) : 0) : line.beginOf(position.frame);
  const origin = line.startOf(start, step);
  const within = (frame: number): number => Math.min(Math.max(frame, part.first), part.end - 1);
  let there = 0;
  const frames = Array.from({ length: count }, (_, i) => {
    const at = origin + i * step;
    if (i === 0 || fits || at < end - line.slack) {
      there++;
      // Frames may share a time: one that is asked for is taken by its number.
      return i === 0 && asked !== undefined ? asked : within(line.frameAt(at));
    }
    switch (short) {
      case 'zero':
        return -1;
      case 'hold':
        return part.end - 1;
      case 'loop': {
        const rest = (at - begin) % (end - begin);
        return within(end - begin - rest <= line.slack ? part.first : line.frameAt(begin + rest));
      }
    }
  });
  return { frames, there };
}

interface Part {
  readonly frameCount: number;
  readonly first: number;
  /** The first frame after it. */
  readonly end: number;
}

/** The frames that begin within a span; where none does, the one that is shown there. None where the span begins past the end of the video. */
function partOf(video: CutVideo, span: ClipRange['span']): Part {
  const { frameCount } = video;
  if (span === undefined) return { frameCount, first: 0, end: frameCount > 0 ? Math.floor(frameCount) : 0 };
  const line = timelineIn(video);
  const [from, to] = span.map((seconds) => line.unitsOf(seconds)) as [number, number];
  if (from >= line.length - line.slack) return { frameCount, first: 0, end: 0 };
  const first = line.firstFrom(from);
  const end = Math.min(line.firstFrom(to), line.frameCount);
  if (first < end) return { frameCount, first, end };
  const shown = Math.min(line.frameAt(from), line.frameCount - 1);
  return { frameCount, first: shown, end: shown + 1 };
}

function timelineIn({ timeline }: CutVideo): Timeline {
  if (timeline === undefined) throw new UsageError('A clip cannot be cut by time without times');
  return timeline;
}
