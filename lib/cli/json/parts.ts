import { z } from 'zod';
import { classScoresSchema } from '../../metrics/details';
import { JSON_FORMAT } from '../program/results';

/** One object that `--json` prints: what its keys mean has a version, and no key is there that its schema does not name. */
export function resultOf(shape: z.ZodRawShape, about: string): z.ZodType {
  return z.strictObject({ format: z.literal(JSON_FORMAT), ...shape }).describe(about);
}

export const count = z.int().nonnegative();
export const share = z.number().min(0).max(1);
/** JSON has no NaN and no infinity. */
export const measure = z.number().nullable();
export const metrics = z.record(z.string(), measure);
const path = z.string();
const span = z
  .tuple([z.number(), z.number()])
  .exactOptional()
  .describe('seconds of the video, where it is a part of it');

export const prediction = z.strictObject({
  label: z.string(),
  index: count.describe('of the class, from 0'),
  probability: share,
});

export const shortVideo = { frames: count.describe('of a clip that it has'), needed: count };
export const brokenOffVideo = { frames: count, promised: count.describe('by its container; 0 where it does not tell') };
export const otherRate = {
  frameRate: z.number().positive().describe('frames per second'),
  expected: z.number().positive().describe('those of training, or of most videos'),
};

/** What was special about the videos of a data set. */
export const specialVideos = {
  skipped: count.describe('videos that were left out'),
  leftOut: z.array(z.strictObject({ path, span, reason: z.string() })),
  damaged: z.array(z.strictObject({ path, packets: count.describe('that did not decode') })),
  brokenOff: z.array(z.strictObject({ path, ...brokenOffVideo })),
  short: z.array(z.strictObject({ path, span, ...shortVideo })),
  otherRates: z.array(z.strictObject({ path, ...otherRate })),
};

export const perClass = z.array(classScoresSchema.strict());
