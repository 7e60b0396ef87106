import { type Command, Option } from 'commander';
import { z } from 'zod';
import { type ClipOptions, type ClipSpec, SHORT_VIDEOS } from '../../base/clip';
import { integerFrom, positiveNumber } from './options';

/** No video has more. */
const MOST_FRAME_RATE = 1000;

/** How clips are cut. */
export const clipOptions = {
  size: integerFrom(32).exactOptional(),
  frames: integerFrom(1).exactOptional(),
  frameStep: integerFrom(1).exactOptional(),
  frameRate: positiveNumber
    .refine((rate) => rate <= MOST_FRAME_RATE, { error: `expected at most ${MOST_FRAME_RATE} frames a second` })
    .exactOptional(),
  short: z.enum(SHORT_VIDEOS, { error: `expected ${SHORT_VIDEOS.join(', ')}` }).exactOptional(),
};

/** `defaults`: what holds where an option is absent, such as `the model's`, for all; or for each. */
export function withClipOptions(
  command: Command,
  defaults: string | { readonly size: string; readonly frames: string; readonly step: string; readonly short: string },
): Command {
  const of =
    typeof defaults === 'string' ? { size: defaults, frames: defaults, step: defaults, short: defaults } : defaults;
  return command
    .option('--size <pixels>', `width and height of a clip (default: ${of.size})`)
    .option('--frames <n>', `frames of a clip (default: ${of.frames})`)
    .option('--frame-step <n>', `distance of neighbouring frames of a clip in the video (default: ${of.step})`)
    .option('--frame-rate <rate>', "frames a second of a clip, by the video's timestamps, in place of a frame step")
    .addOption(shortOption(of.short));
}

export const shortOption = (fallback: string): Option =>
  new Option(
    '--short <filling>',
    `what follows where a video is shorter than a clip: zero (black frames), hold (its last frame) or loop (it begins anew) (default: ${fallback})`,
  );

/** Of a command's options, those about clips, absent ones as undefined. */
export function clipOptionsFrom({ size, frames, frameStep, frameRate, short }: ClipOptions): ClipOptions {
  return { size, frames, frameStep, frameRate, short };
}

/** By the names of the options, as JSON names them. */
export function clipConfig({ size, frames, every, short }: ClipSpec): Record<string, string | number> {
  const spacing =
    'frames' in every ? { frame_step: every.frames } : { frame_rate: Number((1 / every.seconds).toPrecision(12)) };
  return { size, frames, ...spacing, short };
}
