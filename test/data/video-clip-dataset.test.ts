import fc from 'fast-check';
import { TUTORIAL_CLIP } from '../../lib/base/clip';
import { DatasetError, UsageError } from '../../lib/base/errors';
import { singleLabel } from '../../lib/base/task';
import { VideoClipDataset } from '../../lib/data/video-clip-dataset';
import { CENTER, clipFrames } from '../../lib/data/video/sampling';
import { expectAllReleased, NOTHING_SPECIAL, readEpoch, setup } from './support/fake-dataset';

describe('VideoClipDataset', () => {
  it('has the tutorial’s values as defaults', async () => {
    const { addon, videos } = setup(1);
    const parts = { task: singleLabel(['a', 'b', 'c']), addon, allocateTensor: addon.allocateTensor, videos };
    const evaluation = new VideoClipDataset(parts);
    expect(evaluation.clip).toEqual(TUTORIAL_CLIP);
    expect(evaluation.batchSize).toBe(8);
    expect(evaluation.deterministic).toBe(true);
    expect(await evaluation.planner.plan(0)).toEqual([{ index: 0, view: 0, path: '/0.avi', position: CENTER }]);
    expect(new VideoClipDataset({ ...parts, training: true }).deterministic).toBe(false);
  });

  it('evaluation: in order, from the middle, the last batch partial', async () => {
    const { addon, dataset } = setup(10);
    const batches = await readEpoch(dataset, 0);
    expect(batches.map((batch) => batch.indices)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(batches[2]).toEqual({
      indices: [8, 9],
      labels: [2, 0],
      files: ['/8.avi', '/9.avi'],
      frames: [
        [9039, 9049, 9059],
        [10039, 10049, 10059],
      ],
    });
    expect(dataset.deterministic).toBe(true);
    expect(await readEpoch(dataset, 1)).toEqual(batches);
    expect(dataset.report).toEqual({ ...NOTHING_SPECIAL, frameRate: 25, decodedFrames: 60 });
    expectAllReleased(addon);
  });

  it('training: every clip once an epoch, each epoch in another order with other starts, all inside the video', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer(),
        async (count, batchSize, seed) => {
          const { addon, dataset } = setup(count, {
            training: true,
            batchSize,
            seed,
            prefetch: seed % 2 === 0 ? 0 : 3,
          });
          const batches = await readEpoch(dataset, 0);
          expect(batches.flatMap((batch) => batch.indices).sort((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, i) => i),
          );
          expect(batches.map((batch) => batch.indices.length)).toEqual(
            Array.from({ length: Math.ceil(count / batchSize) }, (_, i) => Math.min(batchSize, count - i * batchSize)),
          );
          for (const batch of batches) {
            batch.indices.forEach((index, row) => {
              expect(batch.labels[row]).toBe(index % 3);
              const [first, second, third] = batch.frames[row]!.map((value) => value - 1000 * (index + 1)) as [
                number,
                number,
                number,
              ];
              expect([second - first, third - second]).toEqual([10, 10]);
              expect(first).toBe(
                clipFrames({ frameCount: 100 }, dataset.clip, dataset.planner.positionOf(index, 0))[0],
              );
              expect(first).toBeGreaterThanOrEqual(0);
              expect(third).toBeLessThan(100);
            });
          }
          expect(dataset.report.decodedFrames).toBe(3 * count);
          expectAllReleased(addon);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('follows from seed, epoch and index alone: not from what was read before, nor from the number of batches ahead', async () => {
    const first = setup(20, { training: true, seed: 7 }).dataset;
    const epochs = [await readEpoch(first, 0), await readEpoch(first, 1)];
    const second = setup(20, { training: true, seed: 7, prefetch: 0, decodeThreads: 3 }).dataset;
    expect(await readEpoch(second, 1)).toEqual(epochs[1]);
    expect(epochs[1]).not.toEqual(epochs[0]);
    expect(await readEpoch(setup(20, { training: true, seed: 8 }).dataset, 0)).not.toEqual(epochs[0]);
    expect(first.deterministic).toBe(false);
    const starts = [0, 1, 2, 3].map((epoch) => first.planner.positionOf(0, epoch));
    expect(new Set(starts).size).toBeGreaterThan(1);
    expect(new Set([0, 1, 2, 3].map((index) => first.planner.positionOf(index, 0))).size).toBeGreaterThan(1);
  });

  it('goes on in the middle of an epoch: the batches from there are those of the whole epoch, numbered alike', async () => {
    const { addon, dataset } = setup(11, { training: true, seed: 7, batchSize: 3 });
    const batches = async (from: number): Promise<object[]> => {
      const read: object[] = [];
      for await (const { batch, files, indices, clips } of dataset.batches(2, { from })) {
        read.push({ batch, files, indices });
        clips.dispose();
      }
      return read;
    };
    const whole = await batches(0);
    expect(whole.map((each) => (each as { batch: number }).batch)).toEqual([0, 1, 2, 3]);
    for (const from of [1, 3, 4]) expect(await batches(from)).toEqual(whole.slice(from));
    expectAllReleased(addon);
  });

  it('describes what a run that goes on must find unchanged, wherever the files lie', async () => {
    const options = { training: true, seed: 7 };
    const described = await setup(5, options).dataset.describe();
    expect(described).toMatchObject({ videos: 5, batchSize: 4, seed: 7, start: 'random', augment: [] });
    expect(await setup(5, options).dataset.describe()).toEqual(described);
    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
    expect(await setup(6, options).dataset.describe()).not.toEqual(described);
    expect(await setup(5, { ...options, reading: { pixelAspect: false } }).dataset.describe()).toEqual(described);
    expect(await setup(5, { ...options, reading: { pixelAspect: true } }).dataset.describe()).not.toEqual(described);
    const augmented = setup(5, { ...options, augment: [{ kind: 'horizontalFlip' }] }).dataset;
    expect(await augmented.describe()).toEqual({
      ...(described as object),
      augment: [expect.objectContaining({ kind: 'horizontalFlip' })],
    });
  });

  it('gives clips the weights of their rows, where any is not 1, and describes them', async () => {
    const rows = setup(6).videos;
    const weighted = rows.map((row, index) => ({
      ...row,
      ...(index === 5 ? { weight: 0.5 } : index === 4 && { weight: 1 }),
    }));
    const { dataset } = setup(6, { videos: weighted });
    const weights: unknown[] = [];
    for await (const batch of dataset.batches(0)) {
      using owned = batch;
      weights.push(owned.weights && [...owned.weights]);
    }
    expect(weights).toEqual([undefined, [1, 0.5]]);
    expect(await dataset.describe()).not.toEqual(await setup(6).dataset.describe());
    const ones = rows.map((row) => ({ ...row, weight: 1 }));
    expect(await setup(6, { videos: ones }).dataset.describe()).toEqual(await setup(6).dataset.describe());
    for (const weight of [-1, NaN, Infinity])
      expect(() => setup(6, { videos: [...rows, { ...rows[0]!, weight }] })).toThrow(
        `The weight of /0.avi is ${weight}: expected a finite number of at least 0`,
      );
  });

  it('tells what an epoch has before it is read, and how often each class comes', async () => {
    const options = { training: true, clipsPerVideo: 2, redraw: 'never' } as const;
    const { dataset } = setup(7, options);
    const read: object[] = [];
    for await (const batch of dataset.batches(3)) {
      using owned = batch;
      owned.indices.forEach((index, row) => read.push({ index, view: owned.views[row] }));
    }
    expect(await dataset.plannedClips(3)).toEqual(read);
    expect([dataset.deterministic, setup(7, { training: true }).dataset.deterministic]).toEqual([true, false]);
    expect(dataset.classCounts()).toEqual([6, 4, 4]);
    expect(setup(7, { ...options, sampling: 'balanced' }).dataset.classCounts()).toEqual([14 / 3, 14 / 3, 14 / 3]);
    expect(dataset.mixedTargets).toBe(false);
    const mixing = setup(7, { ...options, augment: [{ kind: 'mixUp' }] }).dataset;
    expect([mixing.mixedTargets, mixing.deterministic]).toEqual([true, false]);
  });

  it('frees a batch with `using`, and twice is once', async () => {
    const { addon, dataset } = setup(2);
    for await (const batch of dataset.batches(0)) {
      {
        using scoped = batch;
        expect(scoped.clips.shape).toEqual([2, 3, 2, 2, 3]);
        expect(addon.liveTensors).toBe(1);
      }
      expect(addon.liveTensors).toBe(0);
      batch.dispose();
    }
  });

  it('refuses impossible options', () => {
    expect(() => setup(0)).toThrow(DatasetError);
    expect(() => setup(1, { batchSize: 0 })).toThrow('batchSize must be an integer of at least 1, got 0');
    expect(() => setup(1, { frames: 0 })).toThrow('frames must be an integer of at least 1, got 0');
    for (const wrong of [{ size: 0 }, { frameStep: 0 }, { prefetch: -1 }, { decodeThreads: 0.5 }])
      expect(() => setup(1, wrong)).toThrow(UsageError);
  });
});
