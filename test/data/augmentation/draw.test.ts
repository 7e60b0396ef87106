import fc from 'fast-check';
import type { Described } from '../../../lib/base/described';
import { UsageError } from '../../../lib/base/errors';
import { derive, Random } from '../../../lib/base/random';
import type { DrawnTransform } from '../../../lib/data/augmentation/augmentation';
import { symmetricBeta } from '../../../lib/data/augmentation/beta';
import { blendRows, type ClipBlend, clipMix, ownShare } from '../../../lib/data/augmentation/blend';
import { composed, GREY_MATRIX } from '../../../lib/data/augmentation/colour';
import {
  buildAugmentations,
  type BuiltAugmentations,
  checkAugmentations,
  drawBlend,
  drawTransform,
} from '../../../lib/data/augmentation/draw';

const DRAWS = 4000;
const of = (...given: Described<'augmentation'>[]): BuiltAugmentations => buildAugmentations(given);
const streams =
  (seed: number) =>
  (name: string): Random =>
    derive(seed, name);
const draws = (augmentations: BuiltAugmentations): DrawnTransform[] =>
  Array.from({ length: DRAWS }, (_, seed) => drawTransform(augmentations, streams(seed)));

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

describe('symmetricBeta', () => {
  it.each([0.01, 0.1, 0.2, 0.5, 1, 1.001, 2, 5, 40])('has the moments of Beta(%p, %p)', (alpha) => {
    const random = Random.seeded(3);
    const values = Array.from({ length: 20_000 }, () => symmetricBeta(alpha, random));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    const { mean, variance } = moments(values);
    const expected = 1 / (4 * (2 * alpha + 1));
    // Five standard errors.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(expected / values.length));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.06);
    const fourth = moments(values.map((value) => (value - 0.5) ** 2)).mean;
    expect(Math.abs(fourth / expected - 1)).toBeLessThan(0.06);
  });

  it('has the distribution of Beta(2, 2): 3x² − 2x³', () => {
    const random = Random.seeded(8);
    const values = Array.from({ length: 20_000 }, () => symmetricBeta(2, random));
    for (const x of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      const below = values.filter((value) => value <= x).length / values.length;
      expect(Math.abs(below - (3 * x ** 2 - 2 * x ** 3))).toBeLessThan(0.018);
    }
  });

  it('is a number for each alpha', () => {
    const alphas = fc.oneof(
      fc.double({ min: 1e-300, max: 1, noNaN: true }),
      fc.double({ min: 1, max: 1e9, noNaN: true }),
    );
    fc.assert(
      fc.property(alphas, fc.integer(), (alpha, seed) => {
        const value = symmetricBeta(alpha, Random.seeded(seed));
        expect(value >= 0 && value <= 1).toBe(true);
      }),
    );
  });
});

describe('drawTransform', () => {
  it('draws nothing where nothing is asked for', () => {
    expect(drawTransform(of(), streams(0))).toEqual({});
  });

  it('crops: the area uniform, the ratio uniform by its logarithm, the place uniform', () => {
    const crops = draws(of({ kind: 'randomResizedCrop', scale: [0.2, 0.8], ratio: [0.5, 2] })).map(({ transform }) => {
      if (transform?.crop?.kind !== 'area') throw new Error('no crop');
      return transform.crop;
    });
    const check = (values: number[], low: number, high: number): void => {
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      const { mean, variance } = moments(values);
      expect(Math.abs(mean - (low + high) / 2) / (high - low)).toBeLessThan(0.025);
      expect(Math.abs(variance / ((high - low) ** 2 / 12) - 1)).toBeLessThan(0.08);
    };
    check(
      crops.map(({ area }) => area),
      0.2,
      0.8,
    );
    check(
      crops.map(({ ratio }) => Math.log2(ratio)),
      -1,
      1,
    );
    check(
      crops.map(({ x }) => x),
      0,
      1,
    );
    check(
      crops.map(({ y }) => y),
      0,
      1,
    );
  });

  it.each([0, 0.3, 1])('mirrors, and greys, a share of %p', (probability) => {
    const drawn = draws(of({ kind: 'horizontalFlip', probability }, { kind: 'grey', probability }));
    const flipped = drawn.filter(({ transform }) => transform?.flip === true).length / DRAWS;
    expect(Math.abs(flipped - probability)).toBeLessThan(0.04);
    const grey = drawn.filter(({ transform }) => transform?.colour !== undefined);
    expect(Math.abs(grey.length / DRAWS - probability)).toBeLessThan(0.04);
    for (const { transform } of grey)
      expect(transform?.colour).toEqual(composed(GREY_MATRIX, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));
  });

  it('jitters colours by factors of their ranges, and makes grey what is jittered', () => {
    const only = (change: Partial<Record<'brightness' | 'contrast' | 'saturation' | 'hue', number>>) =>
      draws(of({ kind: 'colourJitter', brightness: 0, contrast: 0, saturation: 0, hue: 0, ...change })).map(
        ({ transform }) => transform?.colour ?? [],
      );
    const factors = only({ brightness: 0.4 }).map(([first]) => first as number);
    expect([Math.min(...factors), Math.max(...factors)].map((factor) => Math.round(factor * 100))).toEqual([60, 140]);
    // The offset of contrast is (1 − c) / 2.
    const offsets = only({ contrast: 0.2 }).map((colour) => 1 - 2 * (colour[3] as number));
    expect([Math.min(...offsets), Math.max(...offsets)].map((factor) => Math.round(factor * 100))).toEqual([80, 120]);
    const grey = draws(of({ kind: 'colourJitter' }, { kind: 'grey', probability: 1 }));
    for (const { transform } of grey) expect(transform?.colour?.slice(0, 4)).toEqual(transform?.colour?.slice(4, 8));
  });

  it('varies the speed by its logarithm', () => {
    const speeds = draws(of({ kind: 'temporalJitter', speed: [0.5, 2] })).map(({ speed }) => Math.log2(speed ?? NaN));
    expect(Math.min(...speeds)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...speeds)).toBeLessThanOrEqual(1);
    expect(Math.abs(moments(speeds).mean)).toBeLessThan(0.05);
    expect(drawTransform(of({ kind: 'temporalJitter', speed: [1.5, 1.5] }), streams(0))).toEqual({ speed: 1.5 });
  });
});

