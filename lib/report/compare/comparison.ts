import type { Json } from '../../base/described';
import { UsageError } from '../../base/errors';
import type { History } from '../../metrics/history/history';
import type { Metrics } from '../../metrics/metric';
import { baseName, type ShownMetrics, VALIDATION } from '../../metrics/shown';

/** A run that is compared. */
export interface NamedRun {
  readonly name: string;
  readonly history: History;
}

/** The best value of a metric, and in which epoch. */
export interface Best {
  readonly value: number;
  readonly epoch: number;
}

/** What a run came to. */
export interface ComparedRun extends NamedRun {
  /** Epochs that it completed. */
  readonly epochs: number;
  /** Wall-clock time of those. */
  readonly seconds: number;
  /** Of its final evaluation; nothing where it was ended before that. */
  readonly final: Metrics;
  /** Of each metric of its epochs, by its name there. */
  readonly best: Readonly<Record<string, Best>>;
}

/** An option in which runs differ, nested ones by their path such as `optimizer.learningRate`; undefined of a run that has none. */
export interface Difference {
  readonly option: string;
  readonly values: readonly (Json | undefined)[];
}

export interface Comparison {
  readonly runs: readonly ComparedRun[];
  readonly differences: readonly Difference[];
  /** The metrics that are told of, without `val_`. */
  readonly metrics: readonly string[];
  readonly shown: ShownMetrics;
}

export interface ComparisonOptions {
  /** Which metrics, by their names with `val_` or without. Default: all that any of the runs has, the loss first. */
  readonly metrics?: readonly string[];
  /** By what they are sorted, the best, shortest or first one first: `name`, `epochs`, `time`, or a metric: `val_accuracy` by its best epoch, `accuracy` by the final evaluation. Default: as they are given. */
  readonly sort?: string;
}

/** Sets runs beside one another. Throws {@link UsageError} for a metric that none of them has. */
export function compareRuns(given: readonly NamedRun[], { metrics, sort }: ComparisonOptions = {}): Comparison {
  const shown: ShownMetrics = Object.assign({}, ...given.map(({ history }) => history.metrics)) as ShownMetrics;
  const compared = given.map((run) => comparedRun(run, shown));
  const there = metricsOf(compared);
  const named = metrics?.map(baseName) ?? there;
  for (const name of named) checkThere(name, there);
  const runs = sort === undefined ? compared : sorted(compared, sort, there, shown);
  return { runs, differences: differencesOf(runs), metrics: [...new Set(named)], shown };
}

/** What a run is best at, by the name of a metric in its epochs: in validation where it has any. */
export function bestOf({ best }: ComparedRun, metric: string): (Best & { readonly validated: boolean }) | undefined {
  const validated = best[VALIDATION + metric];
  const found = validated ?? best[metric];
  return found && { ...found, validated: validated !== undefined };
}

const isLower = (name: string, shown: ShownMetrics): boolean =>
  (shown[baseName(name)]?.better ?? (baseName(name) === 'loss' ? 'lower' : 'higher')) === 'lower';

function comparedRun({ name, history }: NamedRun, shown: ShownMetrics): ComparedRun {
  const { epochs, evaluate } = history;
  const best: Record<string, Best> = {};
  for (const { epoch, metrics } of epochs)
    for (const [metric, value] of Object.entries(metrics)) {
      const earlier = best[metric];
      const isBetter =
        earlier === undefined || (isLower(metric, shown) ? value < earlier.value : value > earlier.value);
      if (Number.isFinite(value) && isBetter) best[metric] = { value, epoch };
    }
  const seconds = epochs.reduce((sum, record) => sum + record.seconds, 0);
  return { name, history, epochs: epochs.length, seconds, final: evaluate?.metrics ?? {}, best };
}

function metricsOf(runs: readonly ComparedRun[]): string[] {
  const names = runs.flatMap(({ final, history }) => [
    ...history.epochs.flatMap(({ metrics }) => Object.keys(metrics).map(baseName)),
    ...Object.keys(final),
  ]);
  return [...new Set(names)].sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
}

function checkThere(name: string, there: readonly string[]): void {
  if (!there.includes(name))
    throw new UsageError(`None of the runs has measured "${name}": there is ${there.join(', ') || 'nothing'}`);
}

function sorted(
  runs: readonly ComparedRun[],
  by: string,
  there: readonly string[],
  shown: ShownMetrics,
): readonly ComparedRun[] {
  if (by === 'name') return [...runs].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  if (by === 'epochs' || by === 'time') {
    const key = by === 'time' ? 'seconds' : by;
    return [...runs].sort((a, b) => a[key] - b[key]);
  }
  checkThere(baseName(by), there);
  const sign = isLower(by, shown) ? 1 : -1;
  const valueOf = ({ final, best }: ComparedRun): number => {
    const value = final[by] ?? best[by]?.value ?? NaN;
    // Of a run that has no such number nobody knows how good it is.
    return Number.isFinite(value) ? sign * value : Infinity;
  };
  return [...runs].sort((a, b) => (valueOf(a) === valueOf(b) ? 0 : valueOf(a) - valueOf(b)));
}

function differencesOf(runs: readonly ComparedRun[]): Difference[] {
  const configs = runs.map(({ history }) => new Map(leaves(history.config, '')));
  const options = new Set(configs.flatMap((config) => [...config.keys()]));
  return [...options].flatMap((option) => {
    const values = configs.map((config) => config.get(option));
    return new Set(values.map((value) => JSON.stringify(value))).size > 1 ? [{ option, values }] : [];
  });
}

function* leaves(value: Json, path: string): Generator<[path: string, value: Json]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) yield [path, value];
  else for (const [name, inner] of Object.entries(value)) yield* leaves(inner, path === '' ? name : `${path}.${name}`);
}
