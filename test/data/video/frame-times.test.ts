import { setTimeout as sleep } from 'node:timers/promises';
import { VideoFrames } from '../../../lib/data/video/video-frames';
import { FakeSource } from '../support/fake-source';

describe('VideoFrames of a file by its times', () => {
  const taken = async (source: FakeSource, count: number, realtime = false) => {
    using video = await VideoFrames.open('film.mkv', { size: 4, realtime, addon: source.addon });
    source.give(count);
    source.goAway();
    const chunks: { seconds: number | undefined; time: number; at: number }[] = [];
    for await (const { seconds, time } of video) chunks.push({ seconds, time, at: performance.now() });
    return chunks;
  };

  it('tells its timestamps, which need not begin at 0, and never goes back', async () => {
    const times = [10, 10.5, 10.25, 13];
    const chunks = await taken(new FakeSource({ live: false, times: (frame) => times[frame] as number }), 4);
    expect(chunks.map(({ seconds }) => seconds)).toEqual(times);
    expect(chunks.map(({ time }) => time)).toEqual([10, 10.5, 10.5, 13]);
  });

  it('counts by the frame rate where it has none', async () => {
    const chunks = await taken(new FakeSource({ live: false, fps: 10 }), 3);
    expect(chunks.map(({ seconds, time }) => [seconds, time])).toEqual([0, 0.1, 0.2].map((time) => [undefined, time]));
    const unknown = await taken(new FakeSource({ live: false, fps: 0 }), 2);
    expect(unknown.map(({ time }) => time)).toEqual([0, 0.04]);
  });

  it('is played at the speed of its times, not of its frame rate', async () => {
    const times = [5, 5.02, 5.3];
    const chunks = await taken(
      new FakeSource({ live: false, fps: 1000, times: (frame) => times[frame] as number }),
      3,
      true,
    );
    const [first, second, third] = chunks.map(({ at }) => at) as [number, number, number];
    expect(third - first).toBeGreaterThan(250);
    expect(third - second).toBeGreaterThan(150);
  });

  it('cannot be played at its own speed without times or a rate, and says so without the password', async () => {
    const source = new FakeSource({ live: false, fps: 0 });
    source.give(1);
    using video = await VideoFrames.open('http://user:secret@host/film', {
      size: 4,
      realtime: true,
      addon: source.addon,
    });
    const next = video[Symbol.asyncIterator]().next();
    await expect(next).rejects.toThrow('Cannot play http://host/film at its own speed: it has neither times');
    expect(source.closed).toBe(true);
  });

  it('waits behind an address of unknown length, and ends in order', async () => {
    const source = new FakeSource({ live: false, frameCount: 0 });
    using video = await VideoFrames.open('http://host/film.webm', { size: 4, addon: source.addon });
    source.give(5);
    source.goAway();
    let count = 0;
    for await (const { lastFrame } of video) {
      await sleep(5);
      count = lastFrame + 1;
    }
    expect(count).toBe(5);
    expect(video.droppedFrames).toBe(0);
  });
});
