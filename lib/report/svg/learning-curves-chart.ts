import type { EpochRecord, History } from '../../metrics/history';
import { COLOURS } from './colours';
import type { Chart } from './confusion-matrix-chart';
import { element, escapeXml, svgDocument, textElement } from './markup';
import { countingTicks, enclosingTicks, linearScale, tickFormat, type Ticks } from './scale';

const PADDING = 24;
const TITLE_HEIGHT = 50;
const PANEL = { width: 400, height: 260, gap: 84, left: 52, heading: 40, bottom: 52 } as const;
/** More markers than this run into one another. */
const MAX_MARKERS = 40;

interface Series {
  readonly name: string;
  readonly colour: string;
  /** One value an epoch; NaN where there is none. */
  readonly values: readonly number[];
}

interface Panel {
  readonly heading: string;
  readonly series: readonly Series[];
  readonly ticks: Ticks;
  readonly format: (value: number) => string;
}

interface Place {
  readonly left: number;
  readonly top: number;
}

function seriesOf(epochs: readonly EpochRecord[], metric: 'loss' | 'accuracy'): readonly Series[] {
  const train = { name: 'Train', colour: COLOURS.train, values: epochs.map((record) => record[metric]) };
  const values = epochs.map((record) => record[`val_${metric}`] ?? NaN);
  if (epochs.every((record) => record[`val_${metric}`] === undefined)) return [train];
  return [train, { name: 'Validation', colour: COLOURS.validation, values }];
}

function finiteValues(series: readonly Series[]): readonly number[] {
  return series.flatMap((one) => one.values).filter(Number.isFinite);
}

function lossPanel(epochs: readonly EpochRecord[]): Panel {
  const series = seriesOf(epochs, 'loss');
  const ticks = enclosingTicks(0, Math.max(0, ...finiteValues(series)), 5);
  return { heading: 'Loss', series, ticks, format: tickFormat(ticks.step) };
}

/** The axis always ends at 100 % and starts low enough to be honest about small differences. */
function accuracyPanel(epochs: readonly EpochRecord[]): Panel {
  const series = seriesOf(epochs, 'accuracy');
  const ticks = enclosingTicks(Math.max(0, Math.min(0.8, ...finiteValues(series))), 1, 5);
  return { heading: 'Accuracy', series, ticks, format: (value) => `${Math.round(value * 100)}%` };
}

function drawAxes(
  panel: Panel,
  place: Place,
  epochs: number,
  x: (v: number) => number,
  y: (v: number) => number,
): string {
  const { left, top } = place;
  const bottom = top + PANEL.height;
  const rows = panel.ticks.values.map(
    (value) =>
      element('path', { d: `M${left} ${y(value).toFixed(2)}h${PANEL.width}`, stroke: COLOURS.grid }) +
      textElement(panel.format(value), { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }),
  );
  const columns = countingTicks(epochs, 8).map(
    (value) =>
      element('path', { d: `M${x(value).toFixed(2)} ${bottom}v5`, stroke: COLOURS.axis }) +
      textElement(String(value), { x: x(value), y: bottom + 19, 'text-anchor': 'middle' }),
  );
  return [
    element('g', { 'font-size': 12, fill: COLOURS.muted }, [...rows, ...columns].join('\n')),
    element('path', { d: `M${left} ${bottom}h${PANEL.width}`, stroke: COLOURS.axis }),
    textElement('Epoch', {
      x: left + PANEL.width / 2,
      y: bottom + 42,
      'font-size': 13,
      'text-anchor': 'middle',
      fill: COLOURS.text,
    }),
  ].join('\n');
}

function drawSeries(series: Series, x: (value: number) => number, y: (value: number) => number): string {
  let path = '';
  let pen = 'M';
  const markers: string[] = [];
  series.values.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      pen = 'M'; // A diverged epoch leaves a gap.
      return;
    }
    const px = x(index + 1);
    const py = y(value);
    path += `${pen}${px.toFixed(2)} ${py.toFixed(2)}`;
    pen = 'L';
    if (series.values.length > MAX_MARKERS) return;
    const name = `${series.name}, epoch ${index + 1}: ${value.toPrecision(4)}`;
    const dot = { cx: px, cy: py, r: 4, fill: series.colour, stroke: '#ffffff', 'stroke-width': 1.5 };
    markers.push(element('circle', dot, element('title', {}, escapeXml(name))));
  });
  const line = { d: path, fill: 'none', stroke: series.colour, 'stroke-width': 2.25, 'stroke-linejoin': 'round' };
  return (path === '' ? '' : element('path', line)) + markers.join('');
}

/** The names of the curves, set from right to left beside the panel's heading. */
function drawLegend(series: readonly Series[], right: number, baseline: number): string {
  let end = right;
  const entries = [...series].reverse().map((one) => {
    const width = one.name === 'Train' ? 34 : 64;
    const start = end - width - 26;
    end = start - 16;
    return (
      element('path', { d: `M${start} ${baseline - 4}h20`, stroke: one.colour, 'stroke-width': 2.25 }) +
      element('circle', { cx: start + 10, cy: baseline - 4, r: 3.5, fill: one.colour }) +
      textElement(one.name, { x: start + 26, y: baseline, fill: COLOURS.text })
    );
  });
  return element('g', { 'font-size': 13 }, ...entries);
}

function drawPanel(panel: Panel, place: Place, epochs: number): string {
  const { left, top } = place;
  const margin = epochs === 1 ? 0.5 : 0;
  // Markers at the first and last epoch stay clear of the panel's edges.
  const x = linearScale(1 - margin, Math.max(epochs, 1) + margin, left + 14, left + PANEL.width - 14);
  const y = linearScale(panel.ticks.low, panel.ticks.high, top + PANEL.height, top);
  const heading = { x: left, y: top - 18, 'font-size': 15, 'font-weight': 700, fill: COLOURS.text };
  return element(
    'g',
    {},
    textElement(panel.heading, heading),
    drawLegend(panel.series, left + PANEL.width, top - 18),
    drawAxes(panel, place, epochs, x, y),
    ...panel.series.map((series) => drawSeries(series, x, y)),
  );
}

function summarise({ epochs, evaluate }: History): string {
  const count = `${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}`;
  if (evaluate === undefined) return count;
  return `${count} · final evaluation: loss ${evaluate.loss.toFixed(3)}, accuracy ${(evaluate.accuracy * 100).toFixed(1)}%`;
}

/** Loss and accuracy over the epochs, of training and, where there is any, of validation. */
export function learningCurvesChart(history: History): Chart {
  const { epochs } = history;
  const top = PADDING + TITLE_HEIGHT + PANEL.heading;
  const first = PADDING + PANEL.left;
  const second = first + PANEL.width + PANEL.gap;
  const width = second + PANEL.width + PADDING;
  const summary = summarise(history);
  const svg = svgDocument(
    {
      id: 'learning-curves',
      width,
      height: top + PANEL.height + PANEL.bottom + PADDING / 2,
      title: `Learning curves. ${summary}`,
      description: 'Two line charts over the epochs: loss on the left, accuracy on the right.',
    },
    textElement('Learning curves', {
      x: first,
      y: PADDING + 18,
      'font-size': 20,
      'font-weight': 700,
      fill: COLOURS.text,
    }),
    textElement(summary, { x: first, y: PADDING + 40, 'font-size': 14, fill: COLOURS.muted }),
    drawPanel(lossPanel(epochs), { left: first, top }, epochs.length),
    drawPanel(accuracyPanel(epochs), { left: second, top }, epochs.length),
  );
  return { svg, width };
}
