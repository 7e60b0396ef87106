import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DatasetError, VideoError } from '../../lib/base/errors';
import type { LoadedVideoDataset } from '../../lib/data/load-video-dataset';
import { loadVideoDataset, type LoadVideoDatasetOptions } from '../../lib/data/load-video-dataset';
import type { VideoClipDataset } from '../../lib/data/video-clip-dataset';
import type { Addon } from '../../lib/native/addon';
import { makeFiles, temporaryFolder } from '../io/support/temporary-folder';
import { type FakeVideo, FakeVideoAddon } from './support/fake-video-addon';

const folder = temporaryFolder();
const CLIP = { size: 2, frames: 3, frameStep: 10, batchSize: 2 };

interface Loaded {
  dataset: LoadedVideoDataset;
  addon: FakeVideoAddon;
}

/** Files with "broken" in their name cannot be indexed, those with "black" not decoded. */
async function load(names: readonly string[], options: LoadVideoDatasetOptions = {}): Promise<Loaded> {
  makeFiles(folder(), names);
  const video = (name: string): FakeVideo => ({
    ...{ content: 0, frames: 100 },
    ...(name.includes('broken') ? { unreadable: 'no video stream' } : {}),
    ...(name.includes('black') ? { error: 'nothing decodes' } : {}),
  });
  const addon = new FakeVideoAddon(Object.fromEntries(names.map((name) => [join(folder(), name), video(name)])));
  const whole = Object.assign(addon, { createTensor: addon.allocateTensor }) as unknown as Addon;
  return { addon, dataset: await loadVideoDataset(folder(), { addon: whole, ...CLIP, ...options }) };
}

/** The files of an epoch, by batches. */
async function read(source: VideoClipDataset, epoch = 0): Promise<string[][]> {
  const batches: string[][] = [];
  for await (const batch of source.batches(epoch)) {
    batches.push(batch.files.map((file) => relative(folder(), file)));
    batch.dispose();
  }
  return batches;
}

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}/${i}.avi`);
const split = (of: string): string[] => [...numbered(`train/${of}`, 3), ...numbered(`test/${of}`, 2)];

it('opens no video before clips are asked for, and then of the parts asked for only', async () => {
  const { addon, dataset } = await load(['train/a/1.avi', 'test/a/1.avi', 'test/a/2.avi', 'val/a/1.avi'], {
    parts: ['test'],
  });
  expect(addon.indexed).toEqual([]);
  expect([dataset.test.clipCount, dataset.videos.rows.length]).toEqual([2, 2]);
  expect(() => dataset.validation).toThrow('leaves no validation clip');
  await read(dataset.test);
  expect(addon.indexed.flat()).toEqual([1, 2].map((i) => join(folder(), `test/a/${i}.avi`)));
});

it('begins to decode while most of the videos are not indexed, in the order of the first epoch', async () => {
  const progress: number[][] = [];
  const { addon, dataset } = await load([...numbered('train/a', 600), ...numbered('test/a', 400)], {
    onProgress: (...counts) => void progress.push(counts),
  });
  addon.beforeIndex = () => setTimeout(1);
  const iterator = dataset.train.batches(0);
  (await iterator.next()).value?.dispose();
  expect(addon.indexed.flat().length).toBeLessThan(300);
  const order = (await dataset.train.planner.plan(0)).map(({ path }) => path);
  expect(addon.indexed[0]).toEqual(order.slice(0, 8));
  for await (const batch of iterator) batch.dispose();
  const opened = addon.indexed.flat();
  expect(opened.filter((path) => path.includes('/train/')).sort()).toEqual([...order].sort());
  while (progress.at(-1)?.[0] !== 1000) await read(dataset.test);
  expect(addon.indexed.flat().sort()).toEqual(dataset.videos.rows.map(({ path }) => path).sort());
  const calls = addon.indexed.length;
  await read(dataset.train, 1);
  expect(addon.indexed).toHaveLength(calls);
});

it('leaves broken videos out and lists them in the report of their part', async () => {
  const { dataset } = await load([...split('a'), 'train/a/broken.avi', 'train/a/black.avi', ...split('b')]);
  const files = (await read(dataset.train)).flat().sort();
  expect(files).toEqual([...numbered('train/a', 3), ...numbered('train/b', 3)]);
  expect(dataset.train.clipCount).toBe(8);
  expect([...dataset.train.report.skipped].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: join(folder(), 'train/a/black.avi'), reason: 'nothing decodes' },
    { path: join(folder(), 'train/a/broken.avi'), reason: 'no video stream' },
  ]);
  await read(dataset.test);
  expect(dataset.test.report.skipped).toEqual([]);
});

it('strict: a broken video is an error that names it', async () => {
  const { dataset } = await load([...split('a'), 'train/a/broken.avi'], { strict: true });
  const reading = read(dataset.train);
  await expect(reading).rejects.toThrow(VideoError);
  await expect(reading).rejects.toThrow(/Cannot decode .*a\/broken.avi: no video stream.* without --strict/);
});

it.each([
  ['a class', ['train/a/1.avi', 'train/b/broken.avi', 'test/a/2.avi'], /Every video of class "b" is broken/],
  ['the training videos of a class', [...split('a'), 'train/b/broken.avi', 'test/b/1.avi'], /to train class "b" on/],
  ['what decodes of them', [...split('a'), 'train/b/black.avi', 'test/b/1.avi'], /to train class "b" on/],
  ['a part', [...split('a'), 'val/a/broken.avi'], /Every video of the validation part is broken/],
])('says as soon as it shows that %s is lost, and by which reason', async (_, names, message) => {
  const { dataset } = await load(names);
  const reading = (async () => {
    for (let epoch = 0; epoch < 50; epoch++) await read(dataset.train, epoch);
  })();
  await expect(reading).rejects.toThrow(DatasetError);
  await expect(reading).rejects.toThrow(message);
  await expect(reading).rejects.toThrow(/such as .*(broken|black)\.avi: no(thing decodes| video stream)$/);
});
