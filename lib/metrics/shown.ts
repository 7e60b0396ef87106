import type { Metric, Metrics } from './metric';

/** Before a metric's name in what validation measures. */
export const VALIDATION = 'val_';

/** The names that a run's epochs have of these metrics. `validated`: whether they are measured in validation too. */
export function namesInEpochs(metrics: readonly Metric[], validated: boolean): string[] {
  const names = metrics.map(({ name }) => name);
  return validated ? [...names, ...names.map((name) => VALIDATION + name)] : names;
}

/** The metric that decides which epoch is the best, where nobody says otherwise. */
export const defaultMonitor = (validated: boolean): string => (validated ? `${VALIDATION}loss` : 'loss');

/** How metrics are read, by their names without `val_`: what reports know of them. One that is not in it is shown as a number. */
export type ShownMetrics = Readonly<Record<string, Pick<Metric, 'better' | 'shownAs'>>>;

/** How these metrics are read, as a history keeps it. */
export function shownMetrics(metrics: readonly Metric[]): ShownMetrics {
  return Object.fromEntries(
    metrics.map(({ name, better, shownAs }) => [name, { better, ...(shownAs && { shownAs }) }]),
  );
}

/** `accuracy` of `val_accuracy`. */
export const baseName = (name: string): string => (name.startsWith(VALIDATION) ? name.slice(VALIDATION.length) : name);

/** `Top 2 accuracy` of `top_2_accuracy`; names with capitals of their own, such as `mAP`, stay as they are. */
export function titleOf(name: string): string {
  if (name !== name.toLowerCase()) return name;
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A share as `97.6 %`. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : 'not finite';
}

/** The value of the metric of this name, with `val_` before it or not: `0.2411`, `97.6 %`. */
export function formatMetric(name: string, value: number, shown: ShownMetrics): string {
  return shown[baseName(name)]?.shownAs === 'percent' ? percent(value) : formatNumber(value);
}

/** Four decimals, enough to see a loss move; of numbers that they do not suit four digits. */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) return value.toExponential(3);
  return value.toFixed(size >= 1000 ? 1 : 4);
}

/** `45.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `loss 0.2411, accuracy 97.6 %`. */
export function describeMetrics(metrics: Metrics, shown: ShownMetrics): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${formatMetric(name, value, shown)}`)
    .join(', ');
}
