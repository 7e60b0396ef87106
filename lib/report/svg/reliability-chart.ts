import type { ReliabilityBin } from '../../metrics/details';
import { percent } from '../../metrics/shown';
import { COLOURS } from './colours';
import type { Chart } from './confusion-matrix-chart';
import { element, escapeXml, svgDocument, textElement } from './markup';
import { linearScale } from './scale';

const ID = 'reliability';
const PLOT = { left: 64, top: 16, size: 300 } as const;
/** Below the plot: how many clips each bin has. */
const COUNTS = { gap: 16, height: 60 } as const;
const WIDTH = PLOT.left + PLOT.size + 24;
const HEIGHT = PLOT.top + PLOT.size + COUNTS.gap + COUNTS.height + 54;
const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1];

const x = linearScale(0, 1, PLOT.left, PLOT.left + PLOT.size);
const y = linearScale(0, 1, PLOT.top + PLOT.size, PLOT.top);
const floor = PLOT.top + PLOT.size + COUNTS.gap + COUNTS.height;

/**
 * A reliability diagram: of each bin of probabilities how often the prediction was right, beside the diagonal on which a calibrated model lies, and below
 * it how many clips the bin has.
 */
export function reliabilityChart(bins: readonly ReliabilityBin[]): Chart {
  const filled = bins.filter(({ count }) => count > 0);
  const most = filled.reduce((a, { count }) => Math.max(a, count), 1);
  const svg = svgDocument(
    {
      ...{ id: ID, width: WIDTH, height: HEIGHT, title: 'Reliability diagram' },
      description: 'Bars of accuracy by the probability of the prediction; a calibrated model lies on the diagonal.',
    },
    drawGrid(),
    ...filled.map((bin) => drawBin(bin, most)),
    element('path', {
      ...{ d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}`, stroke: COLOURS.muted },
      ...{ 'stroke-width': 1.5, 'stroke-dasharray': '5 4', fill: 'none', 'pointer-events': 'none' },
    }),
    drawTitles(most),
  );
  return { svg, width: WIDTH };
}

function drawBin({ from, to, confidence, accuracy, count }: ReliabilityBin, most: number): string {
  const name =
    `Probability ${percent(from)} to ${percent(to)}: ${count} ${count === 1 ? 'clip' : 'clips'}, ` +
    `mean probability ${percent(confidence)}, accuracy ${percent(accuracy)}`;
  const box = { x: x(from) + 1, width: Math.max(1, x(to) - x(from) - 2) };
  const gap = { y: y(Math.max(confidence, accuracy)), height: Math.abs(y(confidence) - y(accuracy)) };
  const counted = Math.max(1.5, (COUNTS.height * count) / most);
  return element(
    'g',
    { class: 'mark' },
    element('title', {}, escapeXml(name)),
    // Empty space of the bin too answers to a pointer.
    element('rect', { ...box, y: PLOT.top, height: floor - PLOT.top, fill: '#ffffff', 'fill-opacity': 0 }),
    element('rect', { ...box, y: y(accuracy), height: y(0) - y(accuracy), fill: COLOURS.train }),
    element('rect', { ...box, ...gap, fill: COLOURS.validation, 'fill-opacity': 0.25, stroke: COLOURS.validation }),
    element('rect', { ...box, y: floor - counted, height: counted, fill: COLOURS.other }),
  );
}

function drawGrid(): string {
  const lines = SHARES.map(
    (share) =>
      element('path', { d: `M${x(0)} ${y(share)}H${x(1)}`, stroke: COLOURS.grid }) +
      textElement(`${Math.round(share * 100)} %`, { x: x(0) - 8, y: y(share) + 4, 'text-anchor': 'end' }) +
      textElement(`${Math.round(share * 100)} %`, { x: x(share), y: floor + 18, 'text-anchor': 'middle' }),
  );
  return (
    element('g', { 'font-size': 12, fill: COLOURS.muted }, ...lines) +
    element('path', { d: `M${x(0)} ${floor}H${x(1)}M${x(0)} ${y(0)}H${x(1)}`, stroke: COLOURS.axis, fill: 'none' })
  );
}

function drawTitles(most: number): string {
  const middle = PLOT.top + PLOT.size / 2;
  return element(
    'g',
    { 'font-size': 13, 'text-anchor': 'middle', fill: COLOURS.text },
    textElement('Accuracy', { x: 14, y: middle, transform: `rotate(-90 14 ${middle})` }),
    textElement('Probability of the prediction', { x: x(0.5), y: floor + 42 }),
    textElement(`${most}`, { x: x(0) - 8, y: floor - COUNTS.height + 8, 'text-anchor': 'end', 'font-size': 12 }),
    textElement('0 clips', { x: x(0) - 8, y: floor, 'text-anchor': 'end', 'font-size': 12 }),
  );
}
