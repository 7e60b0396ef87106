import { COLOURS } from './colours';
import { element, escapeXml, shortenText, textElement, textWidth } from './markup';
import type { Panel, Series } from './metric-panels';
import { countingTicks, linearScale } from './scale';

/** The plot's size, and the room beside it, above it and below it. */
export const PANEL = { width: 400, height: 260, gap: 84, left: 60, heading: 40, bottom: 52 } as const;

/** What a chart of one panel may have otherwise. */
export interface PanelSize {
  readonly width: number;
  readonly height: number;
  /** Default: with heading and legend. */
  readonly bare?: boolean;
}

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

export type Scale = (value: number) => number;

interface Drawing extends Place, PanelSize {
  readonly epochs: number;
  readonly x: Scale;
  readonly y: Scale;
}

function drawAxes(panel: Panel, { left, top, width, height, epochs, x, y }: Drawing): string {
  const bottom = top + height;
  const rows = panel.ticks.values.map(
    (value) =>
      element('path', { d: `M${left} ${y(value).toFixed(2)}h${width}`, stroke: COLOURS.grid }) +
      textElement(panel.format(value), { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }),
  );
  const columns = countingTicks(epochs, 8).map(
    (value) =>
      element('path', { d: `M${x(value).toFixed(2)} ${bottom}v5`, stroke: COLOURS.axis }) +
      textElement(String(value), { x: x(value), y: bottom + 19, 'text-anchor': 'middle' }),
  );
  return [
    element('g', { 'font-size': 12, fill: COLOURS.muted }, [...rows, ...columns].join('\n')),
    element('path', { d: `M${left} ${bottom}h${width}`, stroke: COLOURS.axis }),
    textElement('Epoch', {
      x: left + width / 2,
      y: bottom + 42,
      'font-size': 13,
      'text-anchor': 'middle',
      fill: COLOURS.text,
    }),
  ].join('\n');
}

interface Point {
  readonly at: number;
  readonly value: number;
  readonly when: string;
}

/** The values of a curve from left to right. */
function pointsOf({ values, within = [] }: Series): Point[] {
  const ends = values.map((value, i) => ({ at: i + 1, value, when: `epoch ${i + 1}` }));
  const between = within.map(({ at, step, value }) => ({ at, value, when: `step ${step}` }));
  return [...ends, ...between].sort((a, b) => a.at - b.at);
}

function drawSeries(series: Series, exact: Panel['exact'], { x, y }: Drawing): string {
  const { colour } = series;
  // Validation that was asked for within epochs alone has nothing at their ends.
  const isWithin = series.within !== undefined && !series.values.some(Number.isFinite);
  const points = pointsOf(isWithin ? { ...series, values: [] } : series);
  const isGap = (index: number): boolean => !Number.isFinite(points[index]?.value);
  let path = '';
  const markers: string[] = [];
  points.forEach(({ at, value, when }, index) => {
    if (isGap(index)) return;
    const [px, py] = [x(at), y(value)];
    path += `${isGap(index - 1) ? 'M' : 'L'}${px.toFixed(2)} ${py.toFixed(2)}`;
    // A line of no length shows as a dot: an epoch between two gaps has no other mark in a long run.
    if (isGap(index - 1) && isGap(index + 1)) path += 'h0';
    if (points.length > MAX_MARKERS) return;
    const name = `${series.name}, ${when}: ${exact(value)}`;
    const dot = {
      cx: px,
      cy: py,
      r: when.startsWith('epoch') ? 4 : 3.25,
      fill: colour,
      stroke: '#ffffff',
      'stroke-width': 1.5,
    };
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

/** The pixels of the epochs in a plot: markers at the first and last stay clear of its edges. */
export function epochScale(panel: Panel, epochs: number, left: number, width: number): Scale {
  const within = panel.series.flatMap((one) => (one.within ?? []).map(({ at }) => at));
  const [first, last] = [Math.min(1, ...within), Math.max(epochs, 1, ...within)];
  const margin = first === last ? 0.5 : 0;
  return linearScale(first - margin, last + margin, left + 14, left + width - 14);
}

/** A line chart of one metric over the epochs, with its heading, legend and axes. */
export function drawPanel(panel: Panel, place: Place, epochs: number, size: PanelSize = PANEL): string {
  const { left, top } = place;
  const { width, height, bare = false } = size;
  const x = epochScale(panel, epochs, left, width);
  const y = linearScale(panel.ticks.low, panel.ticks.high, top + height, top);
  const drawing: Drawing = { ...place, width, height, epochs, x, y };
  return element(
    'g',
    {},
    bare ? '' : drawHeading(panel, place, width),
    drawAxes(panel, drawing),
    ...panel.series.map((series) => drawSeries(series, panel.exact, drawing)),
  );
}

function drawHeading(panel: Panel, { left, top }: Place, width: number): string {
  const legend = drawLegend(panel.series, left + width, top - 18);
  const heading = { x: left, y: top - 18, 'font-size': HEADING_SIZE, 'font-weight': 700, fill: COLOURS.text };
  return textElement(shortenText(panel.heading, legend.left - left, HEADING_SIZE), heading) + legend.markup;
}
