import { COLOURS } from './colours';
import type { Chart } from './confusion-matrix-chart';
import { element, escapeXml, svgDocument, textElement } from './markup';
import { enclosingTicks, linearScale, tickFormat } from './scale';

/** What a range of learning rates came to: losses beside rising rates. */
export interface LearningRates {
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  readonly smoothedLosses: readonly number[];
  readonly suggestion?: { readonly steepest: number; readonly minimum: number } | undefined;
}

const PLOT = { left: 84, top: 84, width: 640, height: 320, right: 24, bottom: 60 } as const;

/** The loss over the learning rate, on a logarithmic axis, with the rates that are suggested. Its single losses are faint beside their average. */
export function learningRateChart({ rates, losses, smoothedLosses, suggestion }: LearningRates): Chart {
  const powers = rates.map((rate) => Math.log10(rate));
  const from = Math.floor(Math.min(...powers, Math.max(...powers, -7)));
  const to = Math.max(from + 1, Math.ceil(Math.max(...powers, from)));
  const drawn = smoothedLosses.length === 0 ? [0] : smoothedLosses;
  const ticks = enclosingTicks(Math.min(...drawn), Math.max(...drawn), 5);
  const bottom = PLOT.top + PLOT.height;
  const x = linearScale(from, to, PLOT.left, PLOT.left + PLOT.width);
  const y = linearScale(ticks.low, ticks.high, bottom, PLOT.top);
  const inside = (value: number): number => Math.min(ticks.high, Math.max(ticks.low, value));
  const path = (values: readonly number[]): string =>
    values
      .map((value, i) => `${i === 0 ? 'M' : 'L'}${x(powers[i] as number).toFixed(2)} ${y(inside(value)).toFixed(2)}`)
      .join('');
  const format = tickFormat(ticks);
  const rows = ticks.values.map(
    (value) =>
      element('path', { d: `M${PLOT.left} ${y(value).toFixed(2)}h${PLOT.width}`, stroke: COLOURS.grid }) +
      textElement(format(value), { x: PLOT.left - 8, y: y(value) + 4, 'text-anchor': 'end' }),
  );
  const columns = Array.from({ length: to - from + 1 }, (_, i) => from + i).map(
    (power) =>
      element('path', { d: `M${x(power).toFixed(2)} ${bottom}v5`, stroke: COLOURS.axis }) +
      textElement((10 ** power).toExponential(0), { x: x(power), y: bottom + 20, 'text-anchor': 'middle' }),
  );
  const marks =
    suggestion === undefined
      ? []
      : [mark('Steepest', suggestion.steepest, x, 0), mark('Lowest / 10', suggestion.minimum, x, 1)];
  const summary = suggestionText(suggestion);
  const width = PLOT.left + PLOT.width + PLOT.right;
  const label = { 'font-size': 13, 'text-anchor': 'middle', fill: COLOURS.text };
  const svg = svgDocument(
    {
      ...{ id: 'learning-rate', width, height: bottom + PLOT.bottom, title: `Learning rates. ${summary}` },
      description: `A line chart of the loss over the learning rate, ${rates.length} steps.`,
    },
    textElement('Loss over the learning rate', { x: PLOT.left, y: 34, 'font-size': 20, 'font-weight': 700 }),
    textElement(summary, { x: PLOT.left, y: 56, 'font-size': 14, fill: COLOURS.muted }),
    element('g', { 'font-size': 12, fill: COLOURS.muted }, ...rows, ...columns),
    element('path', { d: `M${PLOT.left} ${bottom}h${PLOT.width}`, stroke: COLOURS.axis }),
    element('path', { d: path(losses), fill: 'none', stroke: COLOURS.grid, 'stroke-width': 1.5 }),
    element('path', { d: path(smoothedLosses), fill: 'none', stroke: COLOURS.train, 'stroke-width': 2.25 }),
    ...marks,
    textElement('Learning rate', { x: PLOT.left + PLOT.width / 2, y: bottom + 46, ...label }),
  );
  return { svg, width };
}

/** A rate as people write it, such as `3.2e-4`. */
const rateText = (rate: number): string => rate.toExponential(1);

const suggestionText = (suggestion: LearningRates['suggestion']): string =>
  suggestion === undefined
    ? 'The loss never fell: no rate is suggested'
    : `Steepest at ${rateText(suggestion.steepest)}; a tenth of the lowest’s is ${rateText(suggestion.minimum)}`;

/** A line at a rate, its name beside it; `row` keeps two of them apart. */
function mark(name: string, rate: number, x: (power: number) => number, row: number): string {
  const at = x(Math.log10(rate));
  return element(
    'g',
    {},
    element('title', {}, escapeXml(`${name}: ${rateText(rate)}`)),
    element('path', {
      ...{ d: `M${at.toFixed(2)} ${PLOT.top}v${PLOT.height}`, stroke: COLOURS.validation },
      ...{ 'stroke-width': 1.5, 'stroke-dasharray': '5 4' },
    }),
    textElement(name, { x: at + 6, y: PLOT.top + 14 + 18 * row, 'font-size': 12, fill: COLOURS.text }),
  );
}
