import { fitPowerLaw, fitted, judge } from '../../../../scripts/bench/scale/fit';

const samples = (points: readonly number[], of: (at: number) => number) => points.map((at) => ({ at, value: of(at) }));
const POINTS = [1, 10, 100, 1_000, 10_000];

it('finds the power law that numbers follow', () => {
  const { slope, factor } = fitPowerLaw(samples(POINTS, (at) => 3 * at ** 1.5));
  expect(slope).toBeCloseTo(1.5, 10);
  expect(factor).toBeCloseTo(3, 10);
});

it('fits the upper half of what may grow, three samples at least, and all of what is flat', () => {
  const all = samples([1, 2, 3, 4, 5, 6, 7, 8], (at) => at);
  expect(fitted(all, 'linear').map(({ at }) => at)).toEqual([5, 6, 7, 8]);
  expect(fitted(all.slice(0, 4), 'linear').map(({ at }) => at)).toEqual([2, 3, 4]);
  expect(fitted(all, 'flat')).toBe(all);
});

describe('what is expected to be linear', () => {
  const linear = { growth: 'linear', room: 1.5 } as const;

  it.each([
    ['in proportion', (at: number) => 2 * at],
    ['less than in proportion', (at: number) => 1_000 + at],
    ['hardly more than in proportion', (at: number) => at ** 1.05],
  ])('may grow %s', (_, of) => {
    expect(judge(samples(POINTS, of), linear).holds).toBe(true);
  });

  it('may not grow as a square, even where a constant hides it below', () => {
    const verdict = judge(
      samples(POINTS, (at) => 1_000 + at ** 2),
      linear,
    );
    expect(verdict.holds).toBe(false);
    expect(verdict.allowed).toBe(150);
    expect(verdict.grows).toBeGreaterThan(1_000);
  });
});

describe('what is expected to be flat', () => {
  const flat = { growth: 'flat', room: 1.5 } as const;

  it('may go up and down', () => {
    const values = [10, 13, 9, 11, 12];
    const verdict = judge(
      POINTS.map((at, i) => ({ at, value: values[i] as number })),
      flat,
    );
    expect(verdict).toMatchObject({ holds: true, allowed: 1.5 });
  });

  it('may not grow by a little with each point', () => {
    expect(
      judge(
        samples(POINTS, (at) => at ** 0.1),
        flat,
      ),
    ).toMatchObject({ holds: false });
  });
});
