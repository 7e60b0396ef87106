import type { History } from '../../metrics/history/history';
import { describeMetrics } from '../../metrics/shown';
import { COLOURS } from './colours';
import type { Chart } from './confusion-matrix-chart';
import { shortenText, svgDocument, textElement } from './markup';
import { metricPanels } from './metric-panels';
import { drawPanel, PANEL, type Place } from './panel-chart';

const PADDING = 24;
const TITLE_HEIGHT = 50;
const COLUMNS = 2;
const SUMMARY_SIZE = 14;

function summarise({ epochs, evaluate, metrics }: History): string {
  const count = `${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}`;
  return evaluate === undefined ? count : `${count} · final evaluation: ${describeMetrics(evaluate.metrics, metrics)}`;
}

function placeOf(panel: number): Place {
  const row = Math.floor(panel / COLUMNS);
  const column = panel % COLUMNS;
  return {
    left: PADDING + PANEL.left + column * (PANEL.width + PANEL.gap),
    top: PADDING + TITLE_HEIGHT + PANEL.heading + row * (PANEL.heading + PANEL.height + PANEL.bottom),
  };
}

/** Every metric over the epochs, the loss first, of training and, where there is any, of validation: two panels in a row. */
export function learningCurvesChart(history: History): Chart {
  const { epochs } = history;
  const panels = metricPanels(history);
  const first = PADDING + PANEL.left;
  const last = placeOf(panels.length - 1);
  const width = placeOf(Math.min(panels.length, COLUMNS) - 1).left + PANEL.width + PADDING;
  const summary = summarise(history);
  const svg = svgDocument(
    {
      id: 'learning-curves',
      width,
      height: last.top + PANEL.height + PANEL.bottom + PADDING / 2,
      title: `Learning curves. ${summary}`,
      description: `Line charts over the epochs: ${panels.map(({ heading }) => heading).join(', ')}.`,
    },
    textElement('Learning curves', {
      x: first,
      y: PADDING + 18,
      'font-size': 20,
      'font-weight': 700,
      fill: COLOURS.text,
    }),
    textElement(shortenText(summary, width - PADDING - first, SUMMARY_SIZE), {
      ...{ x: first, y: PADDING + 40, 'font-size': SUMMARY_SIZE, fill: COLOURS.muted },
    }),
    ...panels.map((panel, i) => drawPanel(panel, placeOf(i), epochs.length)),
  );
  return { svg, width };
}
