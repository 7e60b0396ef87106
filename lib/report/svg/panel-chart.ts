import { COLOURS } from './colours';
import { element, escapeXml, shortenText, textElement, textWidth } from './markup';
import type { Panel, Series } from './metric-panels';
import { countingTicks, linearScale } from './scale';

/** The plot's size, and the room beside it, above it and below it. */
export const PANEL = { width: 400, height: 260, gap: 84, left: 60, heading: 40, bottom: 52 } as const;
/** More markers than this run into one another. */
const MAX_MARKERS = 40;
const HEADING_SIZE = 15;
const LEGEND_SIZE = 13;
const LEGEND_LINE = 26;

/** The upper left corner of a plot. */
export interface Place {
  readonly left: number;
  readonly top: number;
}

type Scale = (value: number) => number;

function drawAxes(panel: Panel, place: Place, epochs: number, x: Scale, y: Scale): string {
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

function drawSeries(series: Series, x: Scale, y: Scale): string {
  const { values, colour } = series;
  const isGap = (index: number): boolean => !Number.isFinite(values[index]);
  let path = '';
  const markers: string[] = [];
  values.forEach((value, index) => {
    if (isGap(index)) return;
    const [px, py] = [x(index + 1), y(value)];
    path += `${isGap(index - 1) ? 'M' : 'L'}${px.toFixed(2)} ${py.toFixed(2)}`;
    // A line of no length shows as a dot: an epoch between two gaps has no other mark in a long run.
    if (isGap(index - 1) && isGap(index + 1)) path += 'h0';
    if (values.length > MAX_MARKERS) return;
    const name = `${series.name}, epoch ${index + 1}: ${value.toPrecision(4)}`;
    const dot = { cx: px, cy: py, r: 4, fill: colour, stroke: '#ffffff', 'stroke-width': 1.5 };
    markers.push(element('circle', dot, element('title', {}, escapeXml(name))));
  });
  const stroke = { stroke: colour, 'stroke-width': 2.25, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };
  return (path === '' ? '' : element('path', { d: path, fill: 'none', ...stroke })) + markers.join('');
}

/** The names of the curves, set from right to left beside the panel's heading, and where they begin. */
function drawLegend(series: readonly Series[], right: number, baseline: number): { markup: string; left: number } {
  let end = right;
  const entries = [...series].reverse().map((one) => {
    const start = end - textWidth(one.name, LEGEND_SIZE) - LEGEND_LINE;
    end = start - 16;
    return (
      element('path', { d: `M${start} ${baseline - 4}h20`, stroke: one.colour, 'stroke-width': 2.25 }) +
      element('circle', { cx: start + 10, cy: baseline - 4, r: 3.5, fill: one.colour }) +
      textElement(one.name, { x: start + LEGEND_LINE, y: baseline, fill: COLOURS.text })
    );
  });
  return { markup: element('g', { 'font-size': LEGEND_SIZE }, ...entries), left: end };
}

/** A line chart of one metric over the epochs, with its heading, legend and axes. */
export function drawPanel(panel: Panel, place: Place, epochs: number): string {
  const { left, top } = place;
  const margin = epochs === 1 ? 0.5 : 0;
  // Markers at the first and last epoch stay clear of the panel's edges.
  const x = linearScale(1 - margin, Math.max(epochs, 1) + margin, left + 14, left + PANEL.width - 14);
  const y = linearScale(panel.ticks.low, panel.ticks.high, top + PANEL.height, top);
  const legend = drawLegend(panel.series, left + PANEL.width, top - 18);
  const heading = { x: left, y: top - 18, 'font-size': HEADING_SIZE, 'font-weight': 700, fill: COLOURS.text };
  return element(
    'g',
    {},
    textElement(shortenText(panel.heading, legend.left - left, HEADING_SIZE), heading),
    legend.markup,
    drawAxes(panel, place, epochs, x, y),
    ...panel.series.map((series) => drawSeries(series, x, y)),
  );
}
