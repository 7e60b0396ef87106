import { frameRateAsTrained, isOtherRate } from '../../../lib/data/video/other-rate';

describe('isOtherRate', () => {
  it.each([
    [50, 25, true],
    [12, 25, true],
    [30, 25, false],
    [37.5, 25, false],
    [37.6, 25, true],
    [25, 25, false],
    [0, 25, false],
    [25, 0, false],
  ])('%d against %d: %s', (frameRate, expected, other) => {
    expect(isOtherRate(frameRate, expected)).toBe(other);
  });
});

describe('frameRateAsTrained', () => {
  it.each([
    [{ frames: 2 }, { frames: 2 }, 25, 25],
    [{ frames: 4 }, { frames: 2 }, 25, 50],
    [{ frames: 1 }, { frames: 2 }, 25, 12.5],
    [{ frames: 2 }, { seconds: 0.08 }, 30, 25],
    [{ frames: 2 }, { frames: 2 }, undefined, undefined],
    [{ seconds: 0.08 }, { frames: 2 }, 25, undefined],
  ])('of every %j, trained with %j at %d: %d', (every, trained, frameRate, expected) => {
    expect(frameRateAsTrained(every, { clip: { every: trained }, frameRate })).toBe(expected);
  });
});
