import type { ClipSpec } from '../../base/clip';
import { UsageError } from '../../base/errors';
import type { Random } from '../../base/random';

/** Which frames of a video make a clip. */
export type FrameSampling = Pick<ClipSpec, 'frames' | 'frameStep'>;

/** Where in a video a clip starts. */
export type StartMode =
  /** Uniform over every start that fits. Needs a {@link Random}. */
  | 'random'
  /** The middle of the video. */
  | 'center'
  /** The first frame. */
  | 'start';

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
export function clipStart(frameCount: number, sampling: FrameSampling, mode: StartMode, random?: Random): number {
  const lastStart = Math.floor(frameCount) - neededLength(sampling);
  if (!(lastStart > 0) || mode === 'start') return 0;
  if (mode === 'center') return Math.floor(lastStart / 2);
  if (random === undefined) throw new UsageError('A random start needs a random generator');
  return random.integer(lastStart + 1);
}

/** How many of the clip's frames lie past the end of a video of `frameCount` frames. */
export function framesPastEnd(frameCount: number, sampling: FrameSampling, start: number): number {
  const inside = Math.ceil((frameCount - start) / sampling.frameStep);
  return sampling.frames - Math.min(Math.max(inside, 0), sampling.frames);
}
