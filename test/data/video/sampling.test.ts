import fc from 'fast-check';
import { TUTORIAL_CLIP } from '../../../lib/base/clip';
import { Random } from '../../../lib/base/random';
import {
  CENTER,
  clipFrames,
  type ClipPosition,
  cutClip,
  type FrameSampling,
  neededLength,
} from '../../../lib/data/video/sampling';
import { steadyFrames } from '../../../lib/data/video/timeline';
import { UsageError } from '../../../lib/base/errors';

const every = (frames: number, step: number, short: FrameSampling['short'] = 'zero'): FrameSampling => ({
  ...{ frames, every: { frames: step }, short },
});
const step = fc.integer({ min: 1, max: 30 });
const sampling = fc.tuple(fc.integer({ min: 1, max: 64 }), step).map(([frames, frameStep]) => every(frames, frameStep));
const share = fc.oneof(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.constantFrom(0, CENTER, 1 - 2 ** -53),
);
const distance = (clip: FrameSampling): number => ('frames' in clip.every ? clip.every.frames : Number.NaN);
const firstFrame = (frameCount: number, clip: FrameSampling, position: ClipPosition): number | undefined =>
  clipFrames({ frameCount }, clip, position)[0];

describe('where a clip starts', () => {
  it('spans 106 frames with the tutorial’s values', () => {
    expect(neededLength(TUTORIAL_CLIP)).toBe(106);
    expect(() => neededLength({ ...TUTORIAL_CLIP, every: { seconds: 1 } })).toThrow(UsageError);
  });

  it('takes every start that fits equally often, the first and the last included', () => {
    const random = Random.seeded(0);
    const counts = new Array<number>(5).fill(0);
    for (let i = 0; i < 10_000; i++) counts[firstFrame(8, every(2, 3), random.float())!]!++;
    expect(counts).toHaveLength(5);
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('is the middle, of two the earlier', () => {
    expect(firstFrame(206, TUTORIAL_CLIP, CENTER)).toBe(50);
    expect(firstFrame(107, TUTORIAL_CLIP, CENTER)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (lastStart) => {
        expect(firstFrame(lastStart + 1, every(1, 1), CENTER)).toBe(Math.floor(lastStart / 2));
      }),
    );
  });

  it('is nowhere in a video without frames', () => {
    for (const frameCount of [0, Number.NaN])
      for (const short of ['zero', 'hold', 'loop'] as const)
        expect(clipFrames({ frameCount }, { ...TUTORIAL_CLIP, short }, 0.9)).toEqual(new Array(8).fill(-1));
  });

  it('is the frame that was asked for, whether it exists or not', () => {
    expect(firstFrame(100, TUTORIAL_CLIP, { frame: 99 })).toBe(99);
    for (const short of ['zero', 'hold', 'loop'] as const)
      expect(clipFrames({ frameCount: 100 }, { ...TUTORIAL_CLIP, short }, { frame: 100 })).toEqual(
        new Array(8).fill(-1),
      );
  });

  it('refuses impossible positions', () => {
    for (const position of [-0.1, 1, Number.NaN])
      expect(() => clipFrames({ frameCount: 100 }, TUTORIAL_CLIP, position)).toThrow('[0, 1)');
  });
});

describe('a clip by a frame step', () => {
  it('never reads past the end of a video that is long enough', () => {
    fc.assert(
      fc.property(sampling, fc.nat(500), share, (clip, extra, position) => {
        const frameCount = neededLength(clip) + extra;
        const { frames, there } = cutClip({ frameCount }, clip, position);
        expect(frames).toHaveLength(clip.frames);
        expect(there).toBe(clip.frames);
        expect(frames[0]).toBe(Math.floor(position * (extra + 1)));
        expect(frames.at(-1)).toBeLessThan(frameCount);
        frames.slice(1).forEach((frame, i) => expect(frame - frames[i]!).toBe(distance(clip)));
      }),
    );
  });

  it('takes a video that is too short from its first frame: zero frames past its end, its last frame, or it once more', () => {
    fc.assert(
      fc.property(sampling, fc.nat(1000), share, (clip, cut, position) => {
        const frameCount = Math.max(0, neededLength(clip) - 1 - cut);
        const framesWith = (short: FrameSampling['short']) => cutClip({ frameCount }, { ...clip, short }, position);
        const wanted = Array.from({ length: clip.frames }, (_, i) => i * distance(clip));
        const there = wanted.filter((frame) => frame < frameCount).length;
        expect(framesWith('zero')).toEqual({ frames: wanted.map((i) => (i < frameCount ? i : -1)), there });
        if (frameCount === 0) return;
        expect(framesWith('hold')).toEqual({ frames: wanted.map((i) => (i < frameCount ? i : frameCount - 1)), there });
        expect(framesWith('loop')).toEqual({ frames: wanted.map((i) => i % frameCount), there });
      }),
    );
  });

  it('lacks frames where the frame asked for is too late for a whole clip', () => {
    const late = (short: FrameSampling['short']) =>
      clipFrames({ frameCount: 10 }, { frames: 4, every: { frames: 2 }, short }, { frame: 6 });
    expect(late('zero')).toEqual([6, 8, -1, -1]);
    expect(late('hold')).toEqual([6, 8, 9, 9]);
    expect(late('loop')).toEqual([6, 8, 0, 2]);
  });

  it('has its step multiplied by its speed, to the nearest frame, and none faster than fits', () => {
    const frames = (speed: number, frameCount = 1000) => clipFrames({ frameCount }, every(4, 5), 0, { speed });
    expect(frames(0.5)).toEqual([0, 3, 5, 8]);
    expect(frames(1.25)).toEqual([0, 6, 13, 19]);
    expect(frames(0.1)).toEqual([0, 1, 1, 2]);
    expect(frames(2, 22)).toEqual([0, 7, 14, 21]);
    expect(frames(2, 16)).toEqual([0, 5, 10, 15]);
    expect(frames(2, 15)).toEqual([0, 5, 10, -1]);
  });

  it('lies in its span', () => {
    const timeline = steadyFrames(300, 30);
    const within = (span: [number, number], clip = every(3, 10), position = 0) =>
      clipFrames({ frameCount: 300, timeline }, clip, position, { span });
    expect(within([1, 4])).toEqual([30, 40, 50]);
    expect(within([1, 4], every(3, 10), CENTER)).toEqual([64, 74, 84]);
    expect(within([1, 4], every(3, 10), 1 - 2 ** -53)).toEqual([99, 109, 119]);
    expect(within([9, 99], every(3, 10, 'loop'))).toEqual([270, 280, 290]);
    expect(within([9.5, 99], every(3, 10, 'loop'))).toEqual([285, 295, 290]);
    expect(within([9.5, 99], every(3, 10, 'hold'))).toEqual([285, 295, 299]);
    expect(within([9.5, 99])).toEqual([285, 295, -1]);
    expect(within([0.001, 0.002])).toEqual([0, -1, -1]);
    expect(within([10, 12], every(3, 10, 'loop'))).toEqual([-1, -1, -1]);
    expect(() => clipFrames({ frameCount: 300 }, every(3, 10), 0, { span: [1, 4] })).toThrow(UsageError);
  });
});
