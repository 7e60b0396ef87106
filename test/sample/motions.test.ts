import type { Motion } from '../../lib/sample/motion';
import { PRETRAINING_MOTIONS, SAMPLE_MOTIONS } from '../../lib/sample/motions';
import { drawTrajectory, type ShapePose } from '../../lib/sample/trajectory';
import { derive } from '../../lib/base/random';

const FRAMES = 8;
type Labelled = { label: number; features: number[] };

/** What perfect sight would tell of one random frame: where the first shape is and how it looks, and how many there are. */
function oneFrame(motion: Motion, seed: number): number[] {
  const { shapes } = drawTrajectory(motion, FRAMES, derive(seed));
  const pose = shapes[0]?.[derive(seed, 'frame').integer(FRAMES)] as ShapePose;
  const { x, y, radius, widthFactor, heightFactor, angle, opacity } = pose;
  return [
    4 * x,
    4 * y,
    2 * Math.log(radius),
    widthFactor,
    heightFactor,
    Math.cos(angle),
    Math.sin(angle),
    opacity,
    shapes.length,
  ];
}

/** What changes from frame to frame. */
function changes(motion: Motion, seed: number): number[] {
  const { shapes, background } = drawTrajectory(motion, FRAMES, derive(seed));
  const [first, second] = shapes as [readonly ShapePose[], (readonly ShapePose[])?];
  return Array.from({ length: FRAMES - 1 }, (_, frame) => {
    const [now, next] = [first[frame], first[frame + 1]] as [ShapePose, ShapePose];
    const gap = (at: number): number => {
      const [a, b] = [first[at], second?.[at]] as [ShapePose, ShapePose?];
      return b === undefined ? 0 : 0.5 + Math.hypot(a.x - b.x, a.y - b.y);
    };
    return [
      8 * (next.x - now.x),
      8 * (next.y - now.y),
      2 * Math.log((next.radius * next.widthFactor) / (now.radius * now.widthFactor)),
      2 * Math.log((next.radius * next.heightFactor) / (now.radius * now.heightFactor)),
      next.angle - now.angle,
      next.opacity - now.opacity,
      8 * ((background[frame + 1]?.x ?? 0) - (background[frame]?.x ?? 0)),
      2 * Math.log((background[frame + 1]?.zoom ?? 1) / (background[frame]?.zoom ?? 1)),
      8 * (gap(frame + 1) - gap(frame)),
      4 * gap(frame),
    ];
  }).flat();
}

/** Share of clips whose class is the most frequent one among their `k` nearest neighbours of other clips. */
function neighbourAccuracy(
  motions: readonly Motion[],
  features: (motion: Motion, seed: number) => number[],
  counts: { known: number; asked: number; k: number },
): number {
  const draw = (part: number, count: number): Labelled[] =>
    motions.flatMap((motion, label) =>
      Array.from({ length: count }, (_, index) => ({
        label,
        features: features(motion, derive(part, label, index).integer(2 ** 32)),
      })),
    );
  const known = draw(0, counts.known);
  const asked = draw(1, counts.asked);
  const right = asked.filter((clip) => {
    const near = known
      .map((other) => ({ label: other.label, distance: squaredDistance(other.features, clip.features) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, counts.k);
    const votes = new Map<number, number>();
    for (const { label } of near) votes.set(label, (votes.get(label) ?? 0) + 1);
    return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0] === clip.label;
  });
  return right.length / asked.length;
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
}

describe('the motions', () => {
  it('have names of their own, and the sample shares none with pretraining', () => {
    const names = [...PRETRAINING_MOTIONS, ...SAMPLE_MOTIONS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(PRETRAINING_MOTIONS.length).toBeGreaterThanOrEqual(48);
    expect(SAMPLE_MOTIONS).toHaveLength(10);
  });

  it('are told apart by what changes over time: sample and pretraining together', () => {
    const all = [...SAMPLE_MOTIONS, ...PRETRAINING_MOTIONS];
    expect(neighbourAccuracy(all, changes, { known: 24, asked: 3, k: 1 })).toBeGreaterThan(0.93);
  });

  it('are not told by one frame, however well it is seen', () => {
    expect(neighbourAccuracy(SAMPLE_MOTIONS, oneFrame, { known: 150, asked: 25, k: 25 })).toBeLessThan(0.4);
    expect(neighbourAccuracy(PRETRAINING_MOTIONS, oneFrame, { known: 30, asked: 3, k: 15 })).toBeLessThan(0.2);
  });
});

describe('drawTrajectory', () => {
  it.each([...PRETRAINING_MOTIONS, ...SAMPLE_MOTIONS])(
    'keeps "$name" finite, visible and inside the frame',
    (motion) => {
      for (let seed = 0; seed < 40; seed++) {
        const { shapes, background } = drawTrajectory(motion, FRAMES, derive(seed));
        for (const pose of shapes.flat()) {
          expect(Object.values(pose).every(Number.isFinite)).toBe(true);
          expect(Math.min(pose.x, pose.y)).toBeGreaterThan(-0.1);
          expect(Math.max(pose.x, pose.y)).toBeLessThan(1.1);
          expect(pose.radius).toBeGreaterThan(0.04);
          expect(pose.opacity).toBeGreaterThanOrEqual(0);
          expect(pose.opacity).toBeLessThanOrEqual(1);
        }
        expect(Math.max(...shapes.flat().map(({ opacity }) => opacity))).toBeGreaterThan(0.8);
        expect(background.every(({ zoom }) => zoom > 0.4 && zoom < 2.5)).toBe(true);
      }
    },
  );

  it('covers the whole motion however many frames there are', () => {
    const corner = SAMPLE_MOTIONS.find(({ name }) => name === 'corner') as Motion;
    const ends = [8, 15, 50].map((frames) => {
      const poses = drawTrajectory(corner, frames, derive(5)).shapes[0] as readonly ShapePose[];
      const [first, last] = [poses[0], poses[frames - 1]] as [ShapePose, ShapePose];
      return [last.x - first.x, last.y - first.y];
    });
    for (const [dx, dy] of ends) {
      expect(dx).toBeCloseTo(ends[0]?.[0] ?? NaN);
      expect(dy).toBeCloseTo(ends[0]?.[1] ?? NaN);
    }
  });
});
