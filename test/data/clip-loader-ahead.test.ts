import { TUTORIAL_CLIP } from '../../lib/base/clip';
import { batchesAhead } from '../../lib/data/clip-loader';
import { expectAllReleased, readEpoch, setup, take } from './support/fake-dataset';

it.each([
  [2, 'small batches', 172, undefined, 8],
  [2, 'batches of 32 MiB each', 128, 'float32', 21],
  [1, 'those of 8 clips of 8 frames of 224²', 224, 'float32', 8],
  [2, 'the same in bytes', 224, 'uint8', 8],
  [1, 'however large ones', 1024, 'float32', 64],
] as const)('decodes %i ahead of %s', (expected, _, size, pixels, batchSize) => {
  expect(batchesAhead({ ...TUTORIAL_CLIP, size }, pixels, batchSize)).toBe(expected);
});

describe('VideoClipDataset', () => {
  it('gives the same clips when calls finish in another order', async () => {
    const { addon, dataset } = setup(20, { training: true, prefetch: 4 });
    const expected = await readEpoch(dataset, 0);
    addon.beforeDecode = async (call) => {
      for (let i = 0; i < (7 - (call % 5)) * 3; i++) await new Promise(setImmediate);
    };
    expect(await readEpoch(dataset, 0)).toEqual(expected);
  });

  it('decodes ahead while the caller works, and no further than asked', async () => {
    const { addon, dataset } = setup(40, { prefetch: 2 });
    const iterator = dataset.batches(0);
    const { value: first } = await iterator.next();
    // Its videos are looked up on the disk first.
    while (addon.calls < 3) await new Promise(setImmediate);
    for (let i = 0; i < 200; i++) await new Promise(setImmediate);
    expect(addon.calls).toBe(3);
    first?.dispose();
    await iterator.return();
    const lazy = setup(40, { prefetch: 0 });
    const lazyIterator = lazy.dataset.batches(0);
    (await lazyIterator.next()).value?.dispose();
    expect(lazy.addon.calls).toBe(1);
    await lazyIterator.return();
    expectAllReleased(addon);
    expectAllReleased(lazy.addon);
  });

  it('releases everything when the loop is left early', async () => {
    const { addon, dataset } = setup(40, { prefetch: 3 });
    for await (const batch of dataset.batches(0)) {
      batch.dispose();
      break;
    }
    expectAllReleased(addon);
  });

  it('releases everything when it is left while batches are still decoding', async () => {
    const { addon, dataset } = setup(40, { prefetch: 3 });
    addon.beforeDecode = (call) => (call === 0 ? Promise.resolve() : new Promise(() => undefined));
    for await (const batch of dataset.batches(0)) {
      batch.dispose();
      break;
    }
    expectAllReleased(addon);
  });

  it('ends with the signal’s reason: before, while decoding and while the caller works', async () => {
    const { addon, dataset } = setup(40);
    const reason = new Error('enough');
    await expect(readEpoch(dataset, 0, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    addon.beforeDecode = () => new Promise(() => undefined);
    const decoding = new AbortController();
    const waiting = readEpoch(dataset, 0, { signal: decoding.signal });
    setImmediate(() => decoding.abort(reason));
    await expect(waiting).rejects.toBe(reason);
    expectAllReleased(addon);

    addon.beforeDecode = () => Promise.resolve();
    const working = new AbortController();
    const read = async (): Promise<void> => {
      for await (const batch of dataset.batches(0, { signal: working.signal })) {
        batch.dispose();
        working.abort(reason);
        for (let i = 0; i < 5; i++) await new Promise(setImmediate);
      }
    };
    await expect(read()).rejects.toBe(reason);
    expectAllReleased(addon);
  });

  it('passes a decoder’s failure on, though it happens while nobody waits', async () => {
    const { addon, dataset } = setup(40);
    addon.beforeDecode = (call) => (call === 2 ? Promise.reject(new Error('out of memory')) : Promise.resolve());
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const batch of dataset.batches(0)) {
        seen.push(...take(batch).indices);
        for (let i = 0; i < 5; i++) await new Promise(setImmediate);
      }
    };
    await expect(read()).rejects.toThrow('out of memory');
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expectAllReleased(addon);
  });
});
