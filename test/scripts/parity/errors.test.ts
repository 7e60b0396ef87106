import { gradientsError, relativeError, sampleError } from '../../../scripts/parity/errors';

describe('relativeError', () => {
  it('is the largest difference over the largest expected magnitude', () => {
    expect(relativeError([1, -3.5], [1.25, -4])).toBeCloseTo(0.125, 12);
    expect(relativeError([0.5], [0])).toBe(0.5);
  });

  it('is infinite for other sizes and for what is no number', () => {
    expect(relativeError([1], [1, 2])).toBe(Infinity);
    expect(relativeError([NaN, 1], [0, 1])).toBe(Infinity);
  });
});

describe('sampleError', () => {
  const sample = { norm: 5, at: [0, 2], values: [3, 4] };

  it('sees a wrong sampled value, and one that was not sampled by the norm', () => {
    expect(sampleError(new Float32Array([3, 0, 4]), sample)).toBe(0);
    expect(sampleError(new Float32Array([3.4, 0, 4]), sample)).toBeCloseTo(0.1, 6);
    expect(sampleError(new Float32Array([3, 12, 4]), sample)).toBeCloseTo(1.6, 6);
  });

  it('lets noise be, and misses what is not there', () => {
    expect(sampleError(new Float32Array([9, 9, 9]), { ...sample, noise: true })).toBe(0);
    expect(sampleError(undefined, sample)).toBe(Infinity);
    expect(sampleError(new Float32Array([3]), sample)).toBeNaN();
  });
});

describe('gradientsError', () => {
  const scalar = (value: number) => ({ norm: Math.abs(value), at: [0], values: [value] });
  const path = (block: number) => `layer_with_weights-0/layer_with_weights-${block}/_mobile_bottleneck/_rezero/scale`;
  const expected = {
    [path(1)]: scalar(1),
    [path(2)]: scalar(1e-4),
    'a/kernel': { norm: 5, at: [0, 1], values: [3, 4] },
  };
  const actual = (one: number, two: number, kernel: number) =>
    new Map([
      [path(1), new Float32Array([one])],
      [path(2), new Float32Array([two])],
      ['a/kernel', new Float32Array([3, kernel])],
    ]);

  it('measures a small scalar against a hundredth of the largest of its kind, and that one against itself', () => {
    expect(gradientsError(actual(1, 1.1e-4, 4), expected)).toBeCloseTo(1e-3, 8);
    expect(gradientsError(actual(1, 0.01, 4), expected)).toBeCloseTo(0.99, 6);
    expect(gradientsError(actual(1.01, 1e-4, 4), expected)).toBeCloseTo(1e-2, 6);
  });

  it('measures a scalar against itself where it is large enough', () => {
    const half = { ...expected, [path(2)]: scalar(0.5) };
    expect(gradientsError(actual(1, 0.505, 4), half)).toBeCloseTo(1e-2, 6);
  });

  it('measures every other tensor by itself, and misses none', () => {
    expect(gradientsError(actual(1, 1e-4, 4.04), expected)).toBeCloseTo(1e-2, 5);
    const without = actual(1, 1e-4, 4);
    without.delete(path(2));
    expect(gradientsError(without, expected)).toBe(Infinity);
  });
});
