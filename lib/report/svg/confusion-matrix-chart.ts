import type { ConfusionMatrix } from '../../metrics/confusion-matrix';
import { percent } from '../../metrics/shown';
import { COLOURS, heatColour, heatStops, heatTextColour } from './colours';
import { element, escapeXml, svgDocument, textElement, shortenText, textWidth } from './markup';
import { linearScale } from './scale';

const ID = 'confusion-matrix';
const PADDING = 24;
const TITLE_HEIGHT = 58;
const AXIS_TITLE_SIZE = 14;
const AXIS_TITLE_SPACE = 30;
const LABEL_GAP = 8;
const MAX_LABEL_WIDTH = 190;
const COLOUR_BAR = { gap: 26, width: 16, maxHeight: 720, labels: 72 } as const;
/** Up to this many classes also the empty cells show their 0; beyond it zeros only hide what counts. */
const MAX_CLASSES_WITH_ZEROS = 12;

type Turn = 0 | 45 | 90;

interface Layout {
  readonly size: number;
  readonly cell: number;
  readonly grid: number;
  readonly labelSize: number;
  readonly countSize: number;
  readonly labels: readonly string[];
  /** By how many degrees the labels under the columns are turned. */
  readonly turn: Turn;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function subtitle(matrix: ConfusionMatrix): string {
  if (matrix.total === 0) return 'No clips were evaluated';
  const clips = matrix.total === 1 ? 'clip' : 'clips';
  return `Accuracy ${percent(matrix.accuracy)} (${matrix.correct} of ${matrix.total} ${clips})`;
}

/** The size of the counts: readable in small cells, not shouting in large ones, and the longest number fits. */
function countFontSize(cell: number, matrix: ConfusionMatrix): number {
  const largest = matrix.counts.reduce((most, row) => row.reduce((a, b) => Math.max(a, b), most), 0);
  const wanted = clamp(cell * 0.26, Math.min(8, cell * 0.55), 20);
  return Math.min(wanted, (cell * 0.88) / (String(largest).length * 0.58));
}

function labelTurn(cell: number, labelSize: number, longest: number): Turn {
  if (longest <= cell - LABEL_GAP) return 0;
  return cell >= labelSize * 2 ? 45 : 90;
}

function layOut(matrix: ConfusionMatrix, bare: boolean): Layout {
  const size = matrix.classes.length;
  const cell = clamp(Math.round(680 / Math.max(1, size)), 14, 120);
  const grid = cell * size;
  const labelSize = clamp(cell * 0.7, 9, 13);
  const labels = matrix.classes.map((name) => shortenText(name, MAX_LABEL_WIDTH, labelSize));
  const longest = labels.reduce((most, label) => Math.max(most, textWidth(label, labelSize)), 0);
  const turn = labelTurn(cell, labelSize, longest);
  const diagonal = longest * Math.SQRT1_2;
  const below = { 0: labelSize * 1.4, 45: diagonal + labelSize, 90: longest }[turn];
  const beside = PADDING + AXIS_TITLE_SPACE + longest + LABEL_GAP;
  // Turned labels run to the left of their column, out of the grid in the first ones.
  const left = turn === 45 ? Math.max(beside, PADDING + diagonal + labelSize - cell / 2) : beside;
  const top = PADDING + (bare ? 0 : TITLE_HEIGHT);
  const titles = bare ? 0 : Math.max(textWidth('Confusion matrix', 20), textWidth(subtitle(matrix), 14));
  const right = COLOUR_BAR.gap + COLOUR_BAR.width + COLOUR_BAR.labels;
  return {
    size,
    cell,
    grid,
    labelSize,
    countSize: countFontSize(cell, matrix),
    labels,
    turn,
    left,
    top,
    width: left + Math.max(grid + right, titles) + PADDING,
    height: top + Math.max(grid, 180) + LABEL_GAP + below + AXIS_TITLE_SPACE + PADDING,
  };
}

/** The element's plain name for a pointer that rests on it. */
function tooltip(text: string): string {
  return element('title', {}, escapeXml(text));
}

/** `True a, predicted b: 3 of 7 clips of a (42.9 %), of 4 taken for b (75.0 %)`. */
function describeCell({ perClass }: ConfusionMatrix, truth: number, predicted: number, count: number): string {
  const [of, taken] = [perClass[truth], perClass[predicted]];
  const share = (whole = 0): string => (whole === 0 ? '' : ` (${percent(count / whole)})`);
  const [support, calls] = [of?.support, taken?.predicted];
  return (
    `True ${of?.class ?? ''}, predicted ${taken?.class ?? ''}: ${count} of ${support} of this class${share(support)}, ` +
    `of ${calls} predicted so${share(calls)}`
  );
}

function drawCells(matrix: ConfusionMatrix, layout: Layout): string {
  const { cell, left, top, grid, countSize, size } = layout;
  const parts: string[] = [element('rect', { x: left, y: top, width: grid, height: grid, fill: heatColour(0) })];
  matrix.counts.forEach((row, truth) => {
    const support = matrix.perClass[truth]?.support ?? 0;
    row.forEach((count, predicted) => {
      if (count === 0 && size > MAX_CLASSES_WITH_ZEROS) return;
      const share = support === 0 ? 0 : count / support;
      const x = left + predicted * cell;
      const y = top + truth * cell;
      const number = textElement(String(count), {
        x: x + cell / 2,
        y: y + cell / 2 + countSize * 0.355,
        'font-size': countSize,
        fill: count === 0 ? COLOURS.muted : heatTextColour(share),
      });
      const colour = element('rect', { x, y, width: cell, height: cell, fill: heatColour(share) });
      const name = tooltip(describeCell(matrix, truth, predicted, count));
      parts.push(element('g', { class: 'mark', 'data-row': truth }, name, colour, number));
    });
  });
  return element('g', { 'text-anchor': 'middle' }, parts.join('\n'));
}

function drawGridLines({ size, cell, left, top, grid }: Layout): string {
  const lines: string[] = [];
  for (let index = 0; index <= size; index += 1) {
    const offset = index * cell;
    lines.push(`M${left} ${top + offset}h${grid}M${left + offset} ${top}v${grid}`);
  }
  const thin = { d: lines.join(''), stroke: '#ffffff', 'stroke-width': cell < 24 ? 0.75 : 1.5, fill: 'none' };
  const frame = { x: left, y: top, width: grid, height: grid, stroke: COLOURS.axis, fill: 'none' };
  return element('path', thin) + element('rect', frame);
}

function drawLabels(matrix: ConfusionMatrix, layout: Layout): string {
  const { cell, left, top, grid, labelSize, labels, turn } = layout;
  const rows = labels.map((label, index) =>
    element(
      'text',
      { x: left - LABEL_GAP, y: top + (index + 0.5) * cell + labelSize * 0.355, 'text-anchor': 'end' },
      tooltip(matrix.classes[index] ?? ''),
      escapeXml(label),
    ),
  );
  const columns = labels.map((label, index) => {
    const middle = left + (index + 0.5) * cell;
    const under = top + grid + LABEL_GAP;
    const [x, y] = {
      0: [middle, under + labelSize],
      45: [middle + 4, under + 4],
      90: [middle + labelSize * 0.355, under],
    }[turn] as [number, number];
    const place = { x, y, 'text-anchor': turn === 0 ? 'middle' : 'end' };
    const turned = turn === 0 ? place : { ...place, transform: `rotate(-${turn} ${x.toFixed(2)} ${y.toFixed(2)})` };
    return element('text', turned, tooltip(matrix.classes[index] ?? ''), escapeXml(label));
  });
  return element('g', { 'font-size': labelSize, fill: COLOURS.text }, [...rows, ...columns].join('\n'));
}

function drawAxisTitles({ left, top, grid, height }: Layout): string {
  const x = PADDING + AXIS_TITLE_SIZE;
  const y = top + grid / 2;
  return element(
    'g',
    { 'font-size': AXIS_TITLE_SIZE, 'font-weight': 700, 'text-anchor': 'middle', fill: COLOURS.text },
    textElement('True label', { x, y, transform: `rotate(-90 ${x} ${y.toFixed(2)})` }),
    textElement('Predicted label', { x: left + grid / 2, y: height - PADDING }),
  );
}

function drawColourBar({ left, top, grid }: Layout): string {
  const x = left + grid + COLOUR_BAR.gap;
  const { width } = COLOUR_BAR;
  const height = Math.min(grid, COLOUR_BAR.maxHeight);
  const y = linearScale(0, 1, top + height, top);
  const stops = heatStops().map(({ offset, colour }) => element('stop', { offset, 'stop-color': colour }));
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (share) =>
      element('path', { d: `M${x + width} ${y(share).toFixed(2)}h4`, stroke: COLOURS.axis }) +
      textElement(`${Math.round(share * 100)} %`, { x: x + width + 8, y: y(share) + 4 }),
  );
  const titleX = x + width + 62;
  return [
    element('linearGradient', { id: `${ID}-heat`, x1: 0, y1: 1, x2: 0, y2: 0 }, ...stops),
    element('rect', { x, y: top, width, height, fill: `url(#${ID}-heat)`, stroke: COLOURS.axis }),
    element('g', { 'font-size': 11, fill: COLOURS.muted }, ...ticks),
    textElement('Share of the true label', {
      x: titleX,
      y: top + height / 2,
      'font-size': 11,
      'text-anchor': 'middle',
      fill: COLOURS.muted,
      transform: `rotate(-90 ${titleX.toFixed(2)} ${(top + height / 2).toFixed(2)})`,
    }),
  ].join('\n');
}

