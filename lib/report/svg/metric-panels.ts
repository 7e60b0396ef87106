import type { EpochRecord } from '../../metrics/history';
import { baseName, type ShownMetrics, titleOf, VALIDATION } from '../../metrics/shown';
import { COLOURS } from './colours';
import { enclosingTicks, tickFormat, type Ticks } from './scale';

export interface Series {
  readonly name: 'Train' | 'Validation';
  readonly colour: string;
  /** One value an epoch; NaN where there is none that can be drawn. */
  readonly values: readonly number[];
}

/** One metric over the epochs, of training and of validation, as far as they are there. */
export interface Panel {
  readonly heading: string;
  readonly series: readonly Series[];
  readonly ticks: Ticks;
  readonly format: (value: number) => string;
}

const TICKS = 5;
/** Differences of larger numbers, and steps between smaller ones, are no numbers. */
const LARGEST = 1e300;
const SMALLEST = 1e-300;
/** A range that is a smaller part of its numbers is noise. */
const SMALLEST_SHARE = 1e-5;

/** A panel for each metric of a history, the loss first, others in the order in which they came. */
export function metricPanels(epochs: readonly EpochRecord[], shown: ShownMetrics): readonly Panel[] {
  const names = new Set(epochs.flatMap(({ metrics }) => Object.keys(metrics).map(baseName)));
  const ordered = [...names].sort((a, b) => Number(b === 'loss') - Number(a === 'loss'));
  return ordered.map((name) => panelOf(name, epochs, shown));
}

function panelOf(name: string, epochs: readonly EpochRecord[], shown: ShownMetrics): Panel {
  const series = [
    ...seriesOf(epochs, { key: name, name: 'Train', colour: COLOURS.train }),
    ...seriesOf(epochs, { key: VALIDATION + name, name: 'Validation', colour: COLOURS.validation }),
  ];
  const values = series.flatMap((one) => one.values).filter(Number.isFinite);
  const { shownAs, better } = shown[name] ?? {};
  const heading = titleOf(name);
  if (shownAs === 'percent') {
    const ticks = better === 'lower' ? errorTicks(values) : shareTicks(values);
    return { heading, series, ticks, format: percentFormat(ticks) };
  }
  const ticks = numberTicks(better === 'lower' ? withZero(values) : values);
  return { heading, series, ticks, format: tickFormat(ticks) };
}

function seriesOf(
  epochs: readonly EpochRecord[],
  { key, ...as }: { readonly key: string; readonly name: Series['name']; readonly colour: string },
): Series[] {
  if (!epochs.some(({ metrics }) => key in metrics)) return [];
  const drawable = (value = NaN): number => {
    const size = Math.abs(value);
    return size <= LARGEST ? (size < SMALLEST ? 0 : value) : NaN;
  };
  return [{ ...as, values: epochs.map(({ metrics }) => drawable(metrics[key])) }];
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
