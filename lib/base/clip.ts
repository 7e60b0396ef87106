import { z } from 'zod';
import type { OptionShape } from './check-options';
import { UsageError } from './errors';
import { integer, number, oneOf, value } from './option-kinds';

/** The distance of neighbouring frames of a clip: in frames of the video, or by its timestamps in seconds. */
export type FrameSpacing = { readonly frames: number } | { readonly seconds: number };

/** What stands in place of the frames that a video shorter than a clip lacks. */
export const SHORT_VIDEOS = [
  /** Zero frames, black, as in the tutorial. */
  'zero',
  /** Its last frame. */
  'hold',
  /** The video once more from its beginning. */
  'loop',
] as const;
/**
 * What stands in for the frames that a video is too short for.
 *
 * @useDeclaredType
 */
export type ShortVideos = (typeof SHORT_VIDEOS)[number];

/** What the pixels of a batch of clips are: see {@link PixelType}. */
export const PIXEL_TYPES = ['float32', 'uint8'] as const;
/**
 * `float32`: in [0, 1], the official numbers. `uint8`: these times 255, rounded, a quarter of the memory; they are the same numbers where frames are not resized, and up to 1/510 off where
 * they are.
 *
 * @useDeclaredType
 */
export type PixelType = (typeof PIXEL_TYPES)[number];

/** How clips are cut for a model: `frames` square frames of `size` pixels, a fixed distance apart in the video. */
export interface ClipSpec {
  /** Width and height in pixels. */
  readonly size: number;
  /** Frames in a clip. */
  readonly frames: number;
  readonly every: FrameSpacing;
  readonly short: ShortVideos;
}

/** The tutorial's: 224², 8 frames, frame step 15, zero frames where a video is too short. */
export const TUTORIAL_CLIP: ClipSpec = { size: 224, frames: 8, every: { frames: 15 }, short: 'zero' };

/** A {@link ClipSpec} as options have it. */
export interface ClipOptions {
  /** Width and height in pixels. Default 224. */
  readonly size?: number | undefined;
  /** Frames in a clip. Default 8. */
  readonly frames?: number | undefined;
  /** Distance between neighbouring frames of a clip, in frames of the video. Default 15. */
  readonly frameStep?: number | undefined;
  /** Frames a second that are taken by the video's timestamps, in place of a frame step. */
  readonly frameRate?: number | undefined;
  /** What stands in place of the frames that a video shorter than a clip lacks. Default `zero`. */
  readonly short?: ShortVideos | undefined;
}

/** For schemas of options that hold the distance between frames. */
export const frameSpacing = (): z.ZodType<FrameSpacing, FrameSpacing> =>
  value((given) => {
    if (typeof given !== 'object' || given === null || Object.keys(given).length !== 1) return false;
    const { frames, seconds } = given as { frames?: unknown; seconds?: unknown };
    return Number.isSafeInteger(frames) ? (frames as number) > 0 : Number.isFinite(seconds) && (seconds as number) > 0;
  }, 'must be { frames: an integer of at least 1 } or { seconds: a number above 0 }');

/** For schemas of options that hold a {@link ClipSpec}. */
export const clipSpecSchema = z.strictObject({
  ...{ size: integer(1), frames: integer(1), every: frameSpacing(), short: oneOf(SHORT_VIDEOS) },
} satisfies OptionShape<ClipSpec>);

/** For schemas of options that are {@link ClipOptions} too. */
export const clipOptionShape = {
  ...{ size: integer(1), frames: integer(1), frameStep: integer(1), short: oneOf(SHORT_VIDEOS) },
  frameRate: number({ above: 0 }),
} satisfies OptionShape<ClipOptions>;

/** Options over defaults. Throws {@link UsageError} for a number that is none, and for a frame step beside a frame rate. */
export function clipSpec(options: ClipOptions, defaults: ClipSpec = TUTORIAL_CLIP): ClipSpec {
  const { size = defaults.size, frames = defaults.frames, frameStep, frameRate, short = defaults.short } = options;
  if (frameStep !== undefined && frameRate !== undefined)
    throw new UsageError('A clip has a frame step or a frame rate, not both');
  if (frameRate !== undefined && !(frameRate > 0 && Number.isFinite(frameRate)))
    throw new UsageError(`frameRate must be above 0, got ${frameRate}`);
  for (const [name, value] of Object.entries({ size, frames })) checkCount(name, value);
  if (!SHORT_VIDEOS.includes(short)) throw new UsageError(`short must be ${SHORT_VIDEOS.join(', ')}, got ${short}`);
  const every = spacing(frameStep, frameRate) ?? defaults.every;
  checkSpacing(every);
  return { size, frames, every, short };
}

/** Throws {@link UsageError} for a frame step below 1, and for no time above 0. */
export function checkSpacing(every: FrameSpacing): void {
  if ('frames' in every) checkCount('frameStep', every.frames);
  else if (!(every.seconds > 0 && Number.isFinite(every.seconds)))
    throw new UsageError(`The seconds between frames must be above 0, got ${every.seconds}`);
}

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`${name} must be an integer of at least 1, got ${value}`);
}

function spacing(frameStep: number | undefined, frameRate: number | undefined): FrameSpacing | undefined {
  if (frameStep !== undefined) return { frames: frameStep };
  return frameRate === undefined ? undefined : { seconds: 1 / frameRate };
}

/** `frame step 15` or `2 frames a second`. */
export function describeSpacing(every: FrameSpacing): string {
  if ('frames' in every) return `frame step ${every.frames}`;
  const rate = Number((1 / every.seconds).toPrecision(6));
  return rate === 1 ? '1 frame a second' : `${rate} frames a second`;
}

/** Throws {@link UsageError} for clips that are cut otherwise than those that a model takes. `remedy`: what to do about it. */
export function checkSameCut(model: ClipSpec, clip: ClipSpec, remedy: string): void {
  const [wanted, cut] = [describeClip(model), describeClip(clip)];
  if (cut !== wanted) throw new UsageError(`The source's clips are ${cut}, the model's ${wanted}: ${remedy}`);
}

/** `8 frames of 224², frame step 15, zero frames where a video is too short`. */
export function describeClip({ frames, size, every, short }: ClipSpec): string {
  const filled = { zero: 'zero frames', hold: 'its last frame', loop: 'its beginning again' }[short];
  return `${frames} frames of ${size}², ${describeSpacing(every)}, ${filled} where a video is too short`;
}
