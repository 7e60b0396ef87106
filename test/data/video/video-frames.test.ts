import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError, VideoError } from '../../../lib/base/errors';
import { loadAddon } from '../../../lib/native/addon';
import { VideoFrames, type VideoChunk } from '../../../lib/data/video/video-frames';
import { FakeSource } from '../support/fake-source';
import { suiteFolder } from '../../support/suite-folder';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const SIZE = 16;
const FRAMES = 10;
const file = join(folder, 'video.avi');

beforeAll(async () => {
  const writer = await addon.createVideoWriter(file, { width: 32, height: 32, fps: 50, fourcc: 'MJPG' });
  for (let i = 0; i < FRAMES; i++) await writer.write(new Uint8Array(32 * 32 * 3).fill(25 * i));
  await writer.close();
});

const valueOf = ({ frames }: VideoChunk): number => (frames.data() as Float32Array)[SIZE * SIZE] as number;

async function expectNoMoreTensors(before: number): Promise<void> {
  for (let i = 0; i < 200 && addon.liveCounts().tensors > before; i++) await sleep(10);
  expect(addon.liveCounts().tensors).toBeLessThanOrEqual(before);
}

describe('VideoFrames of a file', () => {
  it('gives every frame, however slow they are taken', async () => {
    const before = addon.liveCounts().tensors;
    const values: number[] = [];
    using video = await VideoFrames.open(file, { size: SIZE, addon });
    expect(video.live).toBe(false);
    for await (const chunk of video) {
      await sleep(5);
      expect(chunk.frames.shape).toEqual([1, 1, SIZE, SIZE, 3]);
      expect(chunk.lastFrame).toBe(values.length);
      expect(chunk.seconds).toBeCloseTo(values.length / 50, 6);
      values.push(valueOf(chunk));
    }
    expect(values).toHaveLength(FRAMES);
    values.forEach((value, index) => expect(Math.abs(value - (25 * index) / 255)).toBeLessThan(0.02));
    expect(video.droppedFrames).toBe(0);
    await expectNoMoreTensors(before);
  });

  it('cuts chunks of every n-th frame, the last one shorter', async () => {
    using video = await VideoFrames.open(file, { size: SIZE, every: { frames: 2 }, chunk: 3, addon });
    const chunks: [number | undefined, number][] = [];
    for await (const { frames, lastFrame } of video) chunks.push([frames.shape[1], lastFrame]);
    expect(chunks).toEqual([
      [3, 4],
      [2, 8],
    ]);
  });

  it('is the same picture as a clip decoder’s', async () => {
    using clip = addon.createTensor('float32', [1, 2, SIZE, SIZE, 3]);
    const decoder = addon.createClipDecoder(1);
    await decoder.decode([{ path: file, frames: [0, 3], slot: 0 }], clip);
    decoder.close();
    using video = await VideoFrames.open(file, { size: SIZE, every: { frames: 3 }, chunk: 2, addon });
    for await (const { frames } of video) {
      expect(frames.data()).toEqual(clip.data());
      break;
    }
  });

  it('leaves nothing behind when it is left early', async () => {
    const before = addon.liveCounts().tensors;
    const video = await VideoFrames.open(file, { size: SIZE, addon });
    for await (const { lastFrame } of video) if (lastFrame === 2) break;
    await expectNoMoreTensors(before);
  });

  it('ends where the signal says so', async () => {
    const controller = new AbortController();
    const video = await VideoFrames.open(file, { size: SIZE, addon, signal: controller.signal });
    let count = 0;
    for await (const { lastFrame } of video) {
      count += 1;
      if (lastFrame === 1) controller.abort();
    }
    expect(count).toBe(2);
    await expect(VideoFrames.open(file, { size: SIZE, addon, signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('drops frames where it is played at its own speed and taken slowly', async () => {
    using video = await VideoFrames.open(file, { size: SIZE, realtime: true, addon });
    let taken = 0;
    for await (const { frames } of video) {
      taken += frames.shape[1] as number;
      while (video.droppedFrames === 0) await sleep(5);
    }
    expect(taken).toBeLessThan(FRAMES);
    expect(taken + video.droppedFrames).toBe(FRAMES);
  });

  it('refuses what is no video, and sizes that are none', async () => {
    const text = join(folder, 'text.mp4');
    writeFileSync(text, 'no video');
    await expect(VideoFrames.open(text, { size: SIZE, addon })).rejects.toThrow(VideoError);
    await expect(VideoFrames.open(join(folder, 'none.mp4'), { size: SIZE, addon })).rejects.toThrow(/none\.mp4/);
    await expect(VideoFrames.open(file, { size: SIZE, chunk: 0, addon })).rejects.toThrow(UsageError);
    for (const every of [{ frames: 0 }, { seconds: 0 }, { seconds: Number.NaN }])
      await expect(VideoFrames.open(file, { size: SIZE, every, addon })).rejects.toThrow(UsageError);
  });

  it('behind an address of known length is not dropped either', async () => {
    const bytes = readFileSync(file);
    const server = createServer((_, response) => response.setHeader('content-length', bytes.length).end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    using video = await VideoFrames.open(`http://127.0.0.1:${port}/video.avi`, { size: SIZE, addon });
    expect(video.live).toBe(false);
    let count = 0;
    for await (const { lastFrame } of video) count = lastFrame + 1;
    expect(count).toBe(FRAMES);
    server.closeAllConnections();
    server.close();
  });
});

describe('VideoFrames of a live source', () => {
  it('keeps the newest frames, counts those that nobody took, and tells when a camera goes away', async () => {
    const before = addon.liveCounts().tensors;
    const camera = new FakeSource();
    using video = await VideoFrames.open('/dev/video0', { size: 4, chunk: 2, addon: camera.addon });
    expect(video.live).toBe(true);
    const chunks = video[Symbol.asyncIterator]();
    camera.give(2);
    expect((await chunks.next()).value).toMatchObject({ lastFrame: 1, seconds: undefined, connection: 0 });
    camera.give(6);
    while (video.droppedFrames < 4) await sleep(5);
    expect(video.droppedFrames).toBe(4);
    expect((await chunks.next()).value).toMatchObject({ lastFrame: 7 });
    camera.give(1);
    camera.goAway();
    const { value } = await chunks.next();
    expect((value as VideoChunk).frames.shape[1]).toBe(1);
    const end = chunks.next();
    await expect(end).rejects.toThrow(VideoError);
    await expect(end).rejects.toThrow('The camera /dev/video0 gives no more frames after 9: was it unplugged?');
    expect(camera.closed).toBe(true);
    await expectNoMoreTensors(before);
  });

  it('gives the frames that came before the connection was lost, then says so', async () => {
    const before = addon.liveCounts().tensors;
    const camera = new FakeSource({ failure: new VideoError('Cannot read 0: timed out', '0') });
    camera.damagedPackets = 3;
    using video = await VideoFrames.open('0', { size: 4, chunk: 4, every: { frames: 5 }, addon: camera.addon });
    const chunks = video[Symbol.asyncIterator]();
    camera.give(6);
    expect((await chunks.next()).value).toMatchObject({ lastFrame: 15 });
    camera.goAway();
    const { value } = await chunks.next();
    const { frames, lastFrame } = value as VideoChunk;
    expect([frames.shape[1], lastFrame]).toEqual([2, 25]);
    expect(new Set(frames.data() as Float32Array)).toEqual(new Set([20, 25]));
    await expect(chunks.next()).rejects.toThrow('Cannot read 0: timed out');
    expect(video.damagedPackets).toBe(3);
    await expectNoMoreTensors(before);
  });

  it('counts time by when its frames came, and tells what times they have', async () => {
    const camera = new FakeSource({ times: (frame) => 1000 - frame });
    using video = await VideoFrames.open('rtsp://camera/', { size: 4, addon: camera.addon });
    const chunks = video[Symbol.asyncIterator]();
    camera.give(1);
    const { value: first } = await chunks.next();
    await sleep(50);
    camera.give(1);
    const { value: second } = await chunks.next();
    const [a, b] = [first as VideoChunk, second as VideoChunk];
    expect([a.seconds, b.seconds]).toEqual([1000, 999]);
    expect(b.time - a.time).toBeGreaterThan(0.04);
    expect(b.time - a.time).toBeLessThan(30);
  });

  it('lets go of a consumer that waits for a frame', async () => {
    const camera = new FakeSource();
    const controller = new AbortController();
    using video = await VideoFrames.open('0', { size: 4, addon: camera.addon, signal: controller.signal });
    const next = video[Symbol.asyncIterator]().next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('lets go of whoever waits for it to open, and closes it when it has', async () => {
    const camera = new FakeSource();
    let opened = (): void => undefined;
    const late = new Promise<void>((resolve) => (opened = resolve));
    const slow = { ...camera.addon, openVideo: () => late.then(() => camera.reader()) };
    const controller = new AbortController();
    const opening = VideoFrames.open('rtsp://camera/', { size: 4, addon: slow, signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    opened();
    for (let i = 0; i < 100 && !camera.closed; i++) await sleep(1);
    expect(camera.closed).toBe(true);
  });

  it('hands on how it is to be opened', async () => {
    const camera = new FakeSource();
    const reading = { openTimeout: 3, readTimeout: 4, pixelAspect: true, allowPlaylists: true, maxPixels: 100 };
    using video = await VideoFrames.open('0', { size: 4, addon: camera.addon, ...reading });
    expect(video.live).toBe(true);
    expect(camera.options).toEqual(reading);
  });

  it('passes on what the decoder says of an address without its password', async () => {
    const address = 'rtsp://user:secret@camera/?token=abc';
    const refused = {
      ...new FakeSource().addon,
      openVideo: () => Promise.reject(new VideoError(`Cannot read ${address}: refused`, address)),
    };
    const open = VideoFrames.open(address, { size: 4, addon: refused });
    await expect(open).rejects.toMatchObject({
      message: 'Cannot read rtsp://camera/?token=***: refused',
      path: 'rtsp://camera/?token=***',
    });
    const camera = new FakeSource({ failure: new VideoError(`Cannot read ${address}: broken`, address) });
    using video = await VideoFrames.open(address, { size: 4, addon: camera.addon });
    camera.goAway();
    const failed = video[Symbol.asyncIterator]().next();
    await expect(failed).rejects.toThrow(/^Cannot read rtsp:\/\/camera\/\?token=\*\*\*: broken$/);
    const ended = new FakeSource();
    using other = await VideoFrames.open(address, { size: 4, addon: ended.addon });
    ended.goAway();
    await expect(other[Symbol.asyncIterator]().next()).rejects.toThrow(
      /^The stream rtsp:\/\/camera\/\?token=\*\*\* ended/,
    );
  });
});
