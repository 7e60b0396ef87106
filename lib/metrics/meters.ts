import type { Described, Json } from '../base/described';
import { UsageError } from '../base/errors';
import { probabilities, type Task } from '../base/task';
import type { Measured, Metric, Metrics } from './metric';
import { metrics as kinds } from './metrics';
import type { Outcome } from './outcome';
import { VALIDATION } from './shown';

/** A metric as users name it: its kind, a description, or one of their own. */
export type MetricChoice = string | Described<'metric'> | Metric;

/**
 * The loss, always first, and what else is to be measured. Default: accuracy. Throws {@link UsageError} for an unknown kind, for two of one name, and for a name that
 * is empty or begins with `val_`.
 */
export function chosenMetrics(choices: readonly MetricChoice[] = ['accuracy']): readonly Metric[] {
  const chosen = choices.map((choice) => (isMetric(choice) ? choice : kinds.build(choice)));
  const [loss = kinds.build('loss')] = chosen.filter(isLoss);
  const others = chosen.filter((metric) => metric !== loss);
  const names = [loss, ...others].map(({ name }) => name);
  const wrong = names.find((name) => typeof name !== 'string' || name === '' || name.startsWith(VALIDATION));
  if (wrong !== undefined)
    throw new UsageError(
      `A metric is named ${JSON.stringify(wrong)}: give it a name that does not begin with ${VALIDATION}, which validation puts before it`,
    );
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UsageError(`Two metrics are named "${twice}": leave one out, or name it otherwise`);
  return [loss, ...others];
}

const isLoss = ({ name }: Metric): boolean => name === 'loss';

const isMetric = (choice: unknown): choice is Metric =>
  typeof choice === 'object' && choice !== null && 'meter' in choice;

/** All metrics of one pass over a source. */
export class Meters {
  private readonly meters;
  private seen = 0;

  constructor(
    metrics: readonly Metric[],
    private readonly task: Task,
  ) {
    this.meters = new Map(metrics.map((metric) => [metric.name, metric.meter(task)]));
  }

  /** `targets`: row-major [batch, classes]. */
  addOutcome({ logits, losses }: Outcome, targets: Float32Array): void {
    const count = losses.length;
    this.add({ count, probabilities: probabilities(logits, count, this.task.kind), targets, losses });
  }

  add(measured: Measured): void {
    this.meters.forEach((meter) => meter.add(measured));
    this.seen += measured.count;
  }

  /** Clips, or videos, that were added. */
  get count(): number {
    return this.seen;
  }

  results(): Metrics {
    return Object.fromEntries([...this.meters].map(([name, meter]) => [name, meter.result()]));
  }

  /** What metrics tell beside their number, by their names. */
  details(): Readonly<Record<string, Json>> {
    const told = [...this.meters].flatMap(([name, meter]) => {
      const details = meter.details?.();
      return details === undefined ? [] : [[name, details] as const];
    });
    return Object.fromEntries(told);
  }

  state(): { readonly clips: number; readonly meters: Readonly<Record<string, Json>> } {
    const states = [...this.meters].map(([name, meter]) => [name, meter.state()] as const);
    return { clips: this.seen, meters: Object.fromEntries(states) };
  }

  /** Goes on from the state of meters of the same metrics. Throws {@link UsageError} where one of them has none in it. */
  restore({ clips, meters }: ReturnType<Meters['state']>): void {
    this.seen = clips;
    this.meters.forEach((meter, name) => {
      const state = meters[name];
      if (state === undefined)
        throw new UsageError(`The state to go on from lacks the metric ${name}: measure what it was made with`);
      meter.restore(state);
    });
  }
}