describe('mixing', () => {
  const blends = (...options: Described<'augmentation'>[]) =>
    Array.from({ length: DRAWS }, (_, seed) => drawBlend(of(...options), streams(seed)));

  it('is drawn of Beta(alpha, alpha), of two kinds each as often', () => {
    expect(drawBlend(of({ kind: 'grey' }), streams(0))).toBeUndefined();
    const both = blends({ kind: 'mixUp', alpha: 2 }, { kind: 'cutMix', alpha: 2 });
    const mixed = both.filter((blend) => blend?.kind === 'mixUp').length;
    expect(Math.abs(mixed / DRAWS - 0.5)).toBeLessThan(0.04);
    const { mean, variance } = moments(both.map((blend) => blend?.weight ?? NaN));
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(variance / 0.05 - 1)).toBeLessThan(0.1);
  });

  it('keeps all shares: each clip’s, and each class’s', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const blend: fc.Arbitrary<ClipBlend> = fc.oneof(
      share.map((weight) => ({ kind: 'mixUp' as const, weight })),
      fc.record({ kind: fc.constant('cutMix' as const), weight: share, x: share, y: share }),
    );
    fc.assert(
      fc.property(blend, fc.integer({ min: 1, max: 64 }), (drawn, size) => {
        const pair = { first: 0, second: 2, blend: drawn };
        const targets = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
        blendRows(targets, 3, [pair], size);
        const own = ownShare(drawn, size);
        const expected = [own, 0, 1 - own, 0, 1, 0, 1 - own, 0, own].map(Math.fround);
        expect([...targets]).toEqual(expected);
        const mix = clipMix(pair, size);
        if (drawn.kind === 'mixUp') {
          expect(mix).toEqual({ first: 0, second: 2, weight: drawn.weight });
          return;
        }
        const [x, y, width, height] = mix?.box ?? [0, 0, 0, 0];
        expect(own).toBe(1 - (width * height) / size ** 2);
        expect(mix === undefined).toBe(own === 1);
        expect(Math.max(x + width, y + height)).toBeLessThanOrEqual(size);
        expect(own).toBeGreaterThanOrEqual(drawn.weight - 1e-12);
      }),
    );
  });
});

describe('checkAugmentations', () => {
  it('fills in the defaults', () => {
    expect(checkAugmentations([{ kind: 'randomResizedCrop' }, { kind: 'mixUp' }])).toEqual([
      { kind: 'randomResizedCrop', scale: [0.3, 1], ratio: [3 / 4, 4 / 3] },
      { kind: 'mixUp', alpha: 0.2 },
    ]);
  });

  it.each([
    [{ kind: 'grey', probability: 1.5 }, 'The augmentation grey: probability: expected a number from 0 to 1, got 1.5'],
    [
      { kind: 'randomResizedCrop', scale: [0.5, 0.2] },
      'The augmentation randomResizedCrop: scale: the lower bound is above the upper one',
    ],
    [{ kind: 'mixUp', alpha: 0 }, 'The augmentation mixUp: alpha: expected a number above 0, got 0'],
    [
      { kind: 'colourJitter', hue: 0.6 },
      'The augmentation colourJitter: hue: expected a number from 0 to 0.5, got 0.6',
    ],
    [{ kind: 'blur' }, 'There is no augmentation of kind "blur": expected one of randomResizedCrop, horizontalFlip'],
    [{ kind: 'grey', often: 1 }, 'The augmentation grey has no option often: expected some of probability'],
  ])('refuses %j', (augmentation, message) => {
    const check = () => checkAugmentations([augmentation]);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(message);
  });
});
