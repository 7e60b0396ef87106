import { predictedClasses } from '../../lib/base/task';
import fc from 'fast-check';
import type { ClipBatch } from '../../lib/data/clip-source';
import { VideoClipDataset, type VideoClipDatasetOptions } from '../../lib/data/video-clip-dataset';
import type { ProbedVideo } from '../../lib/data/video/video-probe';
import { DatasetError, UsageError, VideoError } from '../../lib/base/errors';
import { type FakeVideo, FakeVideoAddon } from './support/fake-video-addon';

const CLIP = { size: 2, frames: 3, frameStep: 10, batchSize: 4 };

interface Setup {
  addon: FakeVideoAddon;
  videos: ProbedVideo[];
  dataset: VideoClipDataset;
}

/** Video `i` is `/i.avi` of class `i % 3`, 100 frames long, its frame `f` of value `1000 · (i + 1) + f`. */
function setup(
  count: number,
  options: Partial<VideoClipDatasetOptions> = {},
  changes: Record<number, Partial<FakeVideo>> = {},
): Setup {
  const all = Array.from(
    { length: count },
    (_, i) => [`/${i}.avi`, { content: 1000 * (i + 1), frames: 100, ...changes[i] }] as const,
  );
  const addon = new FakeVideoAddon(Object.fromEntries(all));
  const videos = all.map(([path], i) => ({
    path,
    label: i % 3,
    info: { width: 4, height: 2, frameCount: 100, fps: 25 },
  }));
  const dataset = new VideoClipDataset({
    ...CLIP,
    videos,
    classes: ['a', 'b', 'c'],
    addon,
    allocateTensor: addon.allocateTensor,
    ...options,
  });
  return { addon, videos, dataset };
}

interface Read {
  indices: number[];
  labels: number[];
  files: string[];
  /** For each clip the first pixel of each frame. */
  frames: number[][];
}

async function readEpoch(
  dataset: VideoClipDataset,
  epoch: number,
  options?: Parameters<VideoClipDataset['batches']>[1],
): Promise<Read[]> {
  const batches: Read[] = [];
  for await (const batch of dataset.batches(epoch, options)) batches.push(take(batch));
  return batches;
}

function take(batch: ClipBatch): Read {
  const data = batch.clips.data() as Float32Array;
  const [n, frames, height, width, channels] = batch.clips.shape as [number, number, number, number, number];
  const frameLength = height * width * channels;
  const clips = Array.from({ length: n }, (_, clip) =>
    Array.from({ length: frames }, (_, i) => data[(clip * frames + i) * frameLength] as number),
  );
  const read = {
    indices: [...batch.indices],
    labels: predictedClasses(batch.targets, batch.indices.length),
    files: [...batch.files],
    frames: clips,
  };
  batch.dispose();
  return read;
}

const expectAllReleased = (addon: FakeVideoAddon): void => {
  expect({ tensors: addon.liveTensors, decoders: addon.openDecoders, running: addon.running }).toEqual({
    tensors: 0,
    decoders: 0,
    running: 0,
  });
};

