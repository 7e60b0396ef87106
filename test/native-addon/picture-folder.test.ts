import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VideoError } from '../../lib/base/errors';
import { loadAddon } from '../../lib/native/addon';
import type { VideoIndex } from '../../lib/native/video';
import { suiteFolder } from '../support/suite-folder';
import { errorOf, frameBytes, height, size, target, typeError, values, width } from './support/video';

const addon = loadAddon();
const { path: folder } = suiteFolder();

/** A picture of one grey in the Netpbm format. */
function picture(grey: number, w = size, h = size): Buffer {
  return Buffer.concat([Buffer.from(`P6\n${w} ${h}\n255\n`), Buffer.alloc(w * h * 3, grey)]);
}

/** A folder of greys, each tenfold its number, named without leading zeros. */
function pictures(name: string, count: number): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (let i = 0; i < count; i++) writeFileSync(join(path, `frame ${i}.ppm`), picture(10 * i));
  return path;
}

async function indexOf(path: string, options = {}): Promise<VideoIndex> {
  const [result] = await addon.indexVideos([path], 1, options);
  if (result?.ok !== true) throw new Error(result?.error);
  return result.index;
}

/** The numbers of the pictures in the first frames of a clip. */
function numbers(clip: ReturnType<typeof target>, count: number): number[] {
  const frameValues = size * size * 3;
  return Array.from({ length: count }, (_, i) => Math.round((values(clip)[i * frameValues] as number) * 25.5));
}

test('a folder of pictures has an index', async () => {
  const path = pictures('indexed', 12);
  const timed = await indexOf(path, { pictureRate: 12 });
  expect(timed).toEqual({
    ...{ width: size, height: size, rotation: 0, mirrored: false, sampleAspectRatio: 1, codec: 'ppm' },
    ...{ container: 'pictures', frameCount: 12, exact: true, frameRate: 12, averageFrameRate: 12, variable: false },
    ...{ duration: 1, keyFrameCount: 12, notes: [], table: expect.any(Uint8Array) },
  });
  expect([...addon.frameTimes(timed.table)]).toEqual(Array.from({ length: 12 }, (_, i) => i / 12));
  expect([...addon.keyFrames(timed.table)]).toEqual(Array.from({ length: 12 }, (_, i) => i));
  const untimed = {
    ...{ ...timed, frameRate: 0, averageFrameRate: 0, duration: 0, notes: ['no-timestamps'] },
    table: expect.any(Uint8Array),
  };
  expect(await indexOf(path)).toEqual(untimed);
  expect(await indexOf(path, { decode: true })).toEqual({ ...untimed, damagedPackets: 0 });
});

test('its clips are decoded as those of files', async () => {
  const path = pictures('clips', 12);
  const { table } = await indexOf(path);
  using decoder = addon.createClipDecoder(2);
  using clips = target(2, 4);
  const results = await decoder.decode(
    [
      { path, frames: [11, 2, 2, 9], slot: 0, table },
      { path, frames: [10, 11, 12, -1], slot: 1 },
    ],
    clips,
  );
  expect(results).toEqual([
    { ok: true, decodedFrames: 4, damagedPackets: 0 },
    { ok: true, decodedFrames: 2, damagedPackets: 0, endsAt: 12 },
  ]);
  expect(numbers(clips, 8)).toEqual([11, 2, 2, 9, 10, 11, 0, 0]);
  rmSync(join(path, 'frame 11.ppm'));
  expect(await decoder.decode([{ path, frames: [10, 11], slot: 0, table }], clips)).toEqual([
    { ok: true, decodedFrames: 1, damagedPackets: 0, endsAt: 11 },
  ]);
});

