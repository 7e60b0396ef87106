import { predictedClasses, singleLabel } from '../../lib/base/task';
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { VideoClipDataset, type VideoClipDatasetOptions } from '../../lib/data/video-clip-dataset';
import { rowsOfPart } from '../../lib/data/lists/row';
import { type DatasetIndex, listVideoDataset } from '../../lib/data/lists/video-dataset';
import { clipFrames } from '../../lib/data/video/sampling';
import { VideoError } from '../../lib/base/errors';
import { loadAddon } from '../../lib/native/addon';
import { describeWith, UCF101_CLIPS } from '../support/assets';
import { makeFiles, temporaryFolder } from '../io/support/temporary-folder';

const addon = loadAddon();
const folder = temporaryFolder();
const liveTensors = (): number => addon.liveCounts().tensors;

/** A video of 32×32 pixels whose frame `i` is grey of brightness `(shade + i) / 255`. */
async function writeVideo(name: string, frames: number, shade: number): Promise<void> {
  makeFiles(folder(), [name]);
  const writer = await addon.createVideoWriter(join(folder(), name), {
    width: 32,
    height: 32,
    fps: 25,
    fourcc: 'MJPG',
  });
  for (let i = 0; i < frames; i++) await writer.write(new Uint8Array(32 * 32 * 3).fill(shade + i));
  await writer.close();
}

/** A tensor's memory goes a few turns of the event loop after `dispose()`, once its detached view is finalized. */
async function expectLiveTensors(count: number): Promise<void> {
  for (let turn = 0; turn < 100 && liveTensors() > count; turn++) await setTimeout(10);
  // An earlier test's last tensor may have been counted before it was collected.
  expect(liveTensors()).toBeLessThanOrEqual(count);
}

const clipsOf = (set: DatasetIndex, options: Partial<VideoClipDatasetOptions> = {}): VideoClipDataset =>
  new VideoClipDataset({
    videos: rowsOfPart(set.rows, 'test'),
    task: set.task,
    addon,
    allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
    ...options,
  });

interface Clip {
  index: number;
  label: number;
  /** Brightness of the middle of each frame, in steps of 1/255. */
  shades: number[];
}

async function readClips(dataset: VideoClipDataset, epoch = 0): Promise<Clip[]> {
  const clips: Clip[] = [];
  const { frames, size } = dataset.clip;
  for await (const batch of dataset.batches(epoch)) {
    using scoped = batch;
    const data = scoped.clips.data() as Float32Array;
    const middle = ((size * size) / 2 + size / 2) * 3;
    scoped.indices.forEach((index, row) => {
      const shades = Array.from(
        { length: frames },
        (_, i) => (data[(row * frames + i) * size * size * 3 + middle] ?? NaN) * 255,
      );
      clips.push({ index, label: predictedClasses(scoped.targets, scoped.indices.length)[row] ?? -1, shades });
    });
  }
  return clips;
}

const expectShades = (clip: Clip | undefined, expected: readonly number[]): void => {
  expect(clip?.shades).toHaveLength(expected.length);
  // JPEG moves a grey by a step or two.
  clip?.shades.forEach((shade, i) => expect(Math.abs(shade - (expected[i] as number))).toBeLessThan(3));
};

