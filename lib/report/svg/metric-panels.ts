import type { EpochRecord, History } from '../../metrics/history/history';
import { baseName, formatMetric, titleOf, VALIDATION } from '../../metrics/shown';
import { COLOURS } from './colours';
import { enclosingTicks, tickFormat, type Ticks } from './scale';

export interface Series {
  readonly name: 'Train' | 'Validation' | 'Learning rate';
  readonly colour: string;
  /** One value an epoch; NaN where there is none that can be drawn. */
  readonly values: readonly number[];
  /** Measured within epochs, in their order. */
  readonly within?: readonly ValueWithin[];
}

export interface ValueWithin {
  /** In epochs: 1.5 is in the middle of the second. */
  readonly at: number;
  readonly step: number;
  readonly value: number;
}

/** One metric over the epochs, of training and of validation, as far as they are there. */
export interface Panel {
  readonly heading: string;
  readonly series: readonly Series[];
  readonly ticks: Ticks;
  /** Of a value on the axis. */
  readonly format: (value: number) => string;
  /** Of a value that is read by itself, with all its digits. */
  readonly exact: (value: number) => string;
}

const TICKS = 5;
/** Differences of larger numbers, and steps between smaller ones, are no numbers. */
const LARGEST = 1e300;
const SMALLEST = 1e-300;
/** A range that is a smaller part of its numbers is noise. */
const SMALLEST_SHARE = 1e-5;

/** What a history has of its epochs. */
export type Curves = Pick<History, 'epochs' | 'validations' | 'metrics'>;

/** A panel for each metric, the loss first, others in the order in which they came; then one of the learning rate, where it is known. */
export function metricPanels(curves: Curves): readonly Panel[] {
  const { epochs, validations = [] } = curves;
  const names = new Set([...epochs, ...validations].flatMap(({ metrics }) => Object.keys(metrics).map(baseName)));
  const ordered = [...names].sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
  return [...ordered.map((name) => panelOf(name, curves)), ...ratePanel(epochs)];
}

function panelOf(name: string, { epochs, validations = [], metrics: shown }: Curves): Panel {
  const key = VALIDATION + name;
  const within = validations
    .filter(({ metrics }) => key in metrics)
    .map((record) => ({ at: placeWithin(record, epochs), step: record.step, value: drawable(record.metrics[key]) }));
  const valuesOf = (metric: string): number[] => epochs.map(({ metrics }) => drawable(metrics[metric]));
  const has = (metric: string): boolean => epochs.some(({ metrics }) => metric in metrics);
  const series: Series[] = [
    ...(has(name) ? [{ name: 'Train' as const, colour: COLOURS.train, values: valuesOf(name) }] : []),
    ...(has(key) || within.length > 0
      ? [{ name: 'Validation' as const, colour: COLOURS.validation, values: valuesOf(key), within }]
      : []),
  ];
  const values = series
    .flatMap((one) => [...one.values, ...(one.within ?? []).map(({ value }) => value)])
    .filter(Number.isFinite);
  const { shownAs, better } = shown[name] ?? {};
  const common = { heading: titleOf(name), series, exact: (value: number) => formatMetric(name, value, shown) };
  if (shownAs === 'percent') {
    const ticks = better === 'lower' ? errorTicks(values) : shareTicks(values);
    return { ...common, ticks, format: percentFormat(ticks) };
  }
  const ticks = numberTicks(better === 'lower' ? withZero(values) : values);
  return { ...common, ticks, format: tickFormat(ticks) };
}

function ratePanel(epochs: readonly EpochRecord[]): Panel[] {
  if (!epochs.some(({ learningRate }) => learningRate !== undefined)) return [];
  const values = epochs.map(({ learningRate }) => drawable(learningRate));
  const ticks = numberTicks(withZero(values.filter(Number.isFinite)));
  const heading = 'Learning rate';
  const exact = (value: number): string => (value === 0 ? '0' : String(Number(value.toPrecision(4))));
  return [
    { heading, series: [{ name: heading, colour: COLOURS.train, values }], ticks, format: tickFormat(ticks), exact },
  ];
}

/** Where a step lies on the axis of the epochs. Of the epoch under way, which may have more steps than were done, as if it were as long as the one before. */
function placeWithin(
  { epoch, step }: { readonly epoch: number; readonly step: number },
  epochs: readonly EpochRecord[],
): number {
  const before = epochs[epoch - 2]?.step ?? 0;
  const after = epochs[epoch - 1]?.step ?? before + Math.max(before - (epochs[epoch - 3]?.step ?? 0), step - before);
  return epoch - 1 + (after > before ? Math.min(1, Math.max(0, (step - before) / (after - before))) : 0.5);
}

function drawable(value = NaN): number {
  const size = Math.abs(value);
  return size <= LARGEST ? (size < SMALLEST ? 0 : value) : NaN;
}

/** The axis ends at 100 % and starts low enough to be honest about small differences. */
function shareTicks(values: readonly number[]): Ticks {
  return enclosingTicks(lowest([...values, 0.8]), highest([...values, 1]), TICKS);
}

/** Of a share that should be small the axis starts at 0. */
function errorTicks(values: readonly number[]): Ticks {
  return enclosingTicks(lowest([...values, 0]), highest([...values, 0.2]), TICKS);
}

/** Of what should be small the axis starts at 0, unless it can be less. */
const withZero = (values: readonly number[]): readonly number[] => (lowest(values) > 0 ? [...values, 0] : values);

/** The axis has 0 on it unless all values are far from it, beside their range. A constant is in its middle. */
function numberTicks(values: readonly number[]): Ticks {
  if (values.every((value) => value === 0)) return enclosingTicks(0, 1, TICKS);
  const [low, high] = [lowest(values), highest(values)];
  if (low >= 0 && low <= high / 2) return enclosingTicks(0, high, TICKS);
  if (high <= 0 && high >= low / 2) return enclosingTicks(low, 0, TICKS);
  const size = Math.max(Math.abs(low), Math.abs(high));
  const isConstant = high - low <= size * SMALLEST_SHARE;
  return isConstant ? enclosingTicks(low - size / 10, high + size / 10, TICKS) : enclosingTicks(low, high, TICKS);
}

function percentFormat(ticks: Ticks): (value: number) => string {
  const format = tickFormat({ values: [], step: 100 * ticks.step, low: 100 * ticks.low, high: 100 * ticks.high });
  return (value) => `${format(100 * value)} %`;
}

const lowest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const highest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
