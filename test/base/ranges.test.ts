import fc from 'fast-check';
import type { z } from 'zod';
import {
  anyInteger,
  integerBetween,
  integerFrom,
  nonNegativeNumber,
  numberBetween,
  positiveNumber,
  positiveUpTo,
  shareBelowOne,
} from '../../lib/base/ranges';

const RANGES: [string, z.ZodType<number, number>, (value: number) => boolean][] = [
  ['an integer', anyInteger, Number.isSafeInteger],
  ['an integer of at least 2', integerFrom(2), (value) => Number.isSafeInteger(value) && value >= 2],
  ['an integer from 1 to 3', integerBetween(1, 3), (value) => [1, 2, 3].includes(value)],
  ['a number above 0', positiveNumber, (value) => value > 0 && value < Infinity],
  ['a number above 0, up to 1000', positiveUpTo(1000), (value) => value > 0 && value <= 1000],
  ['a number of at least 0', nonNegativeNumber, (value) => value >= 0 && value < Infinity],
  ['a number from -1 to 1', numberBetween(-1, 1), (value) => value >= -1 && value <= 1],
  ['a number from 0 up to, not including, 1', shareBelowOne, (value) => value >= 0 && value < 1],
];

describe.each(RANGES)('%s', (expected, schema, holds) => {
  it('takes what lies in it and says what lies outside', () => {
    const near = fc.constantFrom(-1, 0, -0, 1, 2, 3, 4, 1000, 1000.5, 0.999, NaN, Infinity, -Infinity, 2 ** 53);
    fc.assert(
      fc.property(fc.oneof(near, fc.double(), fc.integer()), (value) => {
        const result = schema.safeParse(value);
        expect(result.success).toBe(holds(value));
        if (!result.success) expect(result.error.issues[0]?.message).toBe(`expected ${expected}, got ${value}`);
      }),
    );
  });

  it('refuses what is no number', () => {
    for (const [value, shown] of [
      ['1', '"1"'],
      [null, 'null'],
      [undefined, 'undefined'],
      [[1], '[1]'],
    ] as const)
      expect(schema.safeParse(value).error?.issues[0]?.message).toBe(`expected a number, got ${shown}`);
  });
});
