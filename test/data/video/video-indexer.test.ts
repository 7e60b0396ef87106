import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BrokenVideos } from '../../../lib/data/video/broken-videos';
import { VideoIndexer, type VideoIndexerOptions } from '../../../lib/data/video/video-indexer';
import { makeFiles, temporaryFolder } from '../../io/support/temporary-folder';
import { fakeIndex, type FakeVideo, FakeVideoAddon } from '../support/fake-video-addon';

const folder = temporaryFolder();
const cache = (): string => join(folder(), 'cache');
const video = { content: 0, frames: 100 };

/** Videos that are not there, so that no cache knows them. */
function setup(
  count: number,
  options: Partial<VideoIndexerOptions> = {},
  changes: Record<number, Partial<FakeVideo>> = {},
): { addon: FakeVideoAddon; paths: string[]; indexer: VideoIndexer } {
  const paths = Array.from({ length: count }, (_, i) => `/no/${i}.avi`);
  const addon = new FakeVideoAddon(Object.fromEntries(paths.map((path, i) => [path, { ...video, ...changes[i] }])));
  return { addon, paths, indexer: new VideoIndexer(paths, { addon, cache: false, ...options }) };
}

/** Disposes of the wish after the work. */
async function during<T>(wish: Disposable, work: () => Promise<T>): Promise<T> {
  using owned = wish;
  expect(owned).toBeDefined();
  return await work();
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(1);
}

it('indexes what is asked for at one time in one call, each video once', async () => {
  const { addon, paths, indexer } = setup(10, {}, { 3: { unreadable: 'no moov atom' } });
  const asked = [...paths.slice(0, 5), paths[2]!];
  const results = await Promise.all(asked.map((path) => indexer.of(path)));
  expect(results.map((result) => (result.ok ? result.index : result.error))).toEqual(
    asked.map((path, i) => (i === 3 ? `Cannot read the video ${path}: no moov atom` : fakeIndex(path, 100))),
  );
  await Promise.all(paths.slice(3, 7).map((path) => indexer.of(path)));
  expect(addon.indexed).toEqual([paths.slice(0, 5), paths.slice(5, 7)]);
});

it('indexes again what it let go of, and keeps what it did not', async () => {
  const { addon, paths, indexer } = setup(2);
  await Promise.all(paths.map((path) => indexer.of(path)));
  indexer.forget(paths[1]!);
  await Promise.all(paths.map((path) => indexer.of(path)));
  expect(addon.indexed).toEqual([paths, [paths[1]]]);
});

it('goes ahead in the order of the wish, then through all others, and ends with it', async () => {
  const progress: number[][] = [];
  const { addon, paths, indexer } = setup(300, { onProgress: (...counts) => void progress.push(counts) });
  const wish = indexer.ahead([...paths].reverse().slice(0, 100));
  await until(() => progress.at(-1)?.[0] === 300);
  wish[Symbol.dispose]();
  expect(addon.indexed.flat()).toEqual([...[...paths].reverse().slice(0, 100), ...paths.slice(0, 200)]);
  expect(progress.every(([done, total], i) => total === 300 && done! > (progress[i - 1]?.[0] ?? 0))).toBe(true);
  const stopped = setup(1000);
  stopped.addon.beforeIndex = () => setTimeout(1);
  await during(stopped.indexer.ahead([]), () => until(() => stopped.addon.indexed.length === 2));
  await setTimeout(20);
  expect(stopped.addon.indexed).toHaveLength(2);
});

it('puts what is asked for before what is ahead, without a second look at what is under way', async () => {
  const { addon, paths, indexer } = setup(1000);
  let release = (): void => undefined;
  addon.beforeIndex = (call) =>
    call[0] === paths[0] ? new Promise((resolve) => (release = () => resolve())) : Promise.resolve();
  indexer.ahead(paths);
  await until(() => addon.indexed.length === 1);
  expect(await indexer.of(paths[999]!)).toMatchObject({ ok: true });
  const waiting = indexer.of(paths[0]!);
  release();
  expect(await waiting).toMatchObject({ ok: true });
  await until(() => addon.indexed.flat().length === 1000);
  expect(new Set(addon.indexed.flat()).size).toBe(1000);
});

