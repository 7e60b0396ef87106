import { cutMixBox } from '../../lib/data/augmentation/blend';
import type { Described } from '../../lib/base/described';
import { expectAllReleased, readEpoch, setup } from './support/fake-dataset';

describe('mixing', () => {
  const augment: Described<'augmentation'>[] = [{ kind: 'mixUp', alpha: 1 }];

  // Which place of a batch is lost depends on the video.
  it.each([0, 1, 2, 3, 4, 5])(
    'mixes neighbours as planned, their targets and weights alike, where video %d is lost',
    async (lost) => {
      const changes = { [lost]: { error: 'damaged' } };
      const options = { batchSize: 5, training: true, seed: 2, augment } as const;
      const videos = setup(11).videos.map((row, index) => ({ ...row, weight: index + 1 }));
      const { addon, dataset } = setup(11, { ...options, videos }, changes);
      const plain = await readEpoch(setup(11, { ...options, augment: [] }, changes).dataset, 0);
      const plans = await dataset.planner.plan(0);
      let batchNumber = 0;
      let mixed = 0;
      for await (const batch of dataset.batches(0)) {
        const planned = plans.slice(5 * batchNumber, 5 * batchNumber + 5);
        const before = plain[batchNumber++]!;
        const frames = batch.clips.data() as Float32Array;
        const length = frames.length / batch.indices.length;
        batch.indices.forEach((index, row) => {
          const place = planned.findIndex((plan) => plan.index === index);
          const partner = planned[place % 2 === 0 ? place + 1 : place - 1]?.index;
          const other = partner === undefined ? -1 : batch.indices.indexOf(partner);
          const weight = other < 0 ? 1 : (planned[2 * Math.floor(place / 2)]?.blend?.weight ?? NaN);
          const expected = [0, 0, 0];
          expected[before.labels[row]!]! += weight;
          if (other >= 0) {
            expected[before.labels[other]!]! += 1 - weight;
            mixed++;
          }
          const target = batch.targets.subarray(3 * row, 3 * row + 3);
          target.forEach((share, i) => expect(share).toBeCloseTo(expected[i]!, 6));
          const [own, others] = [before.frames[row]![0]!, other < 0 ? 0 : before.frames[other]![0]!];
          const [ownWeight, otherWeight] = [index + 1, (other < 0 ? 0 : (batch.indices[other] ?? NaN)) + 1];
          expect(batch.weights?.[row]).toBeCloseTo(weight * ownWeight + (1 - weight) * otherWeight, 5);
          expect(frames[row * length]).toBeCloseTo(weight * own + (1 - weight) * others, 2);
        });
        batch.dispose();
      }
      expect(mixed).toBeGreaterThanOrEqual(6);
      expect(addon.mixes).toHaveLength(mixed / 2);
      expectAllReleased(addon);
    },
  );

  it('cuts boxes by whole pixels, and targets by their area', async () => {
    const options = { size: 8, training: true, augment: [{ kind: 'cutMix' }] } as const;
    const { addon, dataset } = setup(40, options);
    const plans = await dataset.planner.plan(0);
    const boxes: unknown[] = [];
    let at = 0;
    for await (const batch of dataset.batches(0)) {
      for (let row = 0; row + 1 < batch.indices.length; row += 2) {
        const { blend } = plans[at + row]!;
        if (blend?.kind !== 'cutMix') throw new Error('no box');
        const box = cutMixBox(blend, 8);
        if (box[2] > 0 && box[3] > 0) boxes.push({ first: row, second: row + 1, box });
        const alike = batch.indices[row]! % 3 === batch.indices[row + 1]! % 3;
        const own = batch.targets[3 * row + (batch.indices[row]! % 3)];
        expect(own).toBe(alike ? 1 : 1 - (box[2] * box[3]) / 64);
      }
      at += batch.indices.length;
      batch.dispose();
    }
    // Batches are mixed as they are decoded, ahead: which of two is done first is open.
    const inAnyOrder = (mixes: readonly unknown[]): string[] => mixes.map((mix) => JSON.stringify(mix)).sort();
    expect(inAnyOrder(addon.mixes)).toEqual(inAnyOrder(boxes));
    expect(boxes.length).toBeGreaterThan(10);
  });
});
