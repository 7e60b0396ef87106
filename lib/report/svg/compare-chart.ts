import { baseName, titleOf, VALIDATION } from '../../metrics/shown';
import type { ComparedRun, Comparison } from '../compare/comparison';
import { element, escapeXml, shortenText, svgDocument, textElement, textWidth } from './markup';
import { darkRules, INKS, runLook } from './run-colours';
import { countingTicks, enclosingTicks, linearScale, tickFormat } from './scale';

const ID = 'compared-curves';
const PADDING = 24;
const TITLE_HEIGHT = 44;
const COLUMNS = 2;
const PLOT = { width: 420, height: 260, left: 64, gap: 84, heading: 42, bottom: 56 } as const;
const WIDTH = PADDING * 2 + PLOT.left * 2 + PLOT.width * 2 + (PLOT.gap - PLOT.left);
const LEGEND = { size: 13, line: 24, sample: 30, gap: 22, longest: 420 } as const;
/** More points than this run into one another. */
const MAX_POINTS = 40;
const TICKS = 5;
/** Larger numbers cannot be drawn. */
const LARGEST = 1e300;

type Scale = (value: number) => number;

/** One curve: a metric of one part of one run, NaN where an epoch has none. */
interface Curve {
  readonly run: number;
  readonly name: string;
  readonly part: 'training' | 'validation';
  readonly values: readonly number[];
}

function curvesOf(runs: readonly ComparedRun[], metric: string): Curve[] {
  return runs.flatMap(({ name, history: { epochs } }, run) =>
    (
      [
        ['training', metric],
        ['validation', VALIDATION + metric],
      ] as const
    ).flatMap(([part, key]): Curve[] => {
      const values = epochs.map(({ metrics }) => metrics[key] ?? NaN).map((v) => (Math.abs(v) <= LARGEST ? v : NaN));
      return values.some(Number.isFinite) ? [{ run, name, part, values }] : [];
    }),
  );
}

function drawCurve({ run, name, part, values }: Curve, x: Scale, y: Scale): string {
  const { colour, dashes } = runLook(run);
  const trained = part === 'training';
  let path = '';
  const points: string[] = [];
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const [px, py] = [x(i + 1), y(value)];
    const begins = !Number.isFinite(values[i - 1]);
    path += `${begins ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`;
    // A line of no length shows as a dot.
    if (begins && !Number.isFinite(values[i + 1])) path += 'h0';
    if (values.length > MAX_POINTS) return;
    const title = element('title', {}, escapeXml(`${name}, ${part}, epoch ${i + 1}: ${value.toPrecision(4)}`));
    points.push(element('circle', { fill: colour, cx: px, cy: py, r: trained ? 2.5 : 3.5 }, title));
  });
  const stroke = {
    ...{ stroke: colour, fill: 'none', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' },
    ...{ 'stroke-width': trained ? 1.25 : 2.25, 'stroke-dasharray': trained ? '1 5' : dashes },
  };
  return element('path', { d: path, ...stroke }) + points.join('');
}

function drawPlot(comparison: Comparison, metric: string, left: number, top: number): string {
  const { runs, shown } = comparison;
  const curves = curvesOf(runs, metric);
  const all = curves.flatMap(({ values }) => values).filter(Number.isFinite);
  const isShare = shown[baseName(metric)]?.shownAs === 'percent';
  const ticks = enclosingTicks(
    all.reduce((a, b) => Math.min(a, b), isShare ? 1 : (all[0] ?? 0)),
    all.reduce((a, b) => Math.max(a, b), isShare ? 0 : (all[0] ?? 1)),
    TICKS,
  );
  const times = isShare ? 100 : 1;
  const number = tickFormat({ ...ticks, step: ticks.step * times, low: ticks.low * times, high: ticks.high * times });
  const epochs = Math.max(1, ...curves.map(({ values }) => values.length));
  const margin = epochs === 1 ? 0.5 : 0;
  const bottom = top + PLOT.height;
  const x = linearScale(1 - margin, epochs + margin, left + 12, left + PLOT.width - 12);
  const y = linearScale(ticks.low, ticks.high, bottom, top);
  const rows = ticks.values.map(
    (value) =>
      element('path', { d: `M${left} ${y(value).toFixed(1)}h${PLOT.width}`, stroke: INKS.grid }) +
      label(`${number(value * times)}${isShare ? ' %' : ''}`, { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }),
  );
  const columns = countingTicks(epochs, 8).map((value) =>
    label(String(value), { x: x(value), y: bottom + 19, 'text-anchor': 'middle' }),
  );
  return element(
    'g',
    {},
    label(shortenText(titleOf(metric), PLOT.width, 15), {
      x: left,
      y: top - 16,
      'font-size': 15,
      'font-weight': 700,
      fill: INKS.ink,
    }),
    ...rows,
    element('path', { d: `M${left} ${bottom}h${PLOT.width}`, stroke: INKS.axis }),
    ...columns,
    label('Epoch', {
      x: left + PLOT.width / 2,
      y: bottom + 40,
      'font-size': 13,
      'text-anchor': 'middle',
      fill: INKS.ink,
    }),
    ...curves.map((curve) => drawCurve(curve, x, y)),
  );
}

