import { ModelStream } from '../../../../lib/inference/model-stream';
import type { SavedState } from '../../../../lib/inference/saved-state';
import type { ModelId, MovinetOverrides } from '../../../../lib/movinet/options';
import { loadAddon } from '../../../../lib/native/addon';
import type { KernelKind } from '../../../../lib/native/kernels';
import {
  clipTensor,
  feed,
  framesOf,
  referenceModel,
  relativeError,
  SIZE,
} from '../../../inference/support/reference-stream';

const addon = loadAddon();
const SEEN = 7;

type Case = [id: ModelId, overrides: MovinetOverrides, size: [height: number, width: number], batch: number];
const CASES: Case[] = [
  ['a0-stream-relu6', {}, [SIZE, SIZE], 1],
  ['a0-stream', {}, [44, 62], 2],
  ['a1-stream', {}, [SIZE, 40], 1],
  ['t0-stream', { seType: '3d', usePositionalEncoding: true }, [33, 50], 1],
  ['t0-stream', { seType: '2d', convType: '3d_2plus1d' }, [32, 32], 3],
  // Its kernels see frames and rows at once: plain all the same.
  ['t0-stream', { convType: '3d' }, [32, 32], 1],
];

function largestDifference(actual: SavedState, expected: SavedState): number {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  const differences = [...expected].map(([name, { shape, data }]) => {
    const found = Float32Array.from(actual.get(name)!.data);
    expect(actual.get(name)!.shape).toEqual(shape);
    if (data.some((value) => value !== 0)) return relativeError(found, Float32Array.from(data));
    return found.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  });
  return Math.max(...differences);
}

describe.each(CASES)('%s with %o, frames of %j, %i at a time', (id, overrides, size, batch) => {
  const model = referenceModel(id, overrides);
  const open = (kernels: KernelKind) => ModelStream.open(model, { addon, batch, size, session: { kernels } });

  it('carries on fused kernels what it does on plain ones, and either goes on from the other', async () => {
    using clip = clipTensor([batch, SEEN + 3, ...size, 3]);
    using plain = await open('plain');
    using fused = await open('fused');
    for (const stream of [plain, fused]) await feed(stream, clip, [1, 4, 2]);
    expect(largestDifference(fused.state(), plain.state())).toBeLessThan(1e-5);
    const expected = await feed(plain, clip, [1, 2], SEEN);
    expect(relativeError(await feed(fused, clip, [1, 2], SEEN), expected)).toBeLessThan(1e-5);

    for (const [from, to] of [
      [plain, fused],
      [fused, plain],
    ] as const) {
      from.reset();
      await feed(from, clip, [3, 1, 1, 2]);
      to.restore(from.state());
      expect(largestDifference(to.state(), from.state())).toBe(0);
      expect(relativeError(await feed(to, clip, [2, 1], SEEN), expected)).toBeLessThan(1e-5);
    }
  });

  it('goes on from a push that failed as if it had not been', async () => {
    using clip = clipTensor([batch, 4, ...size, 3]);
    using stream = await open('fused');
    await feed(stream, clip, [2]);
    const before = stream.state();
    using wrong = clipTensor([batch, 1, size[0] + 1, size[1], 3]);
    await expect(stream.push(wrong)).rejects.toThrow(/This stream takes frames/);
    // A push whose results nobody takes has run all the same.
    await stream.warmUp();
    expect(stream.state()).toEqual(before);
    using sibling = stream.sibling();
    sibling.restore(before);
    const expected = await feed(stream, clip, [2], 2);
    using rest = framesOf(clip, 2, 4);
    expect([...(await sibling.push(rest))]).toEqual([...expected]);
    expect(stream.state()).toEqual(sibling.state());
  });
});

describe('a run of a fused stream that comes to nothing', () => {
  const model = referenceModel('a0-stream-relu6');

  it('is no step where it lasts too long, however much it has written', async () => {
    const size = [320, 320] as const;
    using clip = clipTensor([1, 7, ...size, 3]);
    using free = await ModelStream.open(model, { addon, size, session: { kernels: 'fused' } });
    await feed(free, clip, [3]);
    using hasty = await ModelStream.open(model, {
      ...{ addon, size },
      session: { kernels: 'fused', timeoutSeconds: 0.001 },
    });
    hasty.restore(free.state());
    using rest = framesOf(clip, 3, 7);
    await expect(hasty.push(rest)).rejects.toThrow(/took longer than 0.001 s/);
    expect(hasty.state()).toEqual(free.state());
  });

  it('waits for the pushes before it: a warm-up writes to no frame that they keep', async () => {
    using clip = clipTensor([1, 1, SIZE, SIZE, 3]);
    using first = framesOf(clip, 0, 1);
    using stream = await ModelStream.open(model, { addon, session: { kernels: 'fused' } });
    await stream.push(first);
    const expected = stream.state();
    stream.reset();
    const pushed = stream.push(first);
    // So many that the push has been handed to its thread.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    const warmUp = stream.warmUp();
    // A run that did not wait would have its turn while nobody takes what the push gave.
    const end = performance.now() + 200;
    while (performance.now() < end);
    expect(() => stream.reset()).toThrow(/during a push/);
    await Promise.all([pushed, warmUp]);
    expect(stream.state()).toEqual(expected);
  });
});
