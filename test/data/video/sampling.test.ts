import fc from 'fast-check';
import { TUTORIAL_CLIP } from '../../../lib/base/clip';
import { Random } from '../../../lib/base/random';
import { CENTER, clipFrames, clipStart, neededLength } from '../../../lib/data/video/sampling';
import { UsageError } from '../../../lib/base/errors';

const sampling = fc.record({ frames: fc.integer({ min: 1, max: 64 }), frameStep: fc.integer({ min: 1, max: 30 }) });
const share = fc.oneof(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.constantFrom(0, CENTER, 1 - 2 ** -53),
);

describe('clipStart', () => {
  it('spans 106 frames with the tutorial’s values', () => {
    expect(neededLength(TUTORIAL_CLIP)).toBe(106);
  });

  it('takes every start that fits equally often, the first and the last included', () => {
    const clip = { frames: 2, frameStep: 3 };
    const random = Random.seeded(0);
    const counts = new Array<number>(5).fill(0);
    for (let i = 0; i < 10_000; i++) counts[clipStart(8, clip, random.float())]!++;
    expect(counts).toHaveLength(5);
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('is the middle, of two the earlier', () => {
    expect(clipStart(206, TUTORIAL_CLIP, CENTER)).toBe(50);
    expect(clipStart(107, TUTORIAL_CLIP, CENTER)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (lastStart) => {
        const middle = clipStart(lastStart + 1, { frames: 1, frameStep: 1 }, CENTER);
        expect(middle).toBe(Math.floor(lastStart / 2));
      }),
    );
  });

  it('is 0 where the frame count is unknown', () => {
    expect(clipStart(0, TUTORIAL_CLIP, 0.9)).toBe(0);
    expect(clipStart(Number.NaN, TUTORIAL_CLIP, CENTER)).toBe(0);
  });

  it('is the frame that was asked for, whether it exists or not', () => {
    expect(clipStart(100, TUTORIAL_CLIP, { frame: 99 })).toBe(99);
    expect(clipStart(100, TUTORIAL_CLIP, { frame: 100 })).toBe(100);
    expect(clipFrames({ frameCount: 100 }, TUTORIAL_CLIP, { frame: 100 })).toEqual(new Array(8).fill(-1));
  });

  it('refuses impossible clips and positions', () => {
    expect(() => clipStart(100, { frames: 0, frameStep: 1 }, 0)).toThrow(
      'frames must be an integer of at least 1, got 0',
    );
    expect(() => clipStart(100, { frames: 8, frameStep: 1.5 }, 0)).toThrow(UsageError);
    for (const position of [-0.1, 1, Number.NaN])
      expect(() => clipStart(100, TUTORIAL_CLIP, position)).toThrow('[0, 1)');
  });
});

describe('clipFrames', () => {
  it('never reads past the end of a video that is long enough', () => {
    fc.assert(
      fc.property(sampling, fc.nat(500), share, (clip, extra, position) => {
        const frameCount = neededLength(clip) + extra;
        const frames = clipFrames({ frameCount }, clip, position);
        expect(frames).toHaveLength(clip.frames);
        expect(frames[0]).toBeGreaterThanOrEqual(0);
        expect(frames.at(-1)).toBeLessThan(frameCount);
        frames.slice(1).forEach((frame, i) => expect(frame - frames[i]!).toBe(clip.frameStep));
      }),
    );
  });

  it('takes a video that is too short from its first frame, with zero frames past its end', () => {
    fc.assert(
      fc.property(sampling, fc.nat(1000), share, (clip, cut, position) => {
        const frameCount = Math.max(0, neededLength(clip) - 1 - cut);
        const frames = clipFrames({ frameCount }, clip, position);
        frames.forEach((frame, i) => {
          const wanted = i * clip.frameStep;
          expect(frame).toBe(wanted < frameCount ? wanted : -1);
        });
      }),
    );
  });

  it('ends in zero frames where the frame asked for is too late for a whole clip', () => {
    expect(clipFrames({ frameCount: 10 }, { frames: 4, frameStep: 2 }, { frame: 6 })).toEqual([6, 8, -1, -1]);
  });
});
