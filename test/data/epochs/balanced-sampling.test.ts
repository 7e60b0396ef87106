import fc from 'fast-check';
import { ClipPlanner } from '../../../lib/data/clip-planner';
import { BalancedSampling } from '../../../lib/data/epochs/balanced-sampling';

/** Rows of a few classes, some of them rare. */
const labelsOf = fc
  .array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 })
  .map((sizes) => sizes.flatMap((size, label) => new Array<number>(size).fill(label)));
const counted = (values: readonly number[]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};
const spread = (counts: Iterable<number>): number => {
  const all = [...counts];
  return Math.max(...all) - Math.min(...all);
};

describe('balanced sampling', () => {
  it('has each class equally often in each epoch, and each row of a class over all epochs', async () => {
    await fc.assert(
      fc.asyncProperty(labelsOf, fc.integer(), fc.integer({ min: 1, max: 3 }), async (labels, seed, perRow) => {
        const clips = labels.length * perRow;
        const sampling = new BalancedSampling(labels, seed);
        const drawn: number[] = [];
        for (let epoch = 0; epoch < 4; epoch++) {
          const rows = await sampling.rows(epoch, clips);
          expect(rows).toHaveLength(clips);
          const classes = counted(rows.map((row) => labels[row]!));
          if (clips >= new Set(labels).size) expect([...classes.keys()].sort()).toEqual([...new Set(labels)].sort());
          expect(spread(classes.values())).toBeLessThanOrEqual(1);
          drawn.push(...rows);
          expect(spread(counted(drawn.map((row) => labels[row]!)).values())).toBeLessThanOrEqual(1);
        }
        const times = counted(drawn);
        for (const label of new Set(labels)) {
          const ofClass = labels.flatMap((own, row) => (own === label ? [times.get(row) ?? 0] : []));
          expect(spread(ofClass)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('follows from seed and epoch alone', async () => {
    const labels = Array.from({ length: 60 }, (_, i) => (i < 50 ? 0 : 1));
    const rows = (seed: number, epoch: number) => new BalancedSampling(labels, seed).rows(epoch, 60);
    const sampling = new BalancedSampling(labels, 4);
    for (const epoch of [7, 2, 0, 2]) expect(await sampling.rows(epoch, 60)).toEqual(await rows(4, epoch));
    expect(await rows(4, 0)).not.toEqual(await rows(5, 0));
    const common = async (epoch: number) => new Set((await rows(4, epoch)).filter((row) => row < 50));
    // 30 of the 50 rows of the common class, then the other 20 first.
    expect(new Set([...(await common(0)), ...(await common(1))]).size).toBe(50);
  });
});

describe('a planner that samples classes alike', () => {
  it('has as many clips as ever, those of one row by views that start elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(labelsOf, fc.integer(), fc.integer({ min: 1, max: 3 }), async (labels, seed, clipsPerVideo) => {
        const videos = labels.map((label, i) => ({ path: `/${i}.avi`, target: [label] }));
        const options = { videos, shuffle: true, start: 'random', seed, clipsPerVideo, sampling: 'balanced' } as const;
        const plans = await new ClipPlanner(options).plan(3);
        expect(plans).toHaveLength(labels.length * clipsPerVideo);
        expect(new Set(plans.map(({ index, view }) => `${index}/${view}`)).size).toBe(plans.length);
        for (const [row, count] of counted(plans.map(({ index }) => index))) {
          const own = plans.filter(({ index }) => index === row);
          expect(own.map(({ view }) => view)).toEqual([...Array(count).keys()]);
          expect(new Set(own.map(({ position }) => position)).size).toBe(count);
        }
        expect(await new ClipPlanner(options).plan(3)).toEqual(plans);
      }),
      { numRuns: 60 },
    );
  });

  it('spreads the classes evenly over the epoch', async () => {
    const videos = Array.from({ length: 40 }, (_, i) => ({ path: `/${i}.avi`, target: [i < 36 ? 0 : 1] }));
    const options = { videos, shuffle: true, start: 'random', seed: 1, sampling: 'balanced' } as const;
    const plans = await new ClipPlanner(options).plan(0);
    for (let pair = 0; pair < 20; pair++)
      expect(new Set(plans.slice(2 * pair, 2 * pair + 2).map(({ index }) => videos[index]?.target[0])).size).toBe(2);
  });
});
