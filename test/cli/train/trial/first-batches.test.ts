import { FirstBatches } from '../../../../lib/cli/train/trial/first-batches';
import { checkedBatches } from '../../../../lib/data/checked-batches';
import type { ClipSource } from '../../../../lib/data/clip-source';
import { addon, BrightnessSource, expectNoMoreTensors } from '../../../training/support/brightness';

const describedAs = { overfit: 2 };

/** The clips of an epoch: which, and a number that tells how they were drawn. */
async function clipsOf(source: ClipSource, epoch: number, from = 0): Promise<[number, number][]> {
  const seen: [number, number][] = [];
  for await (const batch of checkedBatches(source, epoch, { from })) {
    using owned = batch;
    const data = owned.clips.data() as Float32Array;
    const perClip = data.length / owned.indices.length;
    owned.indices.forEach((index, row) => seen.push([index, data[row * perClip] ?? NaN]));
  }
  return seen;
}

it('has the first batches of each epoch, and frees what was decoded ahead', async () => {
  const tensors = addon.liveCounts().tensors;
  const whole = new BrightnessSource(false);
  const first = new FirstBatches(whole, { batches: 2, sameEachEpoch: false, describedAs });
  expect([first.clipCount, first.batchSize, first.deterministic]).toEqual([8, 4, false]);
  for (const epoch of [0, 3]) expect(await clipsOf(first, epoch)).toEqual((await clipsOf(whole, epoch)).slice(0, 8));
  await expectNoMoreTensors(tensors);
});

it('is the same in each epoch where it is told to be', async () => {
  const same = new FirstBatches(new BrightnessSource(false), { batches: 2, sameEachEpoch: true, describedAs });
  expect(same.deterministic).toBe(true);
  expect(await clipsOf(same, 5)).toEqual(await clipsOf(same, 0));
});

it('goes on in the middle of an epoch, and from its end to nothing', async () => {
  const whole = new BrightnessSource();
  const first = new FirstBatches(whole, { batches: 2, sameEachEpoch: false, describedAs });
  expect(await clipsOf(first, 0, 1)).toEqual((await clipsOf(whole, 0)).slice(4, 8));
  expect(await clipsOf(first, 0, 2)).toEqual([]);
});

it('is no larger than its source', () => {
  const first = new FirstBatches(new BrightnessSource(), { batches: 9, sameEachEpoch: true, describedAs });
  expect(first.clipCount).toBe(10);
});

it('tells what it is beside what its source tells, and plans as that does', async () => {
  const planned = Array.from({ length: 10 }, (_, index) => ({ index, view: 0 }));
  const source: ClipSource = Object.assign(new BrightnessSource(), {
    describe: () => Promise.resolve({ videos: 10 }),
    classCounts: () => [5, 5],
    plannedClips: (epoch: number) => Promise.resolve(epoch === 0 ? planned : []),
  });
  const first = new FirstBatches(source, { batches: 2, sameEachEpoch: true, describedAs });
  expect(await first.describe()).toEqual({ videos: 10, overfit: 2 });
  expect(first.classCounts?.()).toEqual([5, 5]);
  expect(await first.plannedClips?.(7)).toEqual(planned.slice(0, 8));
  const plain = new FirstBatches(new BrightnessSource(), { batches: 2, sameEachEpoch: true, describedAs });
  expect([plain.classCounts, plain.plannedClips]).toEqual([undefined, undefined]);
});
