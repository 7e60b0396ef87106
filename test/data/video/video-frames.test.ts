import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError, VideoError } from '../../../lib/base/errors';
import { loadAddon } from '../../../lib/native/addon';
import type { NativeTensor } from '../../../lib/native/tensor';
import type { NativeVideoReader, VideoInfo } from '../../../lib/native/video';
import { sourceName, VideoFrames, type VideoChunk } from '../../../lib/data/video/video-frames';
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
    using video = await VideoFrames.open(file, { size: SIZE, frameStep: 2, chunk: 3, addon });
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
    await decoder.decode([{ path: file, start: 0, step: 3, frames: 2, slot: 0 }], clip);
    decoder.close();
    using video = await VideoFrames.open(file, { size: SIZE, frameStep: 3, chunk: 2, addon });
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

/** A camera that gives a frame each time that `give` is called, and fails or goes away at the end. */
class FakeCamera {
  private waiting: (() => void)[] = [];
  private given = 0;
  private read = 0;
  private gone = false;
  closed = false;

  constructor(
    private readonly failure?: Error,
    private readonly frameCount = 0,
    private readonly fps = 30,
  ) {}

  give(count: number): void {
    this.given += count;
    this.wake();
  }

  goAway(): void {
    this.gone = true;
    this.wake();
  }

  readonly addon = {
    createTensor: addon.createTensor.bind(addon),
    openVideo: (): Promise<NativeVideoReader> =>
      Promise.resolve(this.reader({ width: 4, height: 4, frameCount: this.frameCount, fps: this.fps })),
  };

  private reader(info: VideoInfo): NativeVideoReader {
    const close = (): void => {
      this.closed = true;
      this.wake();
    };
    return {
      info,
      read: async (into: NativeTensor, frames: number) => {
        const end = this.read + frames;
        while (this.given < end && !this.gone && !this.closed) {
          await new Promise<void>((resolve) => this.waiting.push(resolve));
        }
        if (this.closed) throw new Error('The video reader was closed');
        if (this.given < end && this.failure) throw this.failure;
        const count = Math.min(frames, this.given - this.read);
        this.read += count;
        (into.data() as Float32Array).fill(this.read);
        return count;
      },
      close,
      [Symbol.dispose]: close,
    };
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    waiting.forEach((wake) => wake());
  }
}

describe('VideoFrames of a camera', () => {
  it('keeps the newest frames, counts those that nobody took, and tells when the camera goes away', async () => {
    const before = addon.liveCounts().tensors;
    const camera = new FakeCamera();
    using video = await VideoFrames.open('0', { size: 4, chunk: 2, addon: camera.addon });
    expect(video.live).toBe(true);
    const chunks = video[Symbol.asyncIterator]();
    camera.give(2);
    expect((await chunks.next()).value).toMatchObject({ lastFrame: 1, seconds: undefined });
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
    await expect(end).rejects.toThrow('The camera 0 gives no more frames after 9 frames: was it unplugged?');
    expect(camera.closed).toBe(true);
    await expectNoMoreTensors(before);
  });

  it('passes on what the decoder says', async () => {
    const camera = new FakeCamera(new VideoError('Cannot read the video 0: broken', '0'));
    using video = await VideoFrames.open('0', { size: 4, addon: camera.addon });
    camera.goAway();
    await expect(video[Symbol.asyncIterator]().next()).rejects.toThrow('Cannot read the video 0: broken');
  });

  it('lets go of a consumer that waits for a frame', async () => {
    const camera = new FakeCamera();
    const controller = new AbortController();
    using video = await VideoFrames.open('0', { size: 4, addon: camera.addon, signal: controller.signal });
    const next = video[Symbol.asyncIterator]().next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('names an address without its password', async () => {
    expect(sourceName('rtsp://user:secret@camera/stream')).toBe('rtsp://camera/stream');
    expect(sourceName('rtsp://user:p@s/s@camera/stream')).toBe('rtsp://camera/stream');
    expect(sourceName('folder/a@b.mp4')).toBe('folder/a@b.mp4');
    const refused = VideoFrames.open('rtsp://user:secret@127.0.0.1:9/', { size: 4, addon });
    await expect(refused).rejects.toThrow(/^Cannot read the video rtsp:\/\/127\.0\.0\.1:9\/: /);
    await expect(refused).rejects.toMatchObject({ path: 'rtsp://127.0.0.1:9/' });
    const camera = new FakeCamera();
    using video = await VideoFrames.open('rtsp://user:secret@camera/', { size: 4, addon: camera.addon });
    camera.goAway();
    await expect(video[Symbol.asyncIterator]().next()).rejects.toThrow(/^The stream rtsp:\/\/camera\/ ended/);
  });

  it('passes on what the decoder says of an address without its password', async () => {
    const address = 'rtsp://user:secret@camera/';
    const camera = new FakeCamera(new VideoError(`Cannot read the video ${address}: broken`, address));
    using video = await VideoFrames.open(address, { size: 4, addon: camera.addon });
    camera.goAway();
    const failed = video[Symbol.asyncIterator]().next();
    await expect(failed).rejects.toThrow(/^Cannot read the video rtsp:\/\/camera\/: broken$/);
  });
});

describe('VideoFrames of an address of known length', () => {
  it('cannot be played at its own speed without one, and says so without the password', async () => {
    const source = new FakeCamera(undefined, 40, 0);
    const open = VideoFrames.open('rtsp://user:secret@host/film', { size: 4, realtime: true, addon: source.addon });
    await expect(open).rejects.toThrow('Cannot play rtsp://host/film at its own speed');
    await expect(open).rejects.toMatchObject({ path: 'rtsp://host/film' });
    expect(source.closed).toBe(true);
  });

  const take = async (given: number) => {
    const source = new FakeCamera(undefined, 40);
    using video = await VideoFrames.open('rtsp://host/film', { size: 4, addon: source.addon });
    source.give(given);
    source.goAway();
    let count = 0;
    for await (const { frames } of video) count += frames.shape[1] as number;
    return count;
  };

  it('tells a lost connection from the end', async () => {
    await expect(take(20)).rejects.toThrow(
      /^The stream rtsp:\/\/host\/film ended, or its connection was lost, after 20 of some 40 frames$/,
    );
  });

  it('lets the length be an estimate', async () => {
    expect(await take(37)).toBe(37);
    expect(await take(44)).toBe(44);
  });
});