const label = (content: string, attributes: Readonly<Record<string, string | number>>): string =>
  textElement(content, { 'font-size': 12, fill: INKS.muted, ...attributes });

/** The runs' names beside their colours, in lines as wide as the picture, and how high they are. */
function drawLegend(runs: readonly ComparedRun[], top: number): { readonly markup: string; readonly height: number } {
  const first = PADDING + PLOT.left;
  let [left, y] = [first, top];
  const entries = runs.map(({ name }, run) => {
    const text = shortenText(name, LEGEND.longest, LEGEND.size);
    const width = LEGEND.sample + textWidth(text, LEGEND.size) + LEGEND.gap;
    if (left > first && left + width > WIDTH - PADDING) [left, y] = [first, y + LEGEND.line];
    const look = runLook(run);
    const line = {
      d: `M${left} ${y - 4}h22`,
      stroke: look.colour,
      'stroke-width': 2.25,
      'stroke-dasharray': look.dashes,
    };
    const entry =
      element('path', line) + label(text, { x: left + LEGEND.sample, y, 'font-size': LEGEND.size, fill: INKS.ink });
    left += width;
    return entry;
  });
  return { markup: element('g', {}, ...entries), height: y - top + LEGEND.line };
}

/** The curves of several runs over one another, a plot for each metric: validation as lines, training dotted. An SVG picture, light or dark as the reader's system has it. */
export function compareChart(comparison: Comparison): string {
  const { runs } = comparison;
  const metrics = comparison.metrics.filter((metric) => curvesOf(runs, metric).length > 0);
  const legend = drawLegend(runs, PADDING + TITLE_HEIGHT + 18);
  const begin = PADDING + TITLE_HEIGHT + 6 + legend.height + PLOT.heading;
  const rowHeight = PLOT.height + PLOT.bottom + PLOT.heading;
  const plots = metrics.map((metric, i) =>
    drawPlot(
      comparison,
      metric,
      PADDING + PLOT.left + (i % COLUMNS) * (PLOT.width + PLOT.gap),
      begin + Math.floor(i / COLUMNS) * rowHeight,
    ),
  );
  const selector = `svg[aria-labelledby="${ID}-title ${ID}-desc"]`;
  const title = { x: PADDING + PLOT.left, y: PADDING + 18, 'font-size': 20, 'font-weight': 700, fill: INKS.ink };
  const subtitle = metrics.length === 0 ? 'No epoch was completed' : 'Validation as lines, training dotted';
  return svgDocument(
    {
      id: ID,
      width: WIDTH,
      height: begin - PLOT.heading + Math.ceil(metrics.length / COLUMNS) * rowHeight + PADDING,
      title: `Curves of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`,
      description: `Line charts over the epochs: ${metrics.map(titleOf).join(', ')}. Runs: ${runs.map(({ name }) => name).join(', ')}.`,
    },
    element('style', {}, darkRules(selector)),
    label('Runs compared', title),
    label(subtitle, { x: PADDING + PLOT.left, y: PADDING + 38 }),
    legend.markup,
    ...plots,
  );
}
