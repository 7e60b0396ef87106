import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadAddon } from '../../lib/native/addon';
import { VideoFrames, type VideoChunk } from '../../lib/data/video/video-frames';
import { FakeSource } from './support/fake-source';
import { suiteFolder } from '../support/suite-folder';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const SIZE = 16;

async function writeVideo(name: string, frames: number, fps: number): Promise<string> {
  const path = join(folder, name);
  const writer = await addon.createVideoWriter(path, { width: 32, height: 32, fps, fourcc: 'MJPG' });
  for (let i = 0; i < frames; i++) await writer.write(new Uint8Array(32 * 32 * 3).fill(25 * i));
  await writer.close();
  return path;
}

const valueOf = ({ frames }: VideoChunk): number => (frames.data() as Float32Array)[SIZE * SIZE] as number;

describe('frames of a file by time', () => {
  it.each([
    // Every second of 50 frames a second.
    [1 / 25, [0, 2, 4, 6, 8]],
    // Between two frames the one that is shown still.
    [0.05, [0, 2, 5, 7]],
    // Each comes as often as it is due.
    [0.01, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9]],
  ])('are taken one each %d seconds', async (seconds, expected) => {
    const file = await writeVideo('fast.avi', 10, 50);
    using video = await VideoFrames.open(file, { size: SIZE, every: { seconds }, addon });
    const taken: number[] = [];
    for await (const chunk of video) {
      expect(Math.abs(valueOf(chunk) - (25 * chunk.lastFrame) / 255)).toBeLessThan(0.02);
      taken.push(chunk.lastFrame);
    }
    expect(taken.slice(0, expected.length)).toEqual(expected);
    expect(taken.length - expected.length).toBeLessThanOrEqual(1);
  });

  it('are given at its own speed, each as often as it is shown, and drops none that is taken in time', async () => {
    const slow = await writeVideo('slow.avi', 3, 4);
    // Ten times each: 0.75 seconds.
    using video = await VideoFrames.open(slow, { size: SIZE, every: { seconds: 1 / 40 }, realtime: true, addon });
    const taken: number[] = [];
    const begin = performance.now();
    for await (const { lastFrame } of video) taken.push(lastFrame);
    expect(performance.now() - begin).toBeGreaterThan(650);
    // A busy machine may be late for some.
    expect(taken.length + video.droppedFrames).toBe(30);
    expect(taken.length).toBeGreaterThan(20);
    expect([...new Set(taken)]).toEqual([0, 1, 2]);
  });
});

describe('frames of a live source by time', () => {
  it('are waited with where a slow source gives several at once, for as long as they stand for', async () => {
    // Each frame is asked for ten times, by reads of one.
    const camera = new FakeSource({ fps: 0.2 });
    using video = await VideoFrames.open('0', { size: 4, every: { seconds: 0.5 }, addon: camera.addon });
    camera.give(21);
    const taken: number[] = [];
    const chunks = video[Symbol.asyncIterator]();
    while (taken.length < 21) {
      const { value } = await chunks.next();
      taken.push((value as VideoChunk).lastFrame);
      await sleep(3);
    }
    expect(taken).toEqual([...new Array<number>(10).fill(0), ...new Array<number>(10).fill(1), 2]);
    expect(video.droppedFrames).toBe(0);
  });

  it('are still dropped where they are not taken by then', async () => {
    const camera = new FakeSource({ fps: 1 });
    using video = await VideoFrames.open('0', { size: 4, every: { seconds: 0.01 }, addon: camera.addon });
    camera.give(1);
    const chunks = video[Symbol.asyncIterator]();
    await chunks.next();
    const begin = performance.now();
    camera.give(50);
    while (video.droppedFrames < 49) await sleep(5);
    // 49 chunks of 10 ms: no later than they stand for, with room for a busy machine.
    expect(performance.now() - begin).toBeLessThan(5000);
    expect((await chunks.next()).value).toMatchObject({ lastFrame: 0 });
    camera.goAway();
  });
});
