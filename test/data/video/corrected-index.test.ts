import fc from 'fast-check';
import { brokenOff, describeBrokenOff } from '../../../lib/data/video/broken-videos';
import { correctedIndex } from '../../../lib/data/video/corrected-index';
import { fakeIndex } from '../support/fake-video-addon';

describe('correctedIndex', () => {
  it('breaks off where the index was sure of more frames, or the container promised more', () => {
    const sure = correctedIndex(fakeIndex('/a.avi', 300), 61);
    expect(sure).toMatchObject({
      frameCount: 61,
      exact: true,
      duration: 2.44,
      averageFrameRate: 25,
      promisedFrames: 300,
    });
    expect(brokenOff('/a.avi', sure)).toEqual({ path: '/a.avi', frames: 61, promised: 300 });
    const guess = correctedIndex(fakeIndex('/a.avi', 300, { exact: false }), 61);
    expect(guess).not.toHaveProperty('promisedFrames');
    expect(brokenOff('/a.avi', guess)).toBeUndefined();
    expect(correctedIndex(fakeIndex('/a.avi', 300, { exact: false, promised: 400 }), 61).promisedFrames).toBe(400);
    expect(correctedIndex(fakeIndex('/a.avi', 60), 61)).not.toHaveProperty('promisedFrames');
    expect(correctedIndex(fakeIndex('/a.avi', 0), 61)).toMatchObject({ frameCount: 61, duration: 0 });
  });

  it('forgets no promise, however often it is corrected', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 299 }), { minLength: 1, maxLength: 5 }), (ends) => {
        const index = ends.reduce((last, end) => correctedIndex(last, end), fakeIndex('/a.avi', 300));
        expect(index).toMatchObject({ frameCount: ends.at(-1), promisedFrames: 300 });
      }),
    );
  });
});

it('describes where a video ends, as far as it is known', () => {
  const index = { ...fakeIndex('/a.mkv', 61), notes: ['cut-off' as const] };
  const ending = brokenOff('/a.mkv', index);
  expect(ending).toEqual({ path: '/a.mkv', frames: 61, promised: 0 });
  expect(describeBrokenOff(ending!)).toBe('breaks off after 61 frames');
  expect(describeBrokenOff({ path: '/a.mkv', frames: 61, promised: 300 })).toBe('ends after 61 of 300 frames');
});
