import * as fc from 'fast-check';
import { derive } from '../../../lib/base/random';
import { mutate } from '../../../scripts/fuzz/mutate';

const LONGEST = 64;

function many(seed: number, input: Buffer): Buffer[] {
  const random = derive(seed);
  return Array.from({ length: 300 }, () => mutate(input, random, [input, Buffer.alloc(0)], LONGEST));
}

it('changes any input within its bounds, the same way for the same seed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(), (bytes, seed) => {
      const [input, copy] = [Buffer.from(bytes), Buffer.from(bytes)];
      const changed = many(seed, input);
      expect(input.equals(copy)).toBe(true);
      expect(changed.every(({ length }) => length <= LONGEST)).toBe(true);
      expect(changed).toEqual(many(seed, input));
    }),
    { seed: 1, numRuns: 20 },
  );
});

it('makes inputs longer, shorter and other ones of the same length', () => {
  const input = Buffer.from('the quick brown fox');
  const changed = many(3, input);
  expect(changed.some(({ length }) => length > input.length)).toBe(true);
  expect(changed.some(({ length }) => length < input.length)).toBe(true);
  expect(changed.some((other) => other.length === input.length && !other.equals(input))).toBe(true);
  expect(new Set(changed.map((other) => other.toString('hex'))).size).toBeGreaterThan(250);
});
