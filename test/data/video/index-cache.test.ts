import { appendFileSync, chmodSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IndexCache, lookAt, type VideoFile } from '../../../lib/data/video/index-cache';
import { decodeRecord, encodeRecord } from '../../../lib/data/video/index-record';
import type { VideoIndex } from '../../../lib/native/video';
import { makeFiles, temporaryFolder } from '../../io/support/temporary-folder';
import { fakeIndex } from '../support/fake-video-addon';

const folder = temporaryFolder();
const file = (name: string): VideoFile => ({ path: `/data/${name}`, stamp: '1000\t1700000000123456789' });
const open = (version = '1', videos = 40): IndexCache =>
  new IndexCache({ videos, version, folder: join(folder(), 'cache') });
const content = (): string[] =>
  readdirSync(folder(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

async function found(cache: IndexCache, video: VideoFile): Promise<VideoIndex | undefined> {
  const record = await cache.find(video);
  return record && decodeRecord(record, video.stamp);
}

async function fill(names: readonly string[], frames = 100): Promise<void> {
  const cache = open();
  for (const name of names) await cache.add(file(name), fakeIndex(name, frames));
  await cache.save(true);
}

const names = ['a/1.mp4', 'a/with\ttab\nand line.mp4', 'b/ünï “quoted” \\.mp4'];

it('gives back what another run kept, of files whose folders have one parent in one file', async () => {
  const index = {
    ...fakeIndex('x', 7),
    exact: false,
    promisedFrames: 30,
    damagedPackets: 3,
    notes: ['cut-off'] as const,
    rotation: 90,
  } as const;
  const cache = open();
  for (const name of names) await cache.add(file(name), index);
  await cache.save(true);
  expect(content()).toHaveLength(1);
  for (const name of names) expect(await found(open(), file(name))).toEqual(index);
  expect(await found(open(), file('a/2.mp4'))).toBeUndefined();
});

it('takes nothing that was kept of another state of the file, or by another version', async () => {
  await fill(['a/1.mp4']);
  const changed = ['1001\t1700000000123456789', '1000\t1700000000123456788', '', '1000'];
  for (const stamp of changed) expect(await found(open(), { ...file('a/1.mp4'), stamp })).toBeUndefined();
  expect(await found(open('2'), file('a/1.mp4'))).toBeUndefined();
  expect(await found(open(), file('a/1.mp4'))).toBeDefined();
});

it('stamps a file by size and time of change', async () => {
  makeFiles(folder(), ['1.mp4']);
  const path = join(folder(), '1.mp4');
  const before = await lookAt(path);
  expect(before?.stamp).toMatch(/^1\t\d{19}$/);
  chmodSync(path, 0o600);
  expect(await lookAt(path)).toEqual(before);
  utimesSync(path, 1, 1);
  expect((await lookAt(path))?.stamp).toBe('1\t1000000000');
  expect(await lookAt(join(folder(), 'none'))).toBeUndefined();
});

it('passes over damage, byte by byte, and adds to it', async () => {
  await fill(names);
  const [path] = content() as [string];
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 7) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] as number) ^ 0x15;
    writeFileSync(path, damaged);
    const cache = open();
    const kept = await Promise.all(names.map((name) => found(cache, file(name))));
    names.forEach((name, i) => expect([undefined, fakeIndex(name, 100)]).toContainEqual(kept[i]));
    expect(kept.filter((index) => index !== undefined).length).toBeGreaterThanOrEqual(1);
  }
  for (const damaged of [whole.subarray(0, whole.length - 20), Buffer.from('no cache at all'), Buffer.alloc(5000)]) {
    writeFileSync(path, damaged);
    await fill(['c/new.mp4']);
    expect(await found(open(), file('c/new.mp4'))).toEqual(fakeIndex('c/new.mp4', 100));
  }
});

it('keeps what several processes add at the same time', async () => {
  const caches = [open(), open(), open()];
  for (let round = 0; round < 5; round++) {
    await Promise.all(
      caches.map(async (cache, i) => {
        const name = `${i}/${round}.mp4`;
        await cache.add(file(name), fakeIndex(name, 10 * i + round));
        await cache.save(true);
      }),
    );
  }
  const later = open();
  for (let i = 0; i < 3; i++)
    for (let round = 0; round < 5; round++)
      expect((await found(later, file(`${i}/${round}.mp4`)))?.frameCount).toBe(10 * i + round);
});

it('keeps long additions of several processes apart', async () => {
  const caches = [open(), open()];
  const ofCache = (i: number): string[] => Array.from({ length: 4000 }, (_, k) => `${i}/${k}.mp4`);
  for (const [i, cache] of caches.entries())
    for (const name of ofCache(i)) await cache.add(file(name), fakeIndex(name, i));
  await Promise.all(caches.map((cache) => cache.save(true)));
  const later = open();
  for (const i of [0, 1]) for (const name of ofCache(i)) expect((await found(later, file(name)))?.frameCount).toBe(i);
});

it('writes a file anew where most of it is superseded', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => `a/${i}.mp4`);
  let most = 0;
  for (let run = 0; run < 12; run++) {
    await fill(many, run);
    most = Math.max(most, statSync(content()[0] as string).size);
  }
  const once = many.reduce((sum, name) => sum + encodeRecord(name, file(name).stamp, fakeIndex(name, 10)).end + 1, 0);
  expect(most).toBeLessThan(3 * once + 2 ** 20);
  expect((await found(open(), file('a/999.mp4')))?.frameCount).toBe(11);
});

it('leaves a file alone that is long against what is wanted of it', async () => {
  await fill(['a/1.mp4']);
  const [path] = content() as [string];
  appendFileSync(path, Buffer.alloc(6 * 2 ** 20, 'x'));
  const few = open('1', 1);
  expect(await found(few, file('a/1.mp4'))).toBeUndefined();
  await few.add(file('a/2.mp4'), fakeIndex('a/2.mp4', 1));
  await few.save(true);
  expect(statSync(path).size).toBeGreaterThan(6 * 2 ** 20);
  const many = open();
  expect(await found(many, file('a/1.mp4'))).toBeDefined();
});

it('costs only itself where nothing can be written', async () => {
  makeFiles(folder(), ['cache']);
  const cache = open();
  await cache.add(file('a/1.mp4'), fakeIndex('x', 5));
  await cache.save(true);
  expect((await found(cache, file('a/1.mp4')))?.frameCount).toBe(5);
});

it('removes files that no run has used for long', async () => {
  makeFiles(join(folder(), 'cache'), ['0/old.txt', '1/new.txt']);
  utimesSync(join(folder(), 'cache/0/old.txt'), 1, 1);
  await fill(['a/1.mp4']);
  expect(content().map((path) => path.slice(folder().length))).toEqual(
    expect.arrayContaining(['/cache/1/new.txt', expect.stringMatching(/^\/cache\/2\/[0-9a-f]{32}\.txt$/)]),
  );
  expect(content()).toHaveLength(2);
});
