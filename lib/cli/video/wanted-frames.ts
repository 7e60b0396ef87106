import { VideoError } from '../../base/errors';
import { clipFrames, type ClipPosition, type FrameSampling } from '../../data/video/sampling';
import { firstPastEnd, framesOf, type FrameRun } from './frame-list';

/** The frames to look at of each file: a list, or a clip. */
export type WantedFrames = {
  /** Width and height of the pictures, in pixels. */
  readonly size: number;
} & ({ readonly list: readonly FrameRun[] } | { readonly sampling: FrameSampling; readonly position: ClipPosition });

/** The numbers of the frames in one video, and how many frames of the clip lie past its end. */
export interface FrameSelection {
  /** Ascending. */
  readonly frames: readonly number[];
  readonly zeroFrames: number;
}

/** Throws {@link VideoError} where a listed frame lies past the end, and where there are no frames at all. */
export function selectFrames(file: string, frameCount: number, wanted: WantedFrames): FrameSelection {
  if (frameCount === 0) throw new VideoError(`${file} has no frames`, file);
  if ('list' in wanted) {
    const past = firstPastEnd(wanted.list, frameCount);
    if (past !== undefined) throw pastEnd(file, past, frameCount);
    return { frames: framesOf(wanted.list), zeroFrames: 0 };
  }
  const all = clipFrames({ frameCount }, wanted.sampling, wanted.position);
  const frames = all.filter((frame) => frame >= 0);
  if (frames.length === 0 && typeof wanted.position === 'object')
    throw pastEnd(file, wanted.position.frame, frameCount);
  return { frames, zeroFrames: all.length - frames.length };
}

export function pastEnd(file: string, frame: number, frameCount: number): VideoError {
  const has = frameCount === 1 ? '1 frame, number 0' : `${frameCount} frames, numbers 0 to ${frameCount - 1}`;
  return new VideoError(`${file} has ${has}: there is no frame ${frame}`, file);
}
