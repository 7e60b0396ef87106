import { clipSpec, describeSpacing, TUTORIAL_CLIP } from '../../lib/base/clip';
import { UsageError } from '../../lib/base/errors';

describe('clipSpec', () => {
  it('is the tutorial’s without options', () => {
    expect(clipSpec({})).toEqual({ size: 224, frames: 8, every: { frames: 15 }, short: 'zero' });
  });

  it('puts options over defaults, a frame rate in place of their frame step and the other way round', () => {
    expect(clipSpec({ size: 64, frameRate: 4 })).toEqual({ ...TUTORIAL_CLIP, size: 64, every: { seconds: 0.25 } });
    const byTime = clipSpec({ frameRate: 4, short: 'hold' });
    expect(clipSpec({}, byTime)).toEqual(byTime);
    expect(clipSpec({ frameStep: 2 }, byTime)).toEqual({ ...byTime, every: { frames: 2 } });
  });

  it.each([
    [{ frameStep: 2, frameRate: 3 }, 'A clip has a frame step or a frame rate, not both'],
    [{ frameStep: 0 }, 'frameStep must be an integer of at least 1, got 0'],
    [{ frames: 1.5 }, 'frames must be an integer of at least 1, got 1.5'],
    [{ size: Number.NaN }, 'size must be an integer of at least 1, got NaN'],
    [{ frameRate: 0 }, 'frameRate must be above 0, got 0'],
    [{ frameRate: Infinity }, 'frameRate must be above 0, got Infinity'],
    [{ short: 'repeat' as 'loop' }, 'short must be zero, hold, loop, got repeat'],
  ])('refuses %j', (options, message) => {
    expect(() => clipSpec(options)).toThrow(new UsageError(message));
  });

  it('refuses defaults that are none', () => {
    expect(() => clipSpec({}, { ...TUTORIAL_CLIP, every: { seconds: -1 } })).toThrow(UsageError);
  });
});

describe('describeSpacing', () => {
  it.each([
    [{ frames: 15 }, 'frame step 15'],
    [{ seconds: 0.5 }, '2 frames a second'],
    [{ seconds: 1 }, '1 frame a second'],
    [{ seconds: 1 / 29.97 }, '29.97 frames a second'],
  ])('tells %j', (every, text) => {
    expect(describeSpacing(every)).toBe(text);
  });
});
