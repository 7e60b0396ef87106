import { UsageError } from '../../lib/base/errors';
import type { Motion } from '../../lib/sample/motion';
import { PRETRAINING_MOTIONS, SAMPLE_MOTIONS } from '../../lib/sample/motions';
import { renderMotionClip, renderMotionClipInto } from '../../lib/sample/render';

const SIZE = 32;
const FRAMES = 8;
const motionNamed = (name: string): Motion => {
  const motion = [...PRETRAINING_MOTIONS, ...SAMPLE_MOTIONS].find((candidate) => candidate.name === name);
  if (motion === undefined) throw new Error(`No motion "${name}"`);
  return motion;
};

/** Share of values that change from one frame to the next by more than noise does. */
function unrest(clip: Uint8Array): number {
  const length = clip.length / FRAMES;
  let changed = 0;
  for (let index = length; index < clip.length; index++) {
    if (Math.abs((clip[index] ?? 0) - (clip[index - length] ?? 0)) > 64) changed++;
  }
  return changed / (clip.length - length);
}

describe('renderMotionClip', () => {
  it.each([...PRETRAINING_MOTIONS, ...SAMPLE_MOTIONS])(
    'gives the same bytes of "$name" for a seed, others for another',
    (motion) => {
      const render = (seed: number): Uint8Array => renderMotionClip({ motion, seed, size: SIZE, frames: FRAMES });
      const first = render(3);
      expect(first).toHaveLength(FRAMES * SIZE * SIZE * 3);
      expect(Buffer.compare(render(3), first)).toBe(0);
      expect(Buffer.compare(render(4), first)).not.toBe(0);
    },
  );

  it('does not depend on what was rendered before, at whichever size', () => {
    const motion = motionNamed('jump');
    const first = renderMotionClip({ motion, seed: 1, size: SIZE, frames: FRAMES });
    renderMotionClip({ motion: motionNamed('background to the left'), seed: 2, size: 48, frames: 3 });
    renderMotionClip({ motion: motionNamed('rest'), seed: 2, size: SIZE, frames: 15 });
    expect(Buffer.compare(renderMotionClip({ motion, seed: 1, size: SIZE, frames: FRAMES }), first)).toBe(0);
  });

  it('uses the whole range of values, and no two clips look alike', () => {
    const clips = Array.from({ length: 60 }, (_, seed) =>
      renderMotionClip({ motion: motionNamed('rest'), seed, size: SIZE, frames: 2 }),
    );
    const means = clips.map((clip) => clip.reduce((sum, value) => sum + value, 0) / clip.length);
    expect(Math.max(...means) - Math.min(...means)).toBeGreaterThan(80);
    expect(clips.some((clip) => clip.includes(255))).toBe(true);
    expect(clips.some((clip) => clip.includes(0))).toBe(true);
  });

  it('changes from frame to frame where something moves, and only there', () => {
    const mean = (name: string): number => {
      const clips = Array.from({ length: 40 }, (_, seed) =>
        renderMotionClip({ motion: motionNamed(name), seed, size: SIZE, frames: FRAMES }),
      );
      return clips.reduce((sum, clip) => sum + unrest(clip), 0) / clips.length;
    };
    expect(mean('rest')).toBeLessThan(0.001);
    for (const name of ['right', 'blinking fast', 'turning clockwise', 'shaking', 'jump']) {
      expect(mean(name)).toBeGreaterThan(0.005);
    }
  });

  it.each([
    ['size', { size: 4, frames: FRAMES }],
    ['size', { size: 20.5, frames: FRAMES }],
    ['frames', { size: SIZE, frames: 1 }],
  ])('refuses an impossible %s', (word, shape) => {
    expect(() => renderMotionClip({ motion: motionNamed('rest'), seed: 1, ...shape })).toThrow(UsageError);
    expect(() => renderMotionClip({ motion: motionNamed('rest'), seed: 1, ...shape })).toThrow(word);
  });
});

describe('renderMotionClipInto', () => {
  it('writes the same clip divided by 255, at the offset and nowhere else', () => {
    const options = { motion: motionNamed('pendulum'), seed: 9, size: SIZE, frames: FRAMES };
    const bytes = renderMotionClip(options);
    const into = new Float32Array(bytes.length + 20).fill(-1);
    renderMotionClipInto(into, 10, options);
    expect([...into.subarray(0, 10), ...into.subarray(10 + bytes.length)]).toEqual(new Array(20).fill(-1));
    const expected = Float32Array.from(bytes, (byte) => byte / 255);
    expect(Buffer.compare(Buffer.from(into.buffer, 40, bytes.length * 4), Buffer.from(expected.buffer))).toBe(0);
  });

  it('refuses a place where the clip does not fit', () => {
    const options = { motion: motionNamed('rest'), seed: 9, size: SIZE, frames: FRAMES };
    expect(() => renderMotionClipInto(new Float32Array(FRAMES * SIZE * SIZE * 3), 1, options)).toThrow(UsageError);
  });
});
