import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { cutMixBox } from '../../../lib/data/augmentation/blend';
import type { Crop } from '../../../lib/data/augmentation/clip-transform';
import {
  type ColourChange,
  type ColourMatrix,
  colourMatrix,
  composed,
  GREY_MATRIX,
} from '../../../lib/data/augmentation/colour';
import { cropBox } from '../../../lib/data/augmentation/crop-box';

interface Fixture {
  colours: (ColourChange & { matrix: number[]; grey: number[] })[];
  boxes: { width: number; height: number; crop: Crop; box: number[] }[];
  cut_mixes: { size: number; weight: number; x: number; y: number; box: number[] }[];
}
/** By scripts/python/fixtures/augmentation_draws.py. */
const NUMPY = JSON.parse(readFileSync(join(__dirname, '../../fixtures/augmentation_draws.json'), 'utf8')) as Fixture;

const NOTHING: ColourChange = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };

function expectClose(got: ColourMatrix, expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, i) => expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-12));
}

function applied(matrix: ColourMatrix, colour: readonly number[]): number[] {
  return [0, 1, 2].map((row) =>
    [...colour, 1].reduce((sum, value, column) => sum + value * (matrix[4 * row + column] as number), 0),
  );
}

describe('colourMatrix', () => {
  it.each(NUMPY.colours)('is NumPy’s: $brightness $contrast $saturation $hue', ({ matrix, grey, ...change }) => {
    expectClose(colourMatrix(change), matrix);
    expectClose(composed(GREY_MATRIX, colourMatrix(change)), grey);
  });

  it('leaves greys grey, whatever the saturation and the hue', () => {
    const factor = fc.double({ min: 0, max: 2, noNaN: true });
    const turns = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(factor, turns, factor, (saturation, hue, grey) => {
        const colour = applied(colourMatrix({ ...NOTHING, saturation, hue }), [grey, grey, grey]);
        for (const value of colour) expect(value).toBeCloseTo(grey, 10);
      }),
    );
  });

  it('turns red towards yellow and green, and once round to where it was', () => {
    const [red = 0, green = 0, blue = 0] = applied(colourMatrix({ ...NOTHING, hue: 1 / 3 }), [1, 0, 0]);
    expect(green).toBeGreaterThan(Math.max(red, blue));
    const twice = composed(colourMatrix({ ...NOTHING, hue: 0.5 }), colourMatrix({ ...NOTHING, hue: 0.5 }));
    expectClose(twice, colourMatrix(NOTHING));
  });
});

describe('cropBox', () => {
  it.each(NUMPY.boxes)('is NumPy’s: $width × $height, $crop', ({ width, height, crop, box }) => {
    const [x = 0, y = 0, w = 0, h = 0] = box;
    expect(cropBox(crop, width, height)).toEqual([x / width, y / height, w / width, h / height]);
  });

  it('lies within the frame, on whole pixels, of the area and ratio that are asked for where they fit', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const side = fc.integer({ min: 1, max: 4000 });
    const crops = fc.record({ area: fc.double({ min: 0.01, max: 1, noNaN: true }), x: share, y: share });
    fc.assert(
      fc.property(side, side, crops, fc.double({ min: 0.1, max: 10, noNaN: true }), (width, height, crop, ratio) => {
        const [x, y, w, h] = cropBox({ kind: 'area', ratio, ...crop }, width, height);
        const pixels = [x * width, y * height, w * width, h * height] as const;
        for (const value of pixels) expect(Math.abs(value - Math.round(value))).toBeLessThan(1e-9);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x + w, y + h)).toBeLessThanOrEqual(1 + 1e-12);
        expect(Math.min(pixels[2], pixels[3])).toBeGreaterThan(0.999);
        const wanted = Math.sqrt(width * height * crop.area * ratio);
        if (wanted >= 1 && wanted <= width) expect(Math.abs(pixels[2] - wanted)).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
    );
  });
});

it.each(NUMPY.cut_mixes)('cutMixBox is NumPy’s: $size², $weight about $x, $y', ({ size, box, ...blend }) => {
  expect(cutMixBox({ kind: 'cutMix', ...blend }, size)).toEqual(box);
});
