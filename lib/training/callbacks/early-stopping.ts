import { z } from 'zod';
import type { Json } from '../../base/described';
import { Weights } from '../../graph/weights';
import type { Callback, Ending, Run } from '../callback';
import type { EpochRecord } from '../run-state';
import { defineCallback } from './registry';
import { WatchedMetric } from './watched-metric';

const schema = z.object({
  /** A metric of the epochs, such as `val_accuracy`. */
  monitor: z.string().min(1).default('val_loss'),
  /** Epochs without an improvement after which the run ends. */
  patience: z.int().positive().default(1),
  /** What is not better by more than this is no improvement. */
  minDelta: z.number().nonnegative().default(0),
  /** Whether lower or higher is better. Default: as the metric says. */
  mode: z.enum(['min', 'max']).exactOptional(),
  /** Improvements count only once the metric is better than this. */
  baseline: z.number().exactOptional(),
  /** The first epoch that counts. */
  startEpoch: z.int().positive().default(1),
  /** Whether a run that is stopped or complete ends with the variables of its best epoch. */
  restoreBest: z.boolean().default(true),
});
type Options = z.output<typeof schema>;

const memory = z.strictObject({
  best: z.number().nullable(),
  bestEpoch: z.int().nonnegative(),
  waited: z.int().nonnegative(),
});

/** What other callbacks keep in a snapshot: no variables of the run. */
const KEPT = '.callbacks/';

/**
 * Ends a run that no longer gets better, and gives it back the variables of its best epoch. A NaN is never better. Throws UsageError for options out of range, and as a
 * callback for a metric that is not measured.
 */
export const earlyStopping = defineCallback('earlyStopping', schema, (given) => new EarlyStopping(given));

class EarlyStopping implements Callback {
  readonly name: string;
  readonly critical = true;
  private readonly watched: WatchedMetric;
  private best: number | undefined;
  private bestEpoch = 0;
  private waited = 0;
  private bestVariables = new Weights();

  constructor(private readonly options: Options) {
    this.name = `earlyStopping(${options.monitor})`;
    this.watched = new WatchedMetric('Early stopping', options);
  }

  onTrainBegin(run: Run): void {
    this.watched.begin(run);
    // A run that was ended by it, and is gone on with as it was saved, is at its end.
    this.stopIfDue(run);
  }

  async onEpochEnd({ epoch, metrics }: EpochRecord, run: Run): Promise<void> {
    const { monitor, startEpoch, restoreBest, baseline } = this.options;
    const value = metrics[monitor];
    // Where validation is not made in each epoch.
    if (value === undefined || epoch < startEpoch) return;
    this.waited += 1;
    if (this.watched.isBetter(value, this.best)) {
      this.best = value;
      this.bestEpoch = epoch;
      if (this.watched.isBetter(value, baseline)) this.waited = 0;
      if (restoreBest) this.bestVariables = ownVariables((await run.snapshot()).variables);
    }
    this.stopIfDue(run);
  }

  async onTrainEnd({ kind }: Ending, run: Run): Promise<void> {
    if (kind !== 'completed' && kind !== 'stopped') return;
    // Who goes on with the same trainer wants more epochs.
    if (this.waited >= this.options.patience) this.waited = 0;
    if (this.bestVariables.paths().length > 0) await run.restoreVariables(this.bestVariables);
  }

  state(): z.output<typeof memory> {
    return { best: this.best ?? null, bestEpoch: this.bestEpoch, waited: this.waited };
  }

  restore(state: Json, weights: Weights): void {
    const { best, bestEpoch, waited } = memory.parse(state);
    this.best = best ?? undefined;
    this.bestEpoch = bestEpoch;
    this.waited = waited;
    this.bestVariables = weights;
  }

  weights(): Weights {
    return this.bestVariables;
  }

  private stopIfDue(run: Run): void {
    const { monitor, patience } = this.options;
    if (this.waited < patience) return;
    const epochs = `${this.waited} ${this.waited === 1 ? 'epoch' : 'epochs'}`;
    const best = this.best === undefined ? '' : `; the best is ${this.best} of epoch ${this.bestEpoch}`;
    run.control.stop(`${monitor} has not improved for ${epochs}${best}`);
  }
}

function ownVariables(variables: Weights): Weights {
  return variables.renamed((path) => (path.startsWith(KEPT) ? undefined : path));
}