describe('a data set of video files', () => {
  it('gives the frames asked for, zero frames past the end, and no broken video', async () => {
    await writeVideo('dark/long.avi', 60, 20);
    await writeVideo('dark/short.avi', 12, 100);
    await writeVideo('light/one.avi', 1, 200);
    makeFiles(folder(), ['light/text.avi'], 'no video at all');
    makeFiles(folder(), ['light/empty.avi'], '');
    const before = liveTensors();
    const set = await listVideoDataset(folder(), { split: { kind: 'all' } });
    expect(set.task.classes).toEqual(['dark', 'light']);
    const dataset = clipsOf(set, { size: 16, frames: 4, frameStep: 10, batchSize: 2 });
    const clips = await readClips(dataset);
    expect(set.broken.map(({ path }) => path)).toEqual([join(folder(), 'light/empty.avi')]);
    // By class, then by name: dark/long, dark/short, light/one, light/text.
    expect(clips.map(({ index }) => index)).toEqual([0, 1, 2]);
    const [long, short, one] = clips;
    expectShades(long, [34, 44, 54, 64]);
    expectShades(short, [100, 110, 0, 0]);
    expectShades(one, [200, 0, 0, 0]);
    expect([long?.label, short?.label, one?.label]).toEqual([0, 0, 1]);
    const { skipped, ...counts } = dataset.report;
    expect(counts).toEqual({
      ...{ damaged: [], brokenOff: [], otherRates: [], zeroFrames: 5, frameRate: 25, decodedFrames: 7 },
      short: [
        { path: join(folder(), 'dark/short.avi'), frames: 2, needed: 4 },
        { path: join(folder(), 'light/one.avi'), frames: 1, needed: 4 },
      ],
    });
    expect(skipped.map(({ path }) => path)).toEqual([join(folder(), 'light/text.avi')]);
    for (const { path, reason } of skipped) {
      expect(reason).not.toBe('');
      expect(reason).not.toContain(path);
    }
    await expectLiveTensors(before);
  });

  it('training: starts at random, the same for the same seed whatever the number of threads', async () => {
    for (let i = 0; i < 6; i++) await writeVideo(`a/${i}.avi`, 60, 20 * i);
    const set = await listVideoDataset(folder(), { split: { kind: 'all' }, task: singleLabel(['a']) });
    const options = { training: true, size: 16, frames: 3, frameStep: 10, batchSize: 4, seed: 3 };
    const clips = await readClips(clipsOf(set, { ...options, decodeThreads: 1 }), 5);
    const dataset = clipsOf(set, { ...options, decodeThreads: 4, prefetch: 0 });
    expect(await readClips(dataset, 5)).toEqual(clips);
    for (const clip of clips) {
      const position = dataset.planner.positionOf(clip.index, 5);
      const start = 20 * clip.index + (clipFrames({ frameCount: 60 }, dataset.clip, position)[0] ?? NaN);
      expectShades(clip, [start, start + 10, start + 20]);
    }
    expect(new Set(clips.map(({ index }) => dataset.planner.positionOf(index, 5))).size).toBeGreaterThan(1);
  });

  it('takes a video that was cut off as long as it lasts', async () => {
    await writeVideo('a/whole.avi', 60, 20);
    await writeVideo('a/cut.avi', 60, 20);
    truncateSync(join(folder(), 'a/cut.avi'), Math.floor(statSync(join(folder(), 'a/cut.avi')).size * 0.5));
    const set = await listVideoDataset(folder(), { split: { kind: 'all' }, task: singleLabel(['a']) });
    const dataset = clipsOf(set, { size: 16, frames: 4, frameStep: 10, start: 'start' });
    const [cut, whole] = await readClips(dataset);
    const there = (cut?.shades ?? []).filter((shade) => shade > 0).length;
    expect([1, 2, 3]).toContain(there);
    expectShades(
      cut,
      [20, 30, 40, 50].map((shade, i) => (i < there ? shade : 0)),
    );
    expectShades(whole, [20, 30, 40, 50]);
    const [ending] = dataset.report.brokenOff;
    expect(ending).toMatchObject({ path: join(folder(), 'a/cut.avi'), promised: 60 });
    expect(ending?.frames).toBeLessThan(40);
    expect(dataset.report).toMatchObject({
      ...{ skipped: [], damaged: [], zeroFrames: 4 - there, decodedFrames: 4 + there },
      ...{ short: [{ path: join(folder(), 'a/cut.avi'), frames: there, needed: 4 }], brokenOff: [ending] },
    });
    const strict = readClips(clipsOf(set, { size: 16, strict: true }));
    await expect(strict).rejects.toThrow(VideoError);
    await expect(strict).rejects.toThrow(/cut\.avi ends after \d+ of 60 frames\. Repair or remove it/);
  });

  it.each([
    ['hold', [100, 110, 111, 111]],
    ['loop', [100, 110, 108, 106]],
  ] as const)('%s: the frames of a short video stand in place of those that it lacks', async (short, shades) => {
    await writeVideo('a/short.avi', 12, 100);
    const set = await listVideoDataset(folder(), { split: { kind: 'all' }, task: singleLabel(['a']) });
    const dataset = clipsOf(set, { size: 16, frames: 4, frameStep: 10, short });
    expectShades((await readClips(dataset))[0], shades);
    expect(dataset.report).toMatchObject({
      short: [{ path: join(folder(), 'a/short.avi'), frames: 2, needed: 4 }],
      ...{ zeroFrames: 0, decodedFrames: 4 },
    });
  });

  it('notices a video that breaks after it was listed', async () => {
    for (const name of ['1', '2', '3']) await writeVideo(`a/${name}.avi`, 20, 50);
    const set = await listVideoDataset(folder(), { split: { kind: 'all' }, task: singleLabel(['a']) });
    writeFileSync(join(folder(), 'a/2.avi'), 'overwritten');
    const before = liveTensors();
    const options = { size: 16, frames: 2, frameStep: 5 };
    const dataset = clipsOf(set, options);
    expect((await readClips(dataset)).map(({ index }) => index)).toEqual([0, 2]);
    expect(dataset.report.skipped).toEqual([{ path: join(folder(), 'a/2.avi'), reason: expect.any(String) as string }]);
    const strict = readClips(clipsOf(set, { ...options, strict: true }));
    await expect(strict).rejects.toThrow(VideoError);
    await expect(strict).rejects.toThrow(join(folder(), 'a/2.avi'));
    await expectLiveTensors(before);
  });

  it('releases everything when it is stopped in the middle', async () => {
    for (let i = 0; i < 30; i++) await writeVideo(`a/${i}.avi`, 20, 50);
    const set = await listVideoDataset(folder(), { split: { kind: 'all' }, task: singleLabel(['a']) });
    const before = liveTensors();
    const dataset = clipsOf(set, { size: 64, frames: 4, frameStep: 5, batchSize: 2, prefetch: 4 });
    for await (const batch of dataset.batches(0)) {
      batch.dispose();
      break;
    }
    await expectLiveTensors(before);
    const controller = new AbortController();
    const reason = new Error('enough');
    const read = async (): Promise<void> => {
      for await (const batch of dataset.batches(0, { signal: controller.signal })) {
        batch.dispose();
        setImmediate(() => controller.abort(reason));
      }
    };
    await expect(read()).rejects.toBe(reason);
    await expectLiveTensors(before);
  });
});

describeWith(UCF101_CLIPS)('UCF101 clips', () => {
  it('all decode: 108 to train on, 42 to test on', async () => {
    const before = liveTensors();
    const set = await listVideoDataset(UCF101_CLIPS, { split: { kind: 'ucf101' } });
    const trainRows = rowsOfPart(set.rows, 'train');
    expect([trainRows.length, set.rows.length]).toEqual([108, 150]);
    const test = clipsOf(set);
    const clips = await readClips(test);
    expect(clips.map(({ index }) => index)).toEqual(Array.from({ length: 42 }, (_, i) => i));
    expect(test.report).toMatchObject({ skipped: [], damaged: [], brokenOff: [], otherRates: [] });
    expect(test.report.frameRate).toBeCloseTo(25, 0);
    expect(test.report.decodedFrames + test.report.zeroFrames).toBe(42 * 8);
    const train = clipsOf(set, { videos: trainRows, training: true, size: 64 });
    expect((await readClips(train)).map(({ index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 108 }, (_, i) => i),
    );
    expect(train.report.decodedFrames + train.report.zeroFrames).toBe(108 * 8);
    expect(train.report).toMatchObject({ damaged: [], brokenOff: [] });
    await expectLiveTensors(before);
  });
});
