import { z } from 'zod';
import type { Json } from '../../base/described';
import type { Callback, Run } from '../callback';
import type { EpochRecord } from '../run-state';
import { defineCallback } from './registry';
import { WatchedMetric } from './watched-metric';

const schema = z.object({
  /** A metric of the epochs, such as `val_accuracy`. */
  monitor: z.string().min(1).default('val_loss'),
  /** Of the learning rate, each time. */
  factor: z.number().gt(0).lt(1).default(0.1),
  /** Epochs without an improvement after which the learning rate is reduced. */
  patience: z.int().positive().default(10),
  /** What is not better by more than this is no improvement. */
  minDelta: z.number().nonnegative().default(1e-4),
  /** Epochs after a reduction that do not count. */
  cooldown: z.int().nonnegative().default(0),
  /** The learning rate is not reduced below this. */
  minRate: z.number().nonnegative().default(0),
  /** Whether lower or higher is better. Default: as the metric says. */
  mode: z.enum(['min', 'max']).exactOptional(),
});
type Options = z.output<typeof schema>;

const memory = z.strictObject({
  best: z.number().nullable(),
  waited: z.int().nonnegative(),
  cooling: z.int().nonnegative(),
});

/**
 * Reduces the learning rate of a run that no longer gets better, whatever its schedule is, as Keras' `ReduceLROnPlateau` does. A NaN is never better. Throws UsageError
 * for options out of range, and as a callback for a metric that is not measured.
 */
export const reduceOnPlateau = defineCallback('reduceOnPlateau', schema, (given) => new ReduceOnPlateau(given));

class ReduceOnPlateau implements Callback {
  readonly name: string;
  readonly critical = true;
  private readonly watched: WatchedMetric;
  private best: number | undefined;
  private waited = 0;
  /** Epochs to come that do not count. */
  private cooling = 0;

  constructor(private readonly options: Options) {
    this.name = `reduceOnPlateau(${options.monitor})`;
    this.watched = new WatchedMetric('reduceOnPlateau', options);
  }

  onTrainBegin(run: Run): void {
    this.watched.begin(run);
  }

  onEpochEnd({ metrics, learningRate }: EpochRecord, run: Run): void {
    const { monitor, patience, cooldown } = this.options;
    const value = metrics[monitor];
    // Where validation is not made in each epoch.
    if (value === undefined) return;
    if (this.cooling > 0) {
      this.cooling -= 1;
      this.waited = 0;
    }
    if (this.watched.isBetter(value, this.best)) {
      this.best = value;
      this.waited = 0;
    } else if (this.cooling === 0) {
      this.waited += 1;
      if (this.waited < patience || !this.reduce(learningRate, run)) return;
      this.waited = 0;
      this.cooling = cooldown;
    }
  }

  state(): z.output<typeof memory> {
    return { best: this.best ?? null, waited: this.waited, cooling: this.cooling };
  }

  restore(state: Json): void {
    const { best, waited, cooling } = memory.parse(state);
    this.best = best ?? undefined;
    this.waited = waited;
    this.cooling = cooling;
  }

  /** Whether it could be reduced. */
  private reduce(learningRate = Infinity, run: Run): boolean {
    const { factor, minRate } = this.options;
    if (learningRate <= minRate) return false;
    run.control.scaleRate(Math.max(factor, minRate / learningRate));
    return true;
  }
}
