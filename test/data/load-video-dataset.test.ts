import { join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DatasetError, UsageError, VideoError } from '../../lib/base/errors';
import { singleLabel } from '../../lib/base/task';
import { LoadedVideoDataset, loadVideoDataset, type LoadVideoDatasetOptions } from '../../lib/data/load-video-dataset';
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
async function load(
  names: readonly string[],
  options: LoadVideoDatasetOptions = {},
  rates: Readonly<Record<string, number>> = {},
): Promise<Loaded> {
  makeFiles(folder(), names);
  const video = (name: string): FakeVideo => ({
    ...{ content: 0, frames: 100 },
    ...(name.includes('broken') ? { unreadable: 'no video stream' } : {}),
    ...(name.includes('black') ? { error: 'nothing decodes' } : {}),
    ...(rates[name] === undefined ? {} : { rate: rates[name] }),
  });
  const addon = new FakeVideoAddon(Object.fromEntries(names.map((name) => [join(folder(), name), video(name)])));
  const whole = Object.assign(addon, { createTensor: addon.allocateTensor }) as unknown as Addon;
  // Said, as a data set of one class alone is refused.
  const task = singleLabel([...new Set(names.map((name) => name.split('/')[1] as string))].sort());
  return { addon, dataset: await loadVideoDataset(folder(), { addon: whole, task, ...CLIP, ...options }) };
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
  await expect(reading).rejects.toThrow(/Cannot decode .*a\/broken.avi: no video stream.* without `strict`/);
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

it('evaluates on the validation part where there is no test part, and says so', async () => {
  const { dataset } = await load(['train/a/1.avi', 'train/a/2.avi']);
  const addon = new FakeVideoAddon({}) as unknown as Addon;
  const rows = dataset.videos.rows.map((row, i) => ({ ...row, part: i === 0 ? 'train' : 'validation' }) as const);
  const only = (parts?: LoadVideoDatasetOptions['parts']): LoadedVideoDataset =>
    new LoadedVideoDataset({ ...dataset.videos, rows, notes: [] }, { ...CLIP, addon, ...(parts ? { parts } : {}) });
  expect(only().test.clipCount).toBe(1);
  expect(only().test).not.toBe(only().validation);
  const whole = only();
  expect(whole.test).toBe(whole.validation);
  expect(whole.notes).toEqual(['There is no test part: the validation part is evaluated']);
  const evaluated = only(['test']);
  expect([evaluated.test.clipCount, evaluated.videos.rows.length]).toEqual([1, 1]);
  expect(evaluated.notes).toEqual(whole.notes);
  expect(() => only(['train']).test).toThrow('leaves no validation clip');
});

it('says where the validation part is the test part', async () => {
  const names = [...split('a'), ...split('b')];
  const shared =
    'The validation part is the test part: accuracy after each epoch is on the clips of the final evaluation';
  expect((await load(names)).dataset.notes).toEqual([shared]);
  expect((await load(names, { parts: ['train', 'test'] })).dataset.notes).toEqual([]);
  expect((await load(names, { parts: ['test'] })).dataset.notes).toEqual([]);
  expect((await load([...names, 'val/a/1.avi', 'val/b/1.avi'])).dataset.notes).toEqual([]);
});

it('validates on the test part where the validation part that is asked for is not there', async () => {
  const names = ['train/a/1.avi', 'train/b/1.avi', 'test/a/2.avi', 'test/b/2.avi'];
  const { dataset } = await load(names, { parts: ['train', 'validation'] });
  expect((await read(dataset.validation)).flat()).toEqual(['test/a/2.avi', 'test/b/2.avi']);
});

it('lists what was broken on the disk and what shows as clips are read, each once; strict refuses the first at once', async () => {
  const { dataset, addon } = await load([...split('a'), 'train/a/broken.avi', ...split('b')]);
  const lost = { path: join(folder(), 'train/a/empty.avi'), reason: 'it is empty' };
  const again = { path: join(folder(), 'train/a/broken.avi'), reason: 'no video stream' };
  const index = { ...dataset.videos, broken: [lost, again] };
  const options = { ...CLIP, addon: Object.assign(addon, { createTensor: addon.allocateTensor }) as unknown as Addon };
  const loaded = new LoadedVideoDataset(index, options);
  expect(loaded.skipped).toEqual([lost, again]);
  await read(loaded.train);
  expect(loaded.skipped).toEqual([lost, again]);
  const strict = (): unknown => new LoadedVideoDataset(index, { ...options, strict: true });
  expect(strict).toThrow(DatasetError);
  expect(strict).toThrow(
    /^Cannot use .*empty\.avi: it is empty \(and 1 more\)\. Correct or remove it, or run without `strict`/,
  );
});

it('knows a video once, however many spans of it are clips', async () => {
  const { dataset, addon } = await load([...numbered('train/a', 2), ...numbered('test/a', 2)]);
  const rows = dataset.videos.rows.flatMap((row) => [
    { ...row, span: [0, 1] as const },
    { ...row, span: [1, 2] as const },
  ]);
  const whole = Object.assign(addon, { createTensor: addon.allocateTensor }) as unknown as Addon;
  const totals: number[] = [];
  const onProgress = (_: number, total: number): void => void totals.push(total);
  const loaded = new LoadedVideoDataset({ ...dataset.videos, rows }, { ...CLIP, addon: whole, onProgress });
  expect(loaded.train.clipCount).toBe(4);
  await read(loaded.train);
  expect(new Set(totals)).toEqual(new Set([4]));
});

it('compares the rate of other parts with that of the training part, or as it is told', async () => {
  const names = [...split('a'), 'train/a/slow.avi', ...numbered('train/b', 3), ...numbered('test/b', 6)];
  const rates = Object.fromEntries(names.map((name) => [name, name.startsWith('test') ? 50 : 25]));
  const of = async (options: LoadVideoDatasetOptions = {}) => {
    const { dataset } = await load(names, { ...options }, { ...rates, 'train/a/slow.avi': 10 });
    await read(dataset.test);
    if (options.parts === undefined) await read(dataset.train);
    return dataset.report.otherRates.map(({ path, expected, of: what }) => ({
      path: relative(folder(), path),
      expected,
      what,
    }));
  };
  const ofTest = [...numbered('test/a', 2), ...numbered('test/b', 6)];
  const found = await of();
  expect(found).toHaveLength(9);
  expect(found).toContainEqual({ path: 'train/a/slow.avi', expected: 25, what: 'most' });
  for (const path of ofTest) expect(found).toContainEqual({ path, expected: 25, what: 'training' });
  expect(await of({ parts: ['test'] })).toEqual([]);
  expect((await of({ parts: ['test'], expectedFrameRate: 25 })).map(({ path }) => path)).toEqual(ofTest);
});

it('augments clips to train on, and takes several crops of the others; several clips of both', async () => {
  const { addon, dataset } = await load(split('a'), {
    ...{
      clipsPerVideo: 2,
      evaluationClips: 2,
      crops: 3,
      augment: [{ kind: 'horizontalFlip', probability: 1 }],
      expectedFrameRate: 50,
    },
  });
  expect([dataset.train.clipCount, dataset.test.clipCount]).toEqual([6, 12]);
  expect([dataset.train.deterministic, dataset.test.deterministic]).toEqual([false, true]);
  await read(dataset.train);
  expect(addon.requests.map(({ transform }) => transform)).toEqual(new Array(6).fill({ flip: true }));
  expect((await read(dataset.test)).flat()).toEqual(
    numbered('test/a', 2).flatMap((file) => new Array<string>(6).fill(file)),
  );
  expect(addon.requests.slice(6).every(({ transform }) => transform?.flip === undefined)).toBe(true);
  expect(dataset.train.report.otherRates).toHaveLength(3);
});

it('refuses augmentations that make no sense before it opens a video', async () => {
  const { addon, dataset } = await load(split('a'), { augment: [{ kind: 'grey', probability: 2 }] });
  expect(() => dataset.train).toThrow(UsageError);
  expect(() => dataset.train).toThrow('The augmentation grey: probability: ');
  expect(addon.indexed).toEqual([]);
});
