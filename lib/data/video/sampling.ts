import type { ClipSpec } from '../../base/clip';
import { UsageError } from '../../base/errors';
import type { VideoIndex } from '../../native/video';

/** Which frames of a video make a clip. */
export type FrameSampling = Pick<ClipSpec, 'frames' | 'frameStep'>;

/** Where in a video a clip starts. */
export type StartMode =
  /** Uniform over every start that fits. */
  | 'random'
  /** The middle of the video. */
  | 'center'
  /** The first frame. */
  | 'start';

/**
 * Where a clip starts in a video of whatever length: a share in [0, 1) of the starts that fit, or the number of a frame.
 */
export type ClipPosition = number | { readonly frame: number };

/** The middle: of an even number of starts the earlier one of the two, which a share of exactly a half would miss. */
export const CENTER = 0.5 - 2 ** -40;

/** How many frames of a video a clip spans, its first and last included. */
export function neededLength({ frames, frameStep }: FrameSampling): number {
  for (const [name, value] of Object.entries({ frames, frameStep })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new UsageError(`${name} must be an integer of at least 1, got ${value}`);
  }
  return 1 + (frames - 1) * frameStep;
}

/**
 * The clip's first frame in a video of `frameCount` frames, after `frames_from_video_file` of TensorFlow's MoViNet tutorial:
 * 0 where the clip is longer than the video (its missing frames are zero frames), else a start such that all frames exist.
 *
 * The tutorial draws `random.randint(0, max_start + 1)` with `max_start = video_length − need_length`; Python's `randint` includes
 * its upper bound, so its largest start is one past the last that fits, and such a clip ends in a zero frame. Here the largest start is `max_start`.
 */
export function clipStart(frameCount: number, sampling: FrameSampling, position: ClipPosition): number {
  const lastStart = Math.floor(frameCount) - neededLength(sampling);
  if (typeof position === 'object') return position.frame;
  if (!(position >= 0 && position < 1)) throw new UsageError(`A position lies in [0, 1), got ${position}`);
  return lastStart > 0 ? Math.floor(position * (lastStart + 1)) : 0;
}

/** The numbers of a clip's frames in a video, from 0; −1, a zero frame, for each that lies past its end. */
export function clipFrames(
  { frameCount }: Pick<VideoIndex, 'frameCount'>,
  sampling: FrameSampling,
  position: ClipPosition,
): number[] {
  const start = clipStart(frameCount, sampling, position);
  return Array.from({ length: sampling.frames }, (_, i) => {
    const frame = start + i * sampling.frameStep;
    return frame < frameCount ? frame : -1;
  });
}
