import { z } from 'zod';
import { Registry } from '../base/described';
import { UsageError } from '../base/errors';
import { DEFAULT_THRESHOLD, decodeTargets, rowsOf } from '../base/task';
import type { Measured, Meter, Metric } from './metric';
import { rightShare } from './right-share';

/** What is measured, by kinds. */
export const metrics = new Registry<'metric', Metric>('metric');

/** The loss that is learned by, in nats: the mean over the clips. */
export const loss = metrics.define('loss', z.object({}), () => ({
  name: 'loss',
  better: 'lower',
  meter: () => new MeanMeter(({ losses }) => losses),
}));

/** `threshold`: of a multi-label task, in [0, 1). Default 0.5. */
const accuracyOptions = z.object({ threshold: z.number().gte(0).lt(1).exactOptional() });

/**
 * The share of clips whose class has the highest probability; of a multi-label task the share of right decisions at `threshold`, as Keras' binary accuracy. Of clips
 * that were mixed the class with the larger share counts as the true one.
 */
export const accuracy = metrics.define('accuracy', accuracyOptions, ({ threshold = DEFAULT_THRESHOLD }) => ({
  name: 'accuracy',
  better: 'higher',
  shownAs: 'percent',
  meter: ({ kind }) =>
    new MeanMeter(({ count, probabilities, targets }) => {
      const truth = decodeTargets(targets, count, kind);
      return rowsOf(probabilities, count).map((row, i) => rightShare(row, truth[i] ?? [], kind, threshold));
    }),
}));

/** A total that is no number is null, as JSON has it. */
const meanState = z.strictObject({ total: z.number().nullable(), count: z.int().nonnegative() });

/** The mean of one number a clip: what most metrics are. */
export class MeanMeter implements Meter {
  private total = 0;
  private count = 0;

  /** `each`: [count], one number a clip. */
  constructor(private readonly each: (measured: Measured) => ArrayLike<number>) {}

  add(measured: Measured): void {
    const values = this.each(measured);
    for (let i = 0; i < measured.count; i++) this.total += values[i] as number;
    this.count += measured.count;
  }

  result(): number {
    return this.total / this.count;
  }

  state(): z.output<typeof meanState> {
    return { total: Number.isFinite(this.total) ? this.total : null, count: this.count };
  }

  /** Throws {@link UsageError} for what is no state of a mean. */
  restore(state: unknown): void {
    const parsed = meanState.safeParse(state);
    if (!parsed.success)
      throw new UsageError(`${JSON.stringify(state)} is no state of a mean: expected { total, count }`);
    this.total = parsed.data.total ?? NaN;
    this.count = parsed.data.count;
  }
}
