import type { VideoIndex } from '../../native/video';

/** How far a time of a file may lie from what is meant: containers round to a millisecond, and a distance has two ends. */
const ROUNDING_SECONDS = 1e-3;
/** Of sums of frames that are whole numbers but for floating point. */
const ROUNDING_FRAMES = 1e-6;

/**
 * The line on which clips are cut, in units of its own, from 0 where the first frame begins: frames where they follow one another at one rate, which makes
 * sums exact, else seconds.
 */
export interface Timeline {
  readonly frameCount: number;
  /** Where the last frame ends. */
  readonly length: number;
  /** Places that are no further apart are the same. */
  readonly slack: number;
  /** The place of a time, or the length of a duration. */
  unitsOf(seconds: number): number;
  /** Where a frame begins. */
  beginOf(frame: number): number;
  /** Where a clip with this step begins that is to begin in a place: with a frame, where the step then meets frames again. */
  startOf(units: number, step: number): number;
  /** The frame that is shown in a place: the last one that begins no later. */
  frameAt(units: number): number;
  /** The first frame that begins no earlier. */
  firstFrom(units: number): number;
}

/** Frames that are counted: places between two of them are the nearer one. */
export function countedFrames(frameCount: number): Timeline {
  return { ...steadyFrames(frameCount, 0), startOf: Math.floor, frameAt: Math.round };
}

/** Frames at one rate, in frames a second. */
export function steadyFrames(frameCount: number, rate: number): Timeline {
  // As of frames by their times: rates that were typed or stored are rounded too.
  const slack = Math.max(Math.min(ROUNDING_SECONDS * rate, 1 / 4), ROUNDING_FRAMES);
  return {
    ...{ frameCount, length: frameCount, slack },
    unitsOf: (seconds) => {
      const frames = seconds * rate;
      const whole = Math.round(frames);
      return Math.abs(frames - whole) < ROUNDING_FRAMES ? whole : frames;
    },
    beginOf: (frame) => frame,
    // The frames are the same, and the sums exact.
    startOf: (units, step) => (Number.isInteger(step) ? Math.floor(units) : units),
    frameAt: (units) => Math.floor(units + slack),
    firstFrom: (units) => Math.ceil(units - slack),
  };
}

/** Frames by their presentation times, ascending, as the file has them; `duration`: seconds from the first until after the last. */
export function timedFrames(times: Float64Array, duration: number): Timeline {
  const begin = times[0] ?? 0;
  const beginOf = (frame: number): number => (times[frame] ?? 0) - begin;
  /** How much later than a place a frame may begin that is shown there: less than would make it another frame's. */
  const tolerance = (frame: number): number =>
    frame === 0 ? ROUNDING_SECONDS : Math.min(ROUNDING_SECONDS, (beginOf(frame) - beginOf(frame - 1)) / 4);
  const frameAt = (units: number): number => {
    let frame = countUpTo(times, begin + units + ROUNDING_SECONDS) - 1;
    while (frame > 0 && beginOf(frame) - units > tolerance(frame)) frame--;
    return Math.max(frame, 0);
  };
  return {
    ...{ frameCount: times.length, length: duration },
    slack: Math.min(ROUNDING_SECONDS, duration / (4 * times.length)),
    unitsOf: (seconds) => seconds,
    beginOf,
    startOf: (units) => units,
    frameAt,
    firstFrom: (units) => {
      let frame = countUpTo(times, begin + units - ROUNDING_SECONDS);
      while (frame < times.length && units - beginOf(frame) > tolerance(frame)) frame++;
      return frame;
    },
  };
}

/** How many of ascending times are no later. */
function countUpTo(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of an index: what tells when its frames are shown. */
export type TimedVideo = Pick<VideoIndex, 'frameCount' | 'frameRate' | 'variable' | 'duration'>;

/**
 * When the frames of a video are shown: by its rate, where frame count and duration bear it out, else by its times, which are only then asked for, else by
 * its rate alone. Undefined where it has neither.
 */
export function timelineOf(video: TimedVideo, frameTimes: () => Float64Array): Timeline | undefined {
  const { frameCount, frameRate, variable, duration } = video;
  const steady = frameRate > 0 && !variable && Math.abs(frameCount / frameRate - duration) <= 2 * ROUNDING_SECONDS;
  if (!steady && duration > 0) {
    const times = frameTimes();
    if (isAscending(times)) {
      const shown = times.subarray(0, frameCount);
      // A corrected index has fewer frames than its table: the first of the others ends the last.
      const end = times[frameCount];
      return timedFrames(shown, end === undefined ? duration : end - (times[0] as number));
    }
  }
  return frameRate > 0 ? steadyFrames(frameCount, frameRate) : undefined;
}

function isAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) {
    if (!((times[i] as number) >= (times[i - 1] as number))) return false;
  }
  return times.length > 0;
}