/** A drawn picture and its width in pixels. */
export interface Chart {
  readonly svg: string;
  readonly width: number;
}

/**
 * The confusion matrix as a heat map, made for 2 to some hundred classes: true labels are rows, predicted labels columns,
 * each cell shows its count and is coloured by its share of the row, so that classes of unequal size compare.
 *
 * @param options.bare without its title, for a page that has one.
 */
export function confusionMatrixChart(matrix: ConfusionMatrix, { bare = false } = {}): Chart {
  const layout = layOut(matrix, bare);
  const summary = subtitle(matrix);
  const description =
    `Heat map of ${layout.size} classes: rows are true labels, columns predicted labels, ` +
    'each cell counts clips and is coloured by its share of the true label.';
  const svg = svgDocument(
    { id: ID, width: layout.width, height: layout.height, title: `Confusion matrix. ${summary}`, description },
    bare ? '' : drawTitle(summary, layout),
    drawCells(matrix, layout),
    drawGridLines(layout),
    drawLabels(matrix, layout),
    drawAxisTitles(layout),
    drawColourBar(layout),
  );
  return { svg, width: Math.ceil(layout.width) };
}

function drawTitle(summary: string, { left }: Layout): string {
  const title = { x: left, y: PADDING + 18, 'font-size': 20, 'font-weight': 700, fill: COLOURS.text };
  return (
    textElement('Confusion matrix', title) +
    textElement(summary, { x: left, y: PADDING + 40, 'font-size': 14, fill: COLOURS.muted })
  );
}
