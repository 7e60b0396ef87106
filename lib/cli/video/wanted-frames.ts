import { VideoError } from '../../base/errors';
import { type ClipPosition, cutIndexed, type FrameSampling } from '../../data/video/sampling';
import type { TimedVideo } from '../../data/video/timeline';
import { firstPastEnd, framesOf, type FrameRun } from './frame-list';

/** The frames to look at of each file: a list, or a clip. */
export type WantedFrames = {
  /** Width and height of the pictures, in pixels. */
  readonly size: number;
} & ({ readonly list: readonly FrameRun[] } | { readonly sampling: FrameSampling; readonly position: ClipPosition });

/** The numbers of the frames in one video, and how many frames of the clip lie past its end. */
export interface FrameSelection {
  /** Ascending, each once. */
  readonly frames: readonly number[];
  readonly zeroFrames: number;
}

/** What the frames are numbers of. */
export interface NumberedFrames extends TimedVideo {
  readonly times: Float64Array;
}

/**
 * Throws {@link VideoError} where a listed frame lies past the end, where there are no frames at all, and where a clip is to be cut by times that there are
 * none of.
 */
export function selectFrames(file: string, index: NumberedFrames, wanted: WantedFrames): FrameSelection {
  const { frameCount } = index;
  if (frameCount === 0) throw new VideoError(`${file} has no frames`, file);
  if ('list' in wanted) {
    const past = firstPastEnd(wanted.list, frameCount);
    if (past !== undefined) throw pastEnd(file, past, frameCount);
    return { frames: framesOf(wanted.list), zeroFrames: 0 };
  }
  const cut = cutIndexed(index, () => index.times, wanted.sampling, wanted.position);
  if (cut === undefined)
    throw new VideoError(
      `${file} has no times and no frame rate: cut its clips with --frame-step, those of pictures with --picture-rate`,
      file,
    );
  const all = cut.frames;
  const frames = [...new Set(all.filter((frame) => frame >= 0))].sort((a, b) => a - b);
  if (frames.length === 0 && typeof wanted.position === 'object')
    throw pastEnd(file, wanted.position.frame, frameCount);
  return { frames, zeroFrames: all.filter((frame) => frame < 0).length };
}

export function pastEnd(file: string, frame: number, frameCount: number): VideoError {
  const has = frameCount === 1 ? '1 frame, number 0' : `${frameCount} frames, numbers 0 to ${frameCount - 1}`;
  return new VideoError(`${file} has ${has}: there is no frame ${frame}`, file);
}
