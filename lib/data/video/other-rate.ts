import type { ClipSpec } from '../../base/clip';
import type { OtherRate } from './broken-videos';

/** Beyond this factor either way an action looks faster or slower than in training: at twice the rate accuracy fell from 97.5 % to 52.5 %. */
const MOST_APART = 1.5;

/** Whether a video of one frame rate shows motions at another speed than those of the other rate; false where one is unknown. */
export function isOtherRate(frameRate: number, expected: number): boolean {
  if (!(frameRate > 0 && expected > 0)) return false;
  return Math.max(frameRate / expected, expected / frameRate) > MOST_APART;
}

/** What the frame rate of videos is compared with. */
export interface ExpectedRate {
  /** Frames per second. */
  readonly frameRate: number;
  /** Whether at that rate clips are as in training, or whether it is that of most videos. */
  readonly of: OtherRate['of'];
}

/** A video's frame rate, where its clips, every n-th frame of it, show motions at another speed than expected. */
export function otherRate(
  frameRate: number,
  { frameRate: expected, of }: ExpectedRate,
  every: ClipSpec['every'],
): Omit<OtherRate, 'path'> | undefined {
  if ('seconds' in every || !isOtherRate(frameRate, expected)) return undefined;
  return { frameRate, expected, of, sampled: expected / every.frames };
}

/**
 * Frames per second of videos whose clips are as in training: with the training's frame step the training videos' own, with twice the step twice as many. Undefined
 * where that is unknown, and for clips by time, which are the same whatever the video's rate.
 */
export function frameRateAsTrained(
  every: ClipSpec['every'],
  trained: { readonly clip: Pick<ClipSpec, 'every'>; readonly frameRate: number | undefined },
): number | undefined {
  if ('seconds' in every) return undefined;
  const { clip, frameRate } = trained;
  if ('seconds' in clip.every) return every.frames / clip.every.seconds;
  return frameRate === undefined ? undefined : (frameRate * every.frames) / clip.every.frames;
}