describe('VideoClipDataset', () => {
  it('has the tutorial’s values as defaults', () => {
    const { addon, videos } = setup(1);
    const parts = { classes: ['a', 'b', 'c'], addon, allocateTensor: addon.allocateTensor, videos };
    const evaluation = new VideoClipDataset(parts);
    expect(evaluation.clip).toEqual({ frames: 8, size: 224, frameStep: 15 });
    expect(evaluation.batchSize).toBe(8);
    expect(evaluation.deterministic).toBe(true);
    expect(evaluation.planner.plan(0)).toEqual([{ index: 0, path: '/0.avi', start: 0 }]);
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
    expect(dataset.report).toEqual({ skipped: [], shortClips: 0, zeroFrames: 0, decodedFrames: 60 });
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
              expect(first).toBe(dataset.planner.startOf(index, 0));
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
    const second = setup(20, { training: true, seed: 7, prefetch: 0, threads: 3 }).dataset;
    expect(await readEpoch(second, 1)).toEqual(epochs[1]);
    expect(epochs[1]).not.toEqual(epochs[0]);
    expect(await readEpoch(setup(20, { training: true, seed: 8 }).dataset, 0)).not.toEqual(epochs[0]);
    expect(first.deterministic).toBe(false);
    const starts = [0, 1, 2, 3].map((epoch) => first.planner.startOf(0, epoch));
    expect(new Set(starts).size).toBeGreaterThan(1);
    expect(new Set([0, 1, 2, 3].map((index) => first.planner.startOf(index, 0))).size).toBeGreaterThan(1);
  });

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
    expect(addon.calls).toBe(3);
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
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

  it('counts zero frames past the end, each short clip once', async () => {
    const { addon, videos } = setup(3, {}, { 1: { frames: 15 }, 2: { frames: 5 } });
    const lengths = [100, 15, 5];
    const probed = videos.map((video, i) => ({ ...video, info: { ...video.info, frameCount: lengths[i] as number } }));
    const dataset = new VideoClipDataset({
      ...CLIP,
      training: true,
      videos: probed,
      classes: ['a', 'b', 'c'],
      addon,
      allocateTensor: addon.allocateTensor,
    });
    const batch = (await readEpoch(dataset, 0))[0]!;
    await readEpoch(dataset, 1);
    expect(batch.frames[batch.indices.indexOf(1)]).toEqual([2000, 2010, 0]);
    expect(batch.frames[batch.indices.indexOf(2)]).toEqual([3000, 0, 0]);
    expect(dataset.report).toEqual({ skipped: [], shortClips: 2, zeroFrames: 3, decodedFrames: 12 });
  });

  it('takes a clip from the first frame where the container promised frames that are not there', async () => {
    const { addon, dataset } = setup(3, {}, { 1: { frames: 12 } });
    const [batch] = await readEpoch(dataset, 0);
    expect(batch?.frames[1]).toEqual([2000, 2010, 0]);
    expect(dataset.report).toMatchObject({ skipped: [], shortClips: 1, zeroFrames: 1 });
    expectAllReleased(addon);
  });

  it('counts a clip as it was handed out last', async () => {
    const { dataset } = setup(1, { training: true }, { 0: { frames: 70 } });
    const epochs = Array.from({ length: 20 }, (_, epoch) => epoch);
    const isShort = (epoch: number): boolean => dataset.planner.startOf(0, epoch) + 20 >= 70;
    const short = epochs.find(isShort) as number;
    const whole = epochs.find((epoch) => !isShort(epoch)) as number;
    await readEpoch(dataset, short);
    expect(dataset.report.shortClips).toBe(1);
    await readEpoch(dataset, whole);
    expect(dataset.report).toMatchObject({ shortClips: 0, zeroFrames: 0 });
  });

  it('leaves a video that breaks out of its batch: rows move up, it is listed once', async () => {
    const { addon, dataset } = setup(
      10,
      { skipped: [{ path: '/old.avi', reason: 'empty' }] },
      { 1: { error: 'damaged' }, 9: { frames: 0 } },
    );
    const batches = await readEpoch(dataset, 0);
    expect(batches[0]).toEqual({
      indices: [0, 2, 3],
      labels: [0, 2, 0],
      files: ['/0.avi', '/2.avi', '/3.avi'],
      frames: [
        [1039, 1049, 1059],
        [3039, 3049, 3059],
        [4039, 4049, 4059],
      ],
    });
    expect(batches[2]?.indices).toEqual([8]);
    expect(await readEpoch(dataset, 1)).toEqual(batches);
    expect(dataset.report.skipped).toEqual([
      { path: '/old.avi', reason: 'empty' },
      { path: '/1.avi', reason: 'damaged' },
      { path: '/9.avi', reason: 'no frame could be decoded' },
    ]);
    expectAllReleased(addon);
  });

  it('skips a batch that is broken altogether', async () => {
    const { addon, dataset } = setup(6, { batchSize: 2 }, { 2: { error: 'damaged' }, 3: { error: 'damaged' } });
    expect((await readEpoch(dataset, 0)).map((batch) => batch.indices)).toEqual([
      [0, 1],
      [4, 5],
    ]);
    expectAllReleased(addon);
  });

  it('refuses to go on where no video can be decoded', async () => {
    const { addon, dataset } = setup(2, {}, { 0: { error: 'damaged' }, 1: { error: 'damaged' } });
    await expect(readEpoch(dataset, 0)).rejects.toThrow(DatasetError);
    await expect(readEpoch(dataset, 0)).rejects.toThrow('None of 2 videos could be decoded, such as /1.avi: damaged');
    expectAllReleased(addon);
  });

  it('strict: the broken video is an error that names it', async () => {
    const { addon, dataset } = setup(20, { strict: true }, { 5: { error: 'damaged' } });
    const iterator = dataset.batches(0);
    (await iterator.next()).value?.dispose();
    const failed = iterator.next();
    await expect(failed).rejects.toThrow(VideoError);
    await expect(failed).rejects.toMatchObject({
      path: '/5.avi',
      message: expect.stringContaining('Cannot decode /5.avi: damaged'),
    });
    expectAllReleased(addon);
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
    for (const wrong of [{ size: 0 }, { frameStep: 0 }, { prefetch: -1 }, { threads: 0.5 }])
      expect(() => setup(1, wrong)).toThrow(UsageError);
  });
});