it('tells of broken videos, also of those that nobody has asked for yet', async () => {
  const broken = new BrokenVideos();
  const { paths, indexer } = setup(200, { broken }, { 150: { unreadable: 'no moov atom' } });
  indexer.ahead([]);
  await until(() => broken.list.length > 0);
  expect(broken.list).toEqual([{ path: paths[150], reason: 'no moov atom' }]);
});

it('passes on that the addon refuses, to whoever asks', async () => {
  const { addon, paths, indexer } = setup(10);
  addon.beforeIndex = () => Promise.reject(new Error('shut down'));
  indexer.ahead(paths);
  await expect(indexer.of(paths[0]!)).rejects.toThrow('shut down');
  await expect(indexer.of(paths[9]!)).rejects.toThrow('shut down');
});

describe('with a cache', () => {
  const names = ['a/1.avi', 'a/2.avi', 'b/3.avi'];
  const paths = (): string[] => names.map((name) => join(folder(), 'videos', name));
  const addonFor = (changes: Partial<FakeVideo> = {}): FakeVideoAddon =>
    new FakeVideoAddon(Object.fromEntries(paths().map((path) => [path, { ...video, ...changes }])));

  async function run(addon: FakeVideoAddon, options: Partial<VideoIndexerOptions> = {}): Promise<(number | string)[]> {
    const indexer = new VideoIndexer(paths(), { addon, cache: cache(), ...options });
    const results = await during(indexer.ahead([]), () => Promise.all(paths().map((path) => indexer.of(path))));
    return results.map((result) => (result.ok ? result.index.frameCount : result.error));
  }

  const saved = (count = 1): Promise<void> =>
    until(() => {
      try {
        return readdirSync(join(cache(), '2')).length === count;
      } catch {
        return false;
      }
    });

  beforeEach(() => makeFiles(join(folder(), 'videos'), names));

  it('opens no video at the second start, but those that changed', async () => {
    await run(addonFor());
    await saved();
    const second = addonFor({ frames: 7 });
    expect(await run(second)).toEqual([100, 100, 100]);
    expect(second.indexed).toEqual([]);
    utimesSync(paths()[1]!, 5, 5);
    expect(await run(second)).toEqual([100, 7, 100]);
    expect(second.indexed).toEqual([[paths()[1]]]);
  });

  it('keeps the indexes of other reading options, and of another FFmpeg, apart', async () => {
    await run(addonFor());
    await saved();
    const other = addonFor({ frames: 7 });
    expect(await run(other, { reading: { pixelAspect: true } })).toEqual([7, 7, 7]);
    await saved(2);
    jest.spyOn(other, 'ffmpegVersion').mockReturnValue('61.1.100');
    expect(await run(other)).toEqual([7, 7, 7]);
    expect(other.indexed).toHaveLength(2);
  });

  it('keeps what decoding has corrected', async () => {
    const indexer = new VideoIndexer(paths(), { addon: addonFor(), cache: cache() });
    await during(indexer.ahead([]), async () => {
      await indexer.of(paths()[0]!);
      await indexer.correct(paths()[0]!, 42);
      // Its index was sure of 100, so it breaks off.
      const corrected = { index: { frameCount: 42, exact: true, promisedFrames: 100, duration: 1.68 } };
      expect(await indexer.of(paths()[0]!)).toMatchObject(corrected);
    });
    await saved();
    const second = addonFor();
    expect((await run(second))[0]).toBe(42);
    const third = new VideoIndexer(paths(), { addon: second, cache: cache() });
    expect(await third.of(paths()[0]!)).toMatchObject({ index: { frameCount: 42, promisedFrames: 100 } });
    expect(second.indexed.flat()).not.toContain(paths()[0]);
  });

  it('opens broken videos again', async () => {
    await run(addonFor({ unreadable: 'no moov atom' }));
    const second = addonFor();
    expect(await run(second)).toEqual([100, 100, 100]);
    expect(second.indexed.flat().sort()).toEqual(paths());
  });
});
