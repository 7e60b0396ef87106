import type { Chart } from '../../../lib/report/svg/confusion-matrix-chart';
import { COLOURS } from '../../../lib/report/svg/colours';
import { element, escapeXml, svgDocument, textElement, textWidth } from '../../../lib/report/svg/markup';
import { linearScale } from '../../../lib/report/svg/scale';
import { fitted, fitPowerLaw } from './fit';
import type { MeasureResult, SeriesResult } from './run-series';
import { expectationText, formatPoint, formatValue, MIB } from './texts';

const PLOT = { left: 76, top: 12, width: 400, height: 230 } as const;
const WIDTH = PLOT.left + PLOT.width + 24;
const HEIGHT = PLOT.top + PLOT.height + 54;
const LABEL_SIZE = 12;
const MOST_DECADES_IN_FIVES = 2;

/** Powers of ten, and of a short range 2 and 5 times them, from `low` to `high`. */
export function logarithmicTicks(low: number, high: number): number[] {
  const factors = Math.log10(high / low) <= MOST_DECADES_IN_FIVES ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    ticks.push(...factors.map((factor) => Number(`${factor}e${power}`)));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** A range around values that is a decade high at least, so that what is flat looks flat. */
export function rangeOf(values: readonly number[]): readonly [low: number, high: number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const widen = Math.max(1.25, Math.sqrt(10 / (most / least)));
  return [least / widen, most * widen];
}

/** What was measured as points, and dashed what is expected, through the middle of the points that are fitted; both axes are logarithmic. */
export function scaleChart({ series, points }: SeriesResult, measure: MeasureResult): Chart {
  const [low, high] = rangeOf(measure.values);
  const last = points.at(-1) as number;
  const log = Math.log;
  const across = linearScale(log(points[0] as number), log(last), PLOT.left + 14, PLOT.left + PLOT.width - 14);
  const up = linearScale(log(low), log(high), PLOT.top + PLOT.height, PLOT.top);
  const x = (at: number): number => across(log(at));
  const y = (value: number): number => up(log(value));
  const floor = PLOT.top + PLOT.height;
  const unit = measure.unit === 'bytes' ? MIB : 1;
  const ticks = logarithmicTicks(low / unit, high / unit).map((tick) => tick * unit);
  const lines = ticks.map(
    (tick) =>
      element('path', { d: `M${PLOT.left} ${y(tick).toFixed(2)}h${PLOT.width}`, stroke: COLOURS.grid }) +
      textElement(formatValue(measure, tick), { x: PLOT.left - 8, y: y(tick) + 4, 'text-anchor': 'end' }),
  );
  const measured = points.map((at, i) => [x(at), y(measure.values[i] as number)] as const);
  const line = measured.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px.toFixed(2)} ${py.toFixed(2)}`).join('');
  const marks = points.map((at, i) => {
    const [px, py] = measured[i] as readonly [number, number];
    const text = `${formatPoint(series, at)} ${series.against}: ${formatValue(measure, measure.values[i] as number)}`;
    return element(
      'g',
      { class: 'mark' },
      element('title', {}, escapeXml(text)),
      element('circle', { cx: px, cy: py, r: 12, fill: '#ffffff', 'fill-opacity': 0 }),
      element('circle', { cx: px, cy: py, r: 4, fill: COLOURS.train }),
    );
  });
  const svg = svgDocument(
    {
      ...{ id: `${series.name}-${measure.name.replaceAll(' ', '-')}`, width: WIDTH, height: HEIGHT },
      title: `${measure.title} against ${series.against}`,
      description: `A curve on logarithmic axes${measure.verdict ? `; expected: ${expectationText(measure.verdict)}` : ''}.`,
    },
    element('g', { 'font-size': LABEL_SIZE, fill: COLOURS.muted }, ...lines, ...pointLabels(series, points, x, floor)),
    element('path', { d: `M${PLOT.left} ${floor}h${PLOT.width}`, stroke: COLOURS.axis }),
    expectedLine(points, measure, { x, y, low, high }),
    element('path', { d: line, fill: 'none', stroke: COLOURS.train, 'stroke-width': 2.25 }),
    ...marks,
    textElement(series.against, {
      ...{ x: PLOT.left + PLOT.width / 2, y: floor + 42, fill: COLOURS.text },
      ...{ 'font-size': 13, 'text-anchor': 'middle' },
    }),
  );
  return { svg, width: WIDTH };
}

/** From right to left, without those that would touch the one before. */
function pointLabels(
  series: SeriesResult['series'],
  points: readonly number[],
  x: (at: number) => number,
  floor: number,
): string[] {
  let free = Infinity;
  return points.toReversed().flatMap((at) => {
    const text = formatPoint(series, at);
    const half = textWidth(text, LABEL_SIZE) / 2;
    if (x(at) + half > free) return [];
    free = x(at) - half - 6;
    return [textElement(text, { x: x(at), y: floor + 18, 'text-anchor': 'middle' })];
  });
}

interface Axes {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  /** What is drawn of the values. */
  readonly low: number;
  readonly high: number;
}

function expectedLine(
  points: readonly number[],
  { values, verdict }: MeasureResult,
  { x, y, low, high }: Axes,
): string {
  if (verdict === undefined) return '';
  const { growth } = verdict.expected;
  const taken = fitted(
    points.map((at, i) => ({ at, value: values[i] as number })),
    growth,
  );
  const { slope, factor } = fitPowerLaw(taken);
  const [first, last] = [(taken[0] as { at: number }).at, (taken.at(-1) as { at: number }).at];
  const middle = Math.sqrt(first * last);
  const at = factor * middle ** slope;
  // A line that rises stays within the plot.
  const from = growth === 'linear' ? Math.max(first, (middle * low) / at) : first;
  const to = growth === 'linear' ? Math.min(last, (middle * high) / at) : last;
  const expected = (where: number): number => (growth === 'linear' ? at * (where / middle) : at);
  return element('path', {
    d: `M${x(from).toFixed(2)} ${y(expected(from)).toFixed(2)}L${x(to).toFixed(2)} ${y(expected(to)).toFixed(2)}`,
    ...{ fill: 'none', stroke: COLOURS.other, 'stroke-width': 2, 'stroke-dasharray': '7 5' },
  });
}
