import { streamThreads } from '../../lib/inference/model-stream';

describe('threads of a stream', () => {
  it('are one for single frames of small models', () => {
    expect((['t0', 'a0', 'a3'] as const).map((variant) => streamThreads(variant, 1))).toEqual([1, 1, 1]);
  });

  it.each([
    ['a5', 1],
    ['a0', 2],
  ] as const)('are one for each processor for %s in chunks of %d', (variant, chunk) => {
    expect(streamThreads(variant, chunk)).toBeUndefined();
  });
});
