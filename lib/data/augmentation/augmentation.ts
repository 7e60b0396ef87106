import { z } from 'zod';

const share = z.number().min(0).max(1);
const range = (least: number, most: number) =>
  z
    .tuple([z.number().min(least).max(most), z.number().min(least).max(most)])
    .refine(([low, high]) => low <= high, { message: 'the lower bound is above the upper one' });
/** How far a factor may lie from 1, or a hue, in turns, from 0. */
const strength = z.number().min(0).max(1);

/**
 * What may be changed at random about a training clip: a described value, plain data fit for JSON. Names, ranges and defaults are those of torchvision's transforms where it
 * has the same; all frames of a clip are changed alike.
 */
export const augmentationSchema = z.discriminatedUnion('kind', [
  /** A part of the frame with this share of its area and this ratio of width to height fills the clip. */
  z.strictObject({
    kind: z.literal('randomResizedCrop'),
    scale: range(0.01, 1).default([0.3, 1]),
    ratio: range(0.1, 10).default([3 / 4, 4 / 3]),
  }),
  z.strictObject({ kind: z.literal('horizontalFlip'), probability: share.default(0.5) }),
  /** Factors of brightness, of contrast about mid grey and of saturation are drawn from [1 − x, 1 + x]; the hue is turned by up to x turns either way. */
  z.strictObject({
    kind: z.literal('colourJitter'),
    brightness: strength.default(0.4),
    contrast: strength.default(0.4),
    saturation: strength.default(0.4),
    hue: strength.max(0.5).default(0.1),
  }),
  z.strictObject({ kind: z.literal('grey'), probability: share.default(0.1) }),
  /** The frame step, or the seconds between frames, times a factor of this range. */
  z.strictObject({ kind: z.literal('temporalJitter'), speed: range(0.1, 10).default([0.8, 1.25]) }),
  /** Two clips of a batch are blended, and their targets; the share is drawn from Beta(alpha, alpha) (arXiv:1710.09412). */
  z.strictObject({ kind: z.literal('mixUp'), alpha: z.number().positive().default(0.2) }),
  /** A box of one clip is put into another one, through all its frames; its share of the area is drawn from Beta(alpha, alpha) (arXiv:1905.04899). */
  z.strictObject({ kind: z.literal('cutMix'), alpha: z.number().positive().default(1) }),
]);

export type Augmentation = z.output<typeof augmentationSchema>;
