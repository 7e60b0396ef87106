/** How a cost grows with what it is measured against: not at all, or in proportion. */
export type Growth = 'flat' | 'linear';

export interface Expectation {
  readonly growth: Growth;
  /** How many times as much as that growth gives the cost may grow by over the range that is fitted: at least 1. */
  readonly room: number;
}

export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** A power law, `factor · at ** slope`. */
export interface PowerLaw {
  readonly factor: number;
  readonly slope: number;
}

export interface Verdict extends PowerLaw {
  readonly expected: Expectation;
  /** By how many times the fitted cost grows from the first fitted sample to the last. */
  readonly grows: number;
  /** By how many times it may. */
  readonly allowed: number;
  readonly holds: boolean;
}

const FEWEST_FITTED = 3;

/** The power law with the least squares of logarithms. Both numbers of each sample are above 0, and two samples at least lie at different places. */
export function fitPowerLaw(samples: readonly Sample[]): PowerLaw {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const x = mean(({ at }) => Math.log(at));
  const y = mean(({ value }) => Math.log(value));
  const variance = mean(({ at }) => (Math.log(at) - x) ** 2);
  const slope = mean(({ at, value }) => (Math.log(at) - x) * (Math.log(value) - y)) / variance;
  return { slope, factor: Math.exp(y - slope * x) };
}

/** What is fitted of rising samples: where a cost may grow the upper half, three at least, as below it what is constant hides what grows. */
export function fitted(samples: readonly Sample[], growth: Growth): readonly Sample[] {
  if (growth === 'flat') return samples;
  return samples.slice(-Math.max(FEWEST_FITTED, Math.ceil(samples.length / 2)));
}

/** Whether a cost grows by no more than is expected; less is no fault. Samples rise in `at`. */
export function judge(samples: readonly Sample[], expected: Expectation): Verdict {
  const taken = fitted(samples, expected.growth);
  const range = (taken.at(-1) as Sample).at / (taken[0] as Sample).at;
  const law = fitPowerLaw(taken);
  const grows = range ** law.slope;
  const allowed = expected.room * (expected.growth === 'linear' ? range : 1);
  return { ...law, expected, grows, allowed, holds: grows <= allowed };
}
