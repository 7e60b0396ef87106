import type { Described, Json } from '../base/described';
import { UsageError } from '../base/errors';
import { probabilities, type Task, TASK_KINDS } from '../base/task';
import type { Details } from './details';
import type { Measured, Meter, Metric, Metrics } from './metric';
import { metrics as kinds } from './metrics';
import type { Outcome } from './outcome';
import { VALIDATION } from './shown';

/** A metric as users name it: its kind, a description, or one of their own. */
export type MetricChoice = string | Described<'metric'> | Metric;

/**
 * The loss, always first, and what else is to be measured. Default: accuracy. Throws {@link UsageError} for an unknown kind, for two of one name, for a name that
 * is empty or begins with `val_`, and where the task is known for a metric that does not fit it.
 */
export function chosenMetrics(choices: readonly MetricChoice[] = ['accuracy'], task?: Task): readonly Metric[] {
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
  const all = [loss, ...others];
  if (task !== undefined) checkMetrics(all, task);
  return all;
}

/** Throws {@link UsageError} for a metric that cannot measure this task: it is of another kind, or lacks a class that the metric names. */
export function checkMetrics(metrics: readonly Metric[], task: Task): void {
  for (const metric of metrics) meterOf(metric, task);
}

function meterOf(metric: Metric, task: Task): Meter {
  const { name, tasks = TASK_KINDS } = metric;
  if (!tasks.includes(task.kind))
    throw new UsageError(
      `The metric ${name} is for ${tasks.join(' and ')} tasks, and this one is ${task.kind}: leave it out`,
    );
  return metric.meter(task);
}

const takesLong = (meter: Meter): boolean => 'finish' in meter;

const isLoss = ({ name }: Metric): boolean => name === 'loss';

const isMetric = (choice: unknown): choice is Metric =>
  typeof choice === 'object' && choice !== null && 'meter' in choice;

/** All metrics of one pass over a source. */
export class Meters {
  private meters: ReadonlyMap<string, Meter>;
  private seen = 0;
  private finished = false;

  /** Throws {@link UsageError} for a metric that cannot measure this task. */
  constructor(
    metrics: readonly Metric[],
    private readonly task: Task,
  ) {
    this.meters = new Map(metrics.map((metric) => [metric.name, meterOf(metric, task)]));
  }

  /** Without the metrics that are told at the end of a pass only: for a look at it while it goes on. */
  static soFar(metrics: readonly Metric[], task: Task): Meters {
    const meters = new Meters(metrics, task);
    meters.meters = new Map([...meters.meters].filter(([, meter]) => !takesLong(meter)));
    return meters;
  }

  /** `targets`: row-major [batch, classes]. */
  addOutcome({ logits, losses }: Outcome, targets: Float32Array): void {
    const count = losses.length;
    this.add({ count, probabilities: probabilities(logits, count, this.task.kind), targets, losses });
  }

  add(measured: Measured): void {
    this.finished = false;
    // An object of its own: what is kept of it must not outlive a change of the caller's.
    const batch = { ...measured };
    this.meters.forEach((meter) => meter.add(batch));
    this.seen += measured.count;
  }

  /** At the end of a pass: works out, in turns of the event loop, what takes long. */
  async finish(): Promise<void> {
    for (const meter of this.meters.values()) await meter.finish?.();
    this.finished = true;
  }

  /** Clips, or videos, that were added. */
  get count(): number {
    return this.seen;
  }

  /** Those that take long are in it once {@link finish} was awaited. */
  results(): Metrics {
    return Object.fromEntries(this.told().map(([name, meter]) => [name, meter.result()]));
  }

  /** What metrics tell beside their number, by their names; of those that take long as of {@link results}. */
  details(): Details {
    const told = this.told().flatMap(([name, meter]) => {
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
    this.finished = false;
    this.meters.forEach((meter, name) => {
      const state = meters[name];
      if (state === undefined)
        throw new UsageError(`The state to go on from lacks the metric ${name}: measure what it was made with`);
      meter.restore(state);
    });
  }

  private told(): (readonly [string, Meter])[] {
    return [...this.meters].filter(([, meter]) => this.finished || !takesLong(meter));
  }
}
