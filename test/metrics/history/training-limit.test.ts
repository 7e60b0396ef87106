import { limitOf } from '../../../lib/metrics/history/training-limit';

const timing = (decode: number, compute: number, copy = 0) => ({ decode, copy, compute, validation: 50 });

it.each([
  [0, 10, 'computing', 0],
  [1, 1, 'decoding', 0.5],
  [2, 8, 'balanced', 0.2],
] as const)('waiting %d s for clips and computing for %d s is %s', (decode, compute, by, waiting) => {
  expect(limitOf([timing(decode, compute)])).toEqual({ by, waiting });
});

it('is of all epochs together; validation is none of it, copies are', () => {
  expect(limitOf([timing(4, 1), timing(0, 2, 1)])).toEqual({ by: 'decoding', waiting: 0.5 });
});

it('is unknown where nothing was measured', () => {
  expect(limitOf([])).toBeUndefined();
  expect(limitOf([timing(0, 0)])).toBeUndefined();
});
