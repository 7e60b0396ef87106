import { UsageError } from '../../lib/base/errors';
import { ModelStream } from '../../lib/inference/model-stream';
import { RecentStream } from '../../lib/inference/recent-stream';
import type { ModelId } from '../../lib/movinet/options';
import { loadAddon } from '../../lib/native/addon';
import { referenceClip } from '../../scripts/parity/reference-weights';
import { clipTensor, FRAMES, framesOf, referenceModel, SIZE } from './support/reference-stream';

const addon = loadAddon();
const POOL = 'state_head_pool_buffer';

const sumsOf = (stream: ModelStream): Float32Array => stream.state().get(POOL)?.data as Float32Array;

/** Frame `number` of an endless video that repeats a clip. */
const frameOf = (clip: ReturnType<typeof clipTensor>, number: number) =>
  framesOf(clip, number % FRAMES, (number % FRAMES) + 1);

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] as number)));
}

describe('RecentStream', () => {
  const first = clipTensor([1, FRAMES, SIZE, SIZE, 3]);
  const second = clipTensor(
    [1, FRAMES, SIZE, SIZE, 3],
    referenceClip([1, FRAMES, SIZE, SIZE, 3]).map((value) => 0.2 * (1 - value)),
  );
  afterAll(() => [first, second].forEach((clip) => clip.dispose()));

  it('weighs a frame by e to the power of its age', async () => {
    using plain = await ModelStream.open(referenceModel('a0-stream-relu6'), { addon });
    using stream = plain.sibling();
    const recent = new RecentStream(stream, 2);
    const wanted = new Float64Array(sumsOf(plain).length);
    let weight = 0;
    let before: Float32Array = new Float32Array(wanted.length);
    for (let i = 0; i < 60; i++) {
      using frame = frameOf(i < 30 ? first : second, i);
      await plain.push(frame);
      await recent.push(frame, 1000 + i / 10);
      // Without squeeze-excitation a frame adds the same to the sums, whatever was forgotten.
      const sums = sumsOf(plain);
      weight = weight * Math.exp(-0.05) + 1;
      wanted.forEach((value, j) => (wanted[j] = value * Math.exp(-0.05) + (sums[j] as number) - (before[j] as number)));
      before = sums;
    }
    const mean = Float32Array.from(wanted, (value) => value / weight);
    const found = sumsOf(stream).map((value) => value / stream.frames);
    const plainMean = before.map((value) => value / 60);
    expect(Math.abs(stream.frames - weight)).toBeLessThanOrEqual(0.5);
    // Whole numbers of frames round weights of some 20 by 3 % at most.
    expect(distance(found, mean)).toBeLessThan(0.03 * distance(plainMean, new Float32Array(mean.length)));
    expect(distance(found, mean)).toBeLessThan(0.1 * distance(plainMean, mean));
  });

  it.each(['a0-stream-relu6', 'a0-stream'] as const)(
    'lets %s follow a change that all frames so far would hide',
    async (id: ModelId) => {
      using all = await ModelStream.open(referenceModel(id), { addon });
      using recentFrames = all.sibling();
      using after = all.sibling();
      const recent = new RecentStream(recentFrames, 1);
      const logits = { all: new Float32Array(), recent: new Float32Array(), after: new Float32Array() };
      for (let i = 0; i < 160; i++) {
        using frame = frameOf(i < 120 ? first : second, i);
        logits.all = new Float32Array(await all.push(frame));
        logits.recent = new Float32Array(await recent.push(frame, i / 10));
        if (i >= 120) logits.after = new Float32Array(await after.push(frame));
      }
      expect([all.frames, recentFrames.frames]).toEqual([160, 11]);
      expect(distance(logits.recent, logits.after)).toBeLessThan(0.5 * distance(logits.all, logits.after));
    },
  );

  it('takes a time before the last one for that, and refuses what is none', async () => {
    using stream = await ModelStream.open(referenceModel('a0-stream-relu6'), { addon });
    const recent = new RecentStream(stream, 1);
    for (const time of [5, 3, 5]) {
      using frame = frameOf(first, 0);
      await recent.push(frame, time);
    }
    expect(stream.frames).toBe(3);
    using frame = frameOf(first, 0);
    await expect(recent.push(frame, Number.NaN)).rejects.toThrow(UsageError);
    await recent.push(frame, 500);
    expect(stream.frames).toBe(1);
    recent.reset();
    expect(stream.frames).toBe(0);
    await recent.push(frame, 2);
    expect(stream.frames).toBe(1);
    for (const seconds of [0, -1, Number.NaN, Infinity])
      expect(() => new RecentStream(stream, seconds)).toThrow(UsageError);
  });

  it('fades averages and positions of every layer', async () => {
    using stream = await ModelStream.open(referenceModel('a3-stream'), { addon });
    using frame = frameOf(first, 0);
    for (let i = 0; i < 4; i++) await stream.push(frame);
    const before = stream.state();
    stream.fade(1);
    const counts: string[] = [];
    for (const [name, { data }] of stream.state()) {
      const share = name.endsWith('_frame_count') || name.endsWith('_pool_buffer') ? 1 / 4 : 1;
      expect([name, ...data.slice(0, 9)]).toEqual([
        name,
        ...(before
          .get(name)
          ?.data.map((value) => value * share)
          .slice(0, 9) ?? []),
      ]);
      if (name.endsWith('_frame_count')) counts.push(name);
    }
    expect(counts.filter((name) => name.includes('_pos_enc_')).length).toBeGreaterThan(1);
    expect(counts.length).toBeGreaterThan(10);
  });

  it('is faded to whole numbers of frames only, and never to more', async () => {
    using stream = await ModelStream.open(referenceModel('a0-stream-relu6'), { addon });
    using frame = frameOf(first, 0);
    await stream.push(frame);
    const before = stream.state();
    stream.fade(5);
    expect(stream.state()).toEqual(before);
    for (const frames of [-1, 0.5, Number.NaN]) expect(() => stream.fade(frames)).toThrow(UsageError);
    stream.fade(0);
    expect(stream.frames).toBe(0);
    expect(new Set(sumsOf(stream))).toEqual(new Set([0]));
  });
});
