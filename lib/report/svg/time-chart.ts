import { COLOURS } from './colours';
import type { Chart } from './confusion-matrix-chart';
import { element, escapeXml, svgDocument, textElement } from './markup';
import { countingTicks, enclosingTicks, linearScale, tickFormat } from './scale';

const ID = 'time';
const PLOT = { left: 60, top: 12, width: 560, height: 200 } as const;
const WIDTH = PLOT.left + PLOT.width + 20;
const HEIGHT = PLOT.top + PLOT.height + 54;
const WIDEST_BAR = 56;

/** A piece of a bar. */
export interface TimePart {
  readonly name: string;
  readonly colour: string;
  readonly seconds: number;
}

/** The time of an epoch, or of several that follow one another. */
export interface TimeBar {
  readonly epoch: number;
  /** Of people: `Epoch 3: 12.1 s, decoding 80 %`. */
  readonly title: string;
  /** From below. */
  readonly parts: readonly TimePart[];
}

/** Stacked bars, one for each epoch: where its time went. */
export function timeChart(bars: readonly TimeBar[]): Chart {
  const totals = bars.map(({ parts }) => parts.reduce((sum, { seconds }) => sum + seconds, 0));
  const ticks = enclosingTicks(0, Math.max(...totals, 1e-3), 4);
  const y = linearScale(ticks.low, ticks.high, PLOT.top + PLOT.height, PLOT.top);
  const slot = PLOT.width / Math.max(1, bars.length);
  const width = Math.min(WIDEST_BAR, slot * 0.72);
  const middle = (i: number): number => PLOT.left + (i + 0.5) * slot;
  const floor = PLOT.top + PLOT.height;
  const format = tickFormat(ticks);
  const lines = ticks.values.map(
    (value) =>
      element('path', { d: `M${PLOT.left} ${y(value).toFixed(2)}h${PLOT.width}`, stroke: COLOURS.grid }) +
      textElement(`${format(value)} s`, { x: PLOT.left - 8, y: y(value) + 4, 'text-anchor': 'end' }),
  );
  const named = countingTicks(bars.length, 12).map((place) =>
    textElement(String(bars[place - 1]?.epoch ?? place), {
      x: middle(place - 1),
      y: floor + 18,
      'text-anchor': 'middle',
    }),
  );
  const drawn = bars.map(({ title, parts }, i) => {
    let below = 0;
    const pieces = parts.map(({ colour, seconds }) => {
      const [from, to] = [y(below), y(below + seconds)];
      below += seconds;
      return element('rect', { x: middle(i) - width / 2, y: to, width, height: from - to, fill: colour });
    });
    const whole = { x: middle(i) - slot / 2, y: PLOT.top, width: slot, height: PLOT.height };
    return element(
      'g',
      { class: 'mark' },
      element('title', {}, escapeXml(title)),
      element('rect', { ...whole, fill: '#ffffff', 'fill-opacity': 0 }),
      ...pieces,
    );
  });
  const svg = svgDocument(
    {
      ...{ id: ID, width: WIDTH, height: HEIGHT, title: 'Time of each epoch' },
      description: 'Stacked bars over the epochs: the seconds that each waited for clips, copied, computed, validated.',
    },
    element('g', { 'font-size': 12, fill: COLOURS.muted }, ...lines, ...named),
    ...drawn,
    element('path', { d: `M${PLOT.left} ${floor}h${PLOT.width}`, stroke: COLOURS.axis }),
    textElement('Epoch', {
      ...{ x: PLOT.left + PLOT.width / 2, y: floor + 42 },
      ...{ 'font-size': 13, 'text-anchor': 'middle', fill: COLOURS.text },
    }),
  );
  return { svg, width: WIDTH };
}
