import { TUTORIAL_CLIP } from '../../../lib/base/clip';
import fc from 'fast-check';
import { derive, Random } from '../../../lib/base/random';
import { clipStart, framesPastEnd, neededLength, type StartMode } from '../../../lib/data/video/sampling';
import { UsageError } from '../../../lib/base/errors';

const sampling = fc.record({ frames: fc.integer({ min: 1, max: 64 }), frameStep: fc.integer({ min: 1, max: 30 }) });
const mode = fc.constantFrom<StartMode>('random', 'center', 'start');

describe('clipStart', () => {
  it('spans 106 frames with the tutorial’s values', () => {
    expect(neededLength(TUTORIAL_CLIP)).toBe(106);
  });

  it('never reads past the end of a video that is long enough', () => {
    fc.assert(
      fc.property(sampling, fc.nat(500), mode, fc.integer(), (clip, extra, mode, seed) => {
        const frameCount = neededLength(clip) + extra;
        const start = clipStart(frameCount, clip, mode, derive(seed));
        expect(start).toBeGreaterThanOrEqual(0);
        expect(start + (clip.frames - 1) * clip.frameStep).toBeLessThanOrEqual(frameCount - 1);
        expect(framesPastEnd(frameCount, clip, start)).toBe(0);
      }),
    );
  });

  it('starts at the first frame of a video that is too short', () => {
    fc.assert(
      fc.property(sampling, fc.nat(1000), mode, (clip, cut, mode) => {
        const frameCount = Math.max(0, neededLength(clip) - 1 - cut);
        const start = clipStart(frameCount, clip, mode, Random.seeded(0));
        expect(start).toBe(0);
        // By definition: count the clip's frames one after the other.
        const missing = Array.from({ length: clip.frames }, (_, i) => i * clip.frameStep).filter(
          (at) => at >= frameCount,
        ).length;
        expect(framesPastEnd(frameCount, clip, start)).toBe(missing);
      }),
    );
  });

  it('takes every start that fits equally often, the first and the last included', () => {
    const clip = { frames: 2, frameStep: 3 };
    const random = Random.seeded(0);
    const counts = new Array<number>(5).fill(0);
    for (let i = 0; i < 10_000; i++) counts[clipStart(8, clip, 'random', random)]!++;
    expect(counts).toHaveLength(5);
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('draws nothing where there is only one start', () => {
    const random = Random.seeded(0);
    const before = random.state;
    expect(clipStart(106, TUTORIAL_CLIP, 'random', random)).toBe(0);
    expect(random.state).toEqual(before);
  });

  it('is the middle in centre mode and 0 in start mode', () => {
    expect(clipStart(206, TUTORIAL_CLIP, 'center')).toBe(50);
    expect(clipStart(107, TUTORIAL_CLIP, 'center')).toBe(0);
    expect(clipStart(206, TUTORIAL_CLIP, 'start')).toBe(0);
  });

  it('takes 0 where the frame count is unknown', () => {
    expect(clipStart(0, TUTORIAL_CLIP, 'random')).toBe(0);
    expect(clipStart(Number.NaN, TUTORIAL_CLIP, 'center')).toBe(0);
  });

  it('refuses impossible clips and a random start without a generator', () => {
    expect(() => clipStart(100, { frames: 0, frameStep: 1 }, 'start')).toThrow(
      'frames must be an integer of at least 1, got 0',
    );
    expect(() => clipStart(100, { frames: 8, frameStep: 1.5 }, 'start')).toThrow(UsageError);
    expect(() => clipStart(100, { frames: 2, frameStep: 1 }, 'random')).toThrow(UsageError);
  });
});
