import { z } from 'zod';
import { Registry } from '../../base/described';
import type { Random } from '../../base/random';
import type { Augmentation } from './augmentation';
import { symmetricBeta } from './beta';
import { colourMatrix, GREY_MATRIX } from './colour';

/** Augmentations by kinds. Names, ranges and defaults are those of torchvision's transforms where it has the same. */
export const augmentations = new Registry<'augmentation', Augmentation>('augmentation');

const share = z.number().min(0).max(1);
const range = (least: number, most: number) =>
  z
    .tuple([z.number().min(least).max(most), z.number().min(least).max(most)])
    .refine(([low, high]) => low <= high, { message: 'the lower bound is above the upper one' });
/** How far a factor may lie from 1, or a hue, in turns, from 0. */
const strength = z.number().min(0).max(1);

const cropOptions = z.object({
  scale: range(0.01, 1).default([0.3, 1]),
  ratio: range(0.1, 10).default([3 / 4, 4 / 3]),
});
export type CropOptions = z.output<typeof cropOptions>;

/**
 * A part of the frame with this share of its area (`scale`, 0.01 to 1, default 0.3 to 1) and this ratio of width to height (`ratio`, 0.1 to 10, default 3/4 to 4/3)
 * fills the clip: the area uniform, the ratio uniform by its logarithm, the place uniform in the room that is left.
 */
export const randomResizedCrop = augmentations.define('randomResizedCrop', cropOptions, ({ scale, ratio }) => ({
  draw(random) {
    const area = random.between(...scale);
    const crop = {
      kind: 'area',
      area,
      ratio: logUniform(ratio, random),
      x: random.float(),
      y: random.float(),
    } as const;
    return { transform: { crop } };
  },
}));

/** Mirrored left to right, so often. `probability`: default 0.5. */
export const horizontalFlip = augmentations.define(
  'horizontalFlip',
  z.object({ probability: share.default(0.5) }),
  ({ probability }) => ({
    draw: (random) => (random.float() < probability ? { transform: { flip: true } } : {}),
  }),
);

const colourOptions = z.object({
  brightness: strength.default(0.4),
  contrast: strength.default(0.4),
  saturation: strength.default(0.4),
  hue: strength.max(0.5).default(0.1),
});
export type ColourOptions = z.output<typeof colourOptions>;

/**
 * Factors of brightness, of contrast about mid grey and of saturation (0 to 1, default 0.4) are drawn from [1 − x, 1 + x]; the hue is turned by up to x turns either
 * way (0 to 0.5, default 0.1).
 */
export const colourJitter = augmentations.define('colourJitter', colourOptions, (most) => ({
  draw(random) {
    const factor = (strength: number): number => random.between(1 - strength, 1 + strength);
    const [brightness, contrast, saturation] = [
      factor(most.brightness),
      factor(most.contrast),
      factor(most.saturation),
    ];
    const hue = random.between(-most.hue, most.hue);
    return { transform: { colour: colourMatrix({ brightness, contrast, saturation, hue }) } };
  },
}));

/** All three channels the luma, so often. `probability`: default 0.1. */
export const grey = augmentations.define('grey', z.object({ probability: share.default(0.1) }), ({ probability }) => ({
  draw: (random) => (random.float() < probability ? { transform: { colour: GREY_MATRIX } } : {}),
}));

const jitterOptions = z.object({ speed: range(0.1, 10).default([0.8, 1.25]) });
export type JitterOptions = z.output<typeof jitterOptions>;

/**
 * The frame step, or the seconds between frames, times a factor of this range (`speed`, 0.1 to 10, default 0.8 to 1.25), drawn by its logarithm, so that half and
 * double are equally likely.
 */
export const temporalJitter = augmentations.define('temporalJitter', jitterOptions, ({ speed }) => ({
  draw: (random) => ({ speed: logUniform(speed, random) }),
}));

/** Two clips of a batch are blended, and their targets; the share is drawn from Beta(alpha, alpha), alpha above 0, default 0.2 (arXiv:1710.09412). */
export const mixUp = augmentations.define(
  'mixUp',
  z.object({ alpha: z.number().positive().default(0.2) }),
  ({ alpha }) => ({
    blend: (random) => ({ kind: 'mixUp', weight: symmetricBeta(alpha, random) }),
  }),
);

/**
 * A box of one clip is put into another one, through all its frames; its share of the area is drawn from Beta(alpha, alpha), alpha above 0, default 1
 * (arXiv:1905.04899).
 */
export const cutMix = augmentations.define(
  'cutMix',
  z.object({ alpha: z.number().positive().default(1) }),
  ({ alpha }) => ({
    blend: (random) => ({
      ...{ kind: 'cutMix', weight: symmetricBeta(alpha, random) },
      ...{ x: random.float(), y: random.float() },
    }),
  }),
);

/** Those of this file, in the order in which they change a clip. */
export const BUILT_IN: readonly string[] = augmentations.names();

function logUniform([low, high]: readonly [number, number], random: Random): number {
  return Math.min(Math.max(Math.exp(random.between(Math.log(low), Math.log(high))), low), high);
}