test('it is read from its first picture to its last, damaged ones and pipes aside', async () => {
  const path = pictures('read', 6);
  writeFileSync(join(path, 'frame 2.ppm'), 'nothing');
  writeFileSync(join(path, 'frame 3.ppm'), picture(30, 3 * size, size));
  writeFileSync(join(path, 'notes.txt'), 'nothing');
  rmSync(join(path, 'frame 4.ppm'));
  expect(spawnSync('mkfifo', [join(path, 'frame 4.ppm')]).status).toBe(0);
  using reader = await addon.openVideo(path, { pictureRate: 10 });
  expect(reader.info).toEqual({ width: size, height: size, frameCount: 6, fps: 10, live: false });
  using clip = target(1, 8);
  expect(await reader.read(clip, 8, 1)).toBe(4);
  // The wide one has black above.
  expect(numbers(clip, 4)).toEqual([0, 1, 0, 5]);
  expect(reader.position).toEqual({ frame: 3, seconds: 0.5, damagedPackets: 2 });
});

test('it is read by time where its rate is known', async () => {
  const path = pictures('timed', 6);
  using timed = await addon.openVideo(path, { pictureRate: 4 });
  using clip = target(1, 5);
  const read = async (): Promise<number[]> => numbers(clip, await timed.read(clip, 5, { seconds: 0.1 }));
  expect(await read()).toEqual([0, 0, 0, 1, 1]);
  expect(timed.position).toEqual({ frame: 1, seconds: 0.25, damagedPackets: 0 });
  expect(await read()).toEqual([2, 2, 2, 3, 3]);
  expect(await read()).toEqual([4, 4, 4, 5, 5]);
  expect(await read()).toEqual([]);
  using untimed = await addon.openVideo(path);
  const failure = untimed.read(clip, 1, { seconds: 0.1 });
  await expect(failure).rejects.toBeInstanceOf(VideoError);
  await expect(failure).rejects.toThrow(
    `${path}: its frames have neither times nor a frame rate: take them by a frame`,
  );
  expect(numbers(clip, await untimed.read(clip, 2, 3))).toEqual([0, 3]);
});

test.each([0, -1, NaN, Infinity, '1', null, undefined])('%p seconds are refused', async (seconds) => {
  using reader = await addon.openVideo(pictures(`seconds-${String(seconds)}`, 1));
  using clip = target(1, 1);
  const call = (): unknown => reader.read(clip, 1, { seconds: seconds as number });
  expect(errorOf(call)).toMatchObject({ ...typeError, message: expect.stringContaining('seconds') });
});

test.each([-1, NaN, Infinity, 1e-4, 1e7, '12'])('a picture rate of %p is refused', (pictureRate) => {
  const call = (): unknown => addon.indexVideos([folder], 1, { pictureRate: pictureRate as number });
  expect(errorOf(call)).toMatchObject({ ...typeError, message: expect.stringContaining('pictureRate') });
});

test('a folder that is no video says why', async () => {
  const path = join(folder, 'none');
  mkdirSync(path);
  const none = `Cannot read the video ${path}: it is a folder without pictures (JPEG, PNG, BMP, WebP, PPM, TIFF)`;
  expect(await addon.indexVideos([path], 1)).toEqual([{ ok: false, error: none }]);
  await expect(addon.openVideo(path)).rejects.toThrow(none);
  using decoder = addon.createClipDecoder(1);
  using clip = target(1, 1);
  expect(await decoder.decode([{ path, frames: [0], slot: 0 }], clip)).toEqual([{ ok: false, error: none }]);
  writeFileSync(join(path, '1.ppm'), picture(1, 30, 20));
  const [large] = await addon.indexVideos([path], 1, { maxPixels: 599 });
  expect(large).toMatchObject({ ok: false, error: expect.stringContaining('more than the 599 pixels') });
});

test('a file that breaks off tells what its container promised', async () => {
  const whole = join(folder, 'whole.avi');
  const writer = await addon.createVideoWriter(whole, { width, height, fps: 10, fourcc: 'MJPG' });
  for (let i = 0; i < 20; i++) await writer.write(frameBytes(i));
  await writer.close();
  expect(await indexOf(whole)).not.toHaveProperty('promisedFrames');
  const bytes = readFileSync(whole);
  const cut = join(folder, 'cut.avi');
  writeFileSync(cut, bytes.subarray(0, bytes.length * 0.6));
  const index = await indexOf(cut);
  expect(index).toMatchObject({ promisedFrames: 20, notes: ['cut-off'] });
  expect(index.frameCount).toBeGreaterThan(5);
  expect(index.frameCount).toBeLessThan(15);
});
