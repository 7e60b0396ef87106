import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VideoError } from '../../lib/base/errors';
import { loadAddon } from '../../lib/native/addon';
import type { VideoIndex } from '../../lib/native/video';
import { suiteFolder } from '../support/suite-folder';
import { allFrames, errorOf, frame, frameBytes, height, target, typeError, width, writeVideo } from './support/video';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const video = join(folder, 'video.avi');
beforeAll(() => writeVideo(video, 20));

test('names the version of OpenCV', () => {
  expect(addon.openCvVersion()).toMatch(/^4\.\d+\.\d+/);
});

test('names the version of FFmpeg', () => {
  expect(addon.ffmpegVersion()).toMatch(/^\d+\.\d+\.\d+$/);
});

test('indexes good and bad files', async () => {
  const text = join(folder, 'text.avi');
  writeFileSync(text, 'no video');
  const results = await addon.indexVideos([video, text, join(folder, 'none.avi')], 2);
  const index = {
    ...{ width, height, rotation: 0, mirrored: false, sampleAspectRatio: 1, codec: 'mjpeg', container: 'avi' },
    ...{ frameCount: 20, exact: true, frameRate: 10, averageFrameRate: 10, variable: false, duration: 2 },
    ...{ keyFrameCount: 20, notes: [], table: expect.any(Uint8Array) },
  };
  expect(results).toEqual([
    { ok: true, index },
    { ok: false, error: expect.stringContaining(`Cannot read the video ${text}: it is not a video that FFmpeg knows`) },
    { ok: false, error: `Cannot read the video ${join(folder, 'none.avi')}: No such file or directory` },
  ]);
  const { table } = (results[0] as { index: VideoIndex }).index;
  expect([...addon.frameTimes(table)]).toEqual(Array.from({ length: 20 }, (_, i) => i / 10));
  expect([...addon.keyFrames(table)]).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(errorOf(() => addon.frameTimes(Uint8Array.of(1, 2, 3)))).toMatchObject(typeError);
});

test('frames that are too large are refused', async () => {
  const [small] = await addon.indexVideos([video], 1, { maxPixels: width * height - 1 });
  expect(small).toMatchObject({ ok: false, error: expect.stringContaining(`${width}x${height} are larger`) });
  await expect(addon.openVideo(video, { maxPixels: 100 })).rejects.toThrow('are larger than the 100 pixels');
});

test('a playlist is refused under any name, unless it is allowed', async () => {
  const playlist = join(folder, 'list.mp4');
  writeFileSync(playlist, `ffconcat version 1.0\nfile ${basename(video)}\n`);
  await expect(addon.openVideo(playlist)).rejects.toThrow('--allow-playlists');
  const reader = await addon.openVideo(playlist, { allowPlaylists: true });
  expect(await reader.read(target(1, 20), 20, 1)).toBe(20);
  reader.close();
});

test('a reader goes on where it stopped, also when its calls are not awaited', async () => {
  const all = await allFrames(video);
  const reader = await addon.openVideo(video);
  expect(reader.info).toEqual({ width, height, frameCount: 20, fps: 10, live: false });
  expect(reader.position).toEqual({ frame: -1, seconds: undefined, damagedPackets: 0 });
  const clips = [target(1, 3), target(1, 3), target(1, 3)];
  const counts = await Promise.all(clips.map((clip) => reader.read(clip, 3, 3)));
  expect(counts).toEqual([3, 3, 1]);
  for (const [i, expected] of [0, 3, 6, 9, 12, 15, 18].entries()) {
    expect(frame(clips[Math.floor(i / 3)]!, i % 3)).toEqual(frame(all, expected));
  }
  expect(reader.position).toEqual({ frame: 18, seconds: 1.8, damagedPackets: 0 });
  expect(await reader.read(clips[0]!, 1, 1)).toBe(0);
  reader.close();
});

test('a closed reader rejects what is under way and refuses more', async () => {
  const reader = await addon.openVideo(video);
  const clip = target(1, 20);
  const pending = reader.read(clip, 20, 1);
  const queued = reader.read(clip, 20, 1);
  reader.close();
  reader.close();
  // Whether the first one was through already is a race that both may win.
  const [, second] = await Promise.allSettled([pending, queued]);
  expect(second).toMatchObject({ status: 'rejected', reason: { message: 'The video reader was closed' } });
  expect(() => reader.read(clip, 1, 1)).toThrow('closed');
});

test('videos that cannot be read or written are VideoErrors', async () => {
  const none = join(folder, 'none.avi');
  await expect(addon.openVideo(none)).rejects.toBeInstanceOf(VideoError);
  await expect(addon.openVideo(none)).rejects.toMatchObject({ path: none, message: expect.stringContaining(none) });
  const nowhere = join(folder, 'nowhere', 'a.avi');
  const options = { width, height, fps: 10, fourcc: 'MJPG' };
  await expect(addon.createVideoWriter(nowhere, options)).rejects.toBeInstanceOf(VideoError);
  expect(errorOf(() => addon.createVideoWriter(join(folder, 'a.avi'), { ...options, width: 0 }))).toMatchObject(
    typeError,
  );
  const empty = await addon.createVideoWriter(join(folder, 'a.avi'), options);
  await expect(empty.write(new Uint8Array(5))).rejects.toMatchObject(typeError);
  await expect(empty.close()).rejects.toBeInstanceOf(VideoError);
  await expect(empty.write(frameBytes(0))).rejects.toBeInstanceOf(VideoError);
  expect(readdirSync(folder).filter((name) => name.includes('partial') || name === 'a.avi')).toEqual([]);
});

test('a writer keeps the order of writes that are not awaited, and a copy of their bytes', async () => {
  const path = join(folder, 'order.avi');
  const writer = await addon.createVideoWriter(path, { width, height, fps: 10, fourcc: 'MJPG' });
  const bytes = frameBytes(0);
  const writes: Promise<void>[] = [];
  for (let i = 0; i < 20; i++) {
    bytes.set(frameBytes(i));
    writes.push(writer.write(bytes));
  }
  bytes.fill(0);
  await Promise.all([...writes, writer.close()]);
  expect(readFileSync(path).equals(readFileSync(video))).toBe(true);
});
