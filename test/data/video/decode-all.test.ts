import { decodeAll, lostFrames, type DecodedVideo } from '../../../lib/data/video/decode-all';
import { FakeVideos } from '../../cli/support/fake-videos';

const decoded = (times: readonly (number | undefined)[]): DecodedVideo => ({
  frames: times.length,
  damagedPackets: 0,
  times,
});
const times = (count: number): number[] => Array.from({ length: count }, (_, i) => 10 + i / 29.97);

describe('lost frames', () => {
  it.each<[string, number[], [number, number][]]>([
    ['none', [], []],
    ['one', [5], [[5, 5]]],
    ['the first', [0], [[0, 0]]],
    [
      'runs, and all to the end',
      [3, 4, 5, 9, 17, 18, 19],
      [
        [3, 5],
        [9, 9],
        [17, 19],
      ],
    ],
    ['all', Array.from({ length: 20 }, (_, i) => i), [[0, 19]]],
  ])('are told: %s', (_, lost, expected) => {
    const listed = times(20);
    expect(lostFrames(Float64Array.from(listed), decoded(listed.filter((_time, i) => !lost.includes(i))))).toEqual(
      expected,
    );
  });

  it('may round otherwise than the index', () => {
    const near = times(20).map((time) => Math.round(time * 1000) / 1000);
    expect(lostFrames(Float64Array.from(times(20)), decoded(near))).toEqual([]);
  });

  it('are told where a frame that was painted over damage has the time of another', () => {
    const decodedTimes = times(20).filter((_, i) => i < 5 || i > 9);
    decodedTimes.splice(5, 0, times(20)[4]!);
    expect(lostFrames(Float64Array.from(times(20)), decoded(decodedTimes))).toEqual([[5, 9]]);
    expect(lostFrames(Float64Array.from(times(20)), decoded(decodedTimes.reverse()))).toEqual([[5, 9]]);
  });

  it('are none where as many decode as there are', () => {
    expect(lostFrames(Float64Array.from(times(20)), decoded(times(20).map(() => undefined)))).toEqual([]);
  });

  it('are not guessed where the times do not tell', () => {
    const listed = Float64Array.from(times(20));
    expect(lostFrames(listed, decoded(times(19).map(() => undefined)))).toBeUndefined();
    expect(lostFrames(listed, decoded(times(19).map((time) => time + 0.01)))).toBeUndefined();
    expect(lostFrames(listed, decoded(times(21)))).toBeUndefined();
  });
});

describe('decoding all of a file', () => {
  it('counts frames, times and damage, and frees what it took', async () => {
    const addon = new FakeVideos({ 'a.mp4': { frameCount: 5, lost: [2], firstTime: 1 } });
    const seen: number[] = [];
    const result = await decodeAll('a.mp4', { addon, onProgress: (frames) => seen.push(frames) });
    expect(result).toEqual({ frames: 4, damagedPackets: 1, times: [1, 1.04, 1.12, 1.16] });
    expect(seen).toEqual([1, 2, 3, 4]);
    expect([addon.openReaders, addon.liveTensors]).toEqual([0, 0]);
  });

  it('ends when its signal aborts, whatever the reader does', async () => {
    const addon = new FakeVideos({ 'a.mp4': { frameCount: 5 } });
    const controller = new AbortController();
    const reason = new Error('enough');
    addon.beforeRead = () => {
      if (addon.framesRead === 2) controller.abort(reason);
      return addon.framesRead === 2 ? new Promise(() => undefined) : Promise.resolve();
    };
    await expect(decodeAll('a.mp4', { addon, signal: controller.signal })).rejects.toBe(reason);
    expect([addon.openReaders, addon.liveTensors]).toEqual([0, 0]);
    await expect(decodeAll('a.mp4', { addon, signal: controller.signal })).rejects.toBe(reason);
  });
});
