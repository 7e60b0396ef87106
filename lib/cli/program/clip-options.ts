import { z } from 'zod';
import type { Json } from '../../base/described';
import { type ClipOptions, type ClipSpec, SHORT_VIDEOS } from '../../base/clip';
import { integerBetween, integerFrom, positiveUpTo } from '../../base/ranges';
import { shown } from '../../base/shown';
import { option, type OptionRows } from '../options/option';
import { choice } from './options';

/** Frames a second; no video has more. */
const MOST_FRAME_RATE = 1000;

/** More are no mistake of the machine's, but of typing. */
const MOST_PIXELS_ACROSS = 4096;
const MOST_FRAMES = 10_000;

const REPLACES = { frameStep: ['frameRate'], frameRate: ['frameStep'] };

/** How clips are cut; `defaults`: what holds where an option is absent, such as `the model's`, for all; or for each. */
export function clipOptions(
  defaults: string | { readonly size: string; readonly frames: string; readonly step: string; readonly short: string },
) {
  const of =
    typeof defaults === 'string' ? { size: defaults, frames: defaults, step: defaults, short: defaults } : defaults;
  return {
    size: sizeOption('width and height of a clip', of.size),
    frames: option(integerBetween(1, MOST_FRAMES).exactOptional(), {
      value: '<n>',
      help: 'frames of a clip',
      fallback: of.frames,
    }),
    frameStep: frameStepOption('distance of neighbouring frames of a clip in the video', of.step),
    frameRate: frameRateOption('frames a second of a clip'),
    short: shortOption(of.short),
  } satisfies OptionRows;
}

export const sizeOption = (help: string, fallback: string) =>
  option(integerBetween(32, MOST_PIXELS_ACROSS).exactOptional(), { value: '<pixels>', help, fallback });

export const frameStepOption = (help: string, fallback: string) =>
  option(integerFrom(1).exactOptional(), { value: '<n>', help, fallback, replaces: REPLACES.frameStep });

export const frameRateOption = (what: string) =>
  option(positiveUpTo(MOST_FRAME_RATE).exactOptional(), {
    value: '<rate>',
    help: `${what}, by the video's timestamps, in place of a frame step`,
    replaces: REPLACES.frameRate,
  });

export const shortOption = (fallback: string) =>
  option(choice(SHORT_VIDEOS).exactOptional(), {
    value: '<filling>',
    help: 'what follows where a video is shorter than a clip: zero (black frames), hold (its last frame) or loop (it begins anew)',
    fallback,
  });

const startFrame: z.ZodType<number | 'center', number | 'center'> = z.union([z.literal('center'), integerFrom(0)], {
  error: ({ input }) => `expected center or the number of a frame, got ${shown(input)}`,
});

export const startOption = (fallback: string) =>
  option(startFrame.exactOptional(), { value: '<frame>', help: 'first frame of the clip, or center', fallback });

/** Of a command's options, those about clips, absent ones as undefined. */
export function clipOptionsFrom({ size, frames, frameStep, frameRate, short }: ClipOptions): ClipOptions {
  return { size, frames, frameStep, frameRate, short };
}

/** By the names of the options, as JSON names them. */
export function clipConfig({ size, frames, every, short }: ClipSpec): Record<string, string | number> {
  const spacing =
    'frames' in every ? { frameStep: every.frames } : { frameRate: Number((1 / every.seconds).toPrecision(12)) };
  return { size, frames, ...spacing, short };
}

const cut = z.object({
  ...{ size: z.int().positive(), frames: z.int().positive(), short: z.enum(SHORT_VIDEOS) },
  ...{ frameStep: z.int().positive().exactOptional(), frameRate: z.number().positive().exactOptional() },
});

/** What {@link clipConfig} wrote of a clip among other things; undefined where it did not. */
export function clipFromConfig(config: Readonly<Record<string, Json>>): ClipSpec | undefined {
  const found = cut.safeParse(config);
  if (!found.success) return undefined;
  const { size, frames, short, frameStep, frameRate } = found.data;
  const every = frameRate === undefined ? { frames: frameStep ?? 1 } : { seconds: 1 / frameRate };
  return { size, frames, short, every };
}
