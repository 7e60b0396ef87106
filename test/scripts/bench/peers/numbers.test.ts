import { checkNumbers } from '../../../../scripts/bench/peers/numbers';
import { relativeError } from '../../../../scripts/parity/errors';

it('relates the largest difference to the largest magnitude', () => {
  expect(relativeError([1, -3.9], [1, -4])).toBeCloseTo(0.025);
  expect(relativeError([0.5], [0])).toBe(0.5);
});

it.each([
  ['another size', [1], [1, 2]],
  ['what is no number', [NaN], [1]],
])('calls %s infinitely wrong', (_, theirs, ours) => {
  expect(relativeError(theirs, ours)).toBe(Infinity);
});

it('takes logits within 1e-4, in bfloat16 within 5e-2', () => {
  expect(checkNumbers('forward', 'float32', [1.00009], [1]).equal).toBe(true);
  expect(checkNumbers('frame', 'float32', [1.00011], [1])).toEqual({
    error: expect.closeTo(1.1e-4, 6) as number,
    equal: false,
  });
  expect(checkNumbers('forward', 'bfloat16', [1.04], [1]).equal).toBe(true);
  expect(checkNumbers('forward', 'bfloat16', [1.06], [1]).equal).toBe(false);
});

it('takes the loss of the first step so, those after it within a hundredth', () => {
  expect(checkNumbers('full-step', 'float32', [2.00001, 1.009], [2, 1]).equal).toBe(true);
  expect(checkNumbers('full-step', 'float32', [2.001, 1], [2, 1]).equal).toBe(false);
  expect(checkNumbers('head-step', 'float32', [2, 1.02], [2, 1]).equal).toBe(false);
});

it('takes no other number of frames', () => {
  expect(checkNumbers('clips', 'float32', [8, 8], [8, 8]).equal).toBe(true);
  expect(checkNumbers('all-frames', 'float32', [99_999, 100_000], [100_000, 100_000]).equal).toBe(false);
});
