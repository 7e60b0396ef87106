import type { EpochRecord, History } from '../../../metrics/history/history';
import { element, escapeXml, svgDocument } from '../../svg/markup';
import { metricPanels, type Panel } from '../../svg/metric-panels';
import { drawPanel, epochScale } from '../../svg/panel-chart';
import { chart, figure, folded, legend, muted, section, type Section, table } from '../parts';

const PLOT = { left: 56, top: 12, width: 300, height: 190, right: 10, bottom: 50, bare: true } as const;
/** Of a long run the page tells as many epochs, evenly spread, and shows as many metrics: history.json has all. */
const MOST_PLACES = 200;
const MOST_PANELS = 40;

/** Every metric over the epochs, of training and of validation, and the learning rate. */
export function curvesSection(history: History): Section | undefined {
  const panels = metricPanels(history);
  if (panels.length === 0) return undefined;
  const shown = panels.slice(0, MOST_PANELS);
  const all = placesOf(panels, history.epochs);
  const places = spread(all, MOST_PLACES);
  const figures = shown.map((panel, i) => curveFigure(panel, places, history.epochs, i));
  const notes = [
    panels.length > shown.length ? `${shown.length} of ${panels.length} metrics are shown.` : '',
    places.some(({ step }) => step !== undefined) ? 'Smaller dots are validation within an epoch.' : '',
    places.length < all.length
      ? `Values are told of ${places.length} places, evenly spread; history.json has all.`
      : '',
  ].filter((note) => note !== '');
  return section(
    'Learning curves',
    notes.length > 0 ? muted(notes.join(' ')) : '',
    element('div', { class: 'plots' }, ...figures),
  );
}

/** Where something was measured: the end of an epoch, or a step within one. */
interface PlaceInRun {
  readonly at: number;
  readonly name: string;
  readonly step?: number;
}

function placesOf(panels: readonly Panel[], epochs: readonly EpochRecord[]): readonly PlaceInRun[] {
  const ends = epochs.map(({ epoch }): PlaceInRun => ({ at: epoch, name: `Epoch ${epoch}` }));
  const within = panels
    .flatMap(({ series }) => series.flatMap((one) => one.within ?? []))
    .map(({ at, step }) => [step, { at, step, name: `Epoch ${Math.ceil(at)}, step ${step}` }] as const);
  return [...ends, ...new Map(within).values()].sort((a, b) => a.at - b.at);
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!);
}

/** What the curves of a panel have at a place, in the order of the curves. */
function valuesAt({ series }: Panel, { at, step }: PlaceInRun): readonly (number | undefined)[] {
  return series.map((one) => {
    const value = step === undefined ? one.values[at - 1] : one.within?.find((some) => some.step === step)?.value;
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  });
}

function curveFigure(
  panel: Panel,
  places: readonly PlaceInRun[],
  epochs: readonly EpochRecord[],
  index: number,
): string {
  const { heading, series, exact } = panel;
  const rows = places
    .map((place) => ({ place, values: valuesAt(panel, place) }))
    .filter(({ values }) => values.some((value) => value !== undefined));
  const width = PLOT.left + PLOT.width + PLOT.right;
  const height = PLOT.top + PLOT.height + PLOT.bottom;
  const x = epochScale(panel, epochs.length, PLOT.left, PLOT.width);
  const middles = rows.map(({ place }) => x(place.at));
  const marks = rows.map(({ place, values }, i) => {
    const here = middles[i]!;
    const from = i === 0 ? PLOT.left : (middles[i - 1]! + here) / 2;
    const to = i === rows.length - 1 ? PLOT.left + PLOT.width : (here + middles[i + 1]!) / 2;
    const lines = series.map(({ name }, at) => [name, values[at]] as const);
    const told = lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${exact(value)}`]));
    return element(
      'g',
      { class: 'mark' },
      element('title', {}, escapeXml([place.name, ...told].join('\n'))),
      element('rect', {
        class: 'band',
        x: from,
        y: PLOT.top,
        width: to - from,
        height: PLOT.height,
        'fill-opacity': 0,
      }),
      element('path', { class: 'rule', d: `M${here.toFixed(2)} ${PLOT.top}v${PLOT.height}`, 'pointer-events': 'none' }),
    );
  });
  const svg = svgDocument(
    {
      id: `curve-${index}`,
      width,
      height,
      title: heading,
      description: `${heading} over the epochs, as a line chart.`,
    },
    drawPanel(panel, PLOT, epochs.length, PLOT),
    ...marks,
  );
  const numbers = table(
    rows,
    [
      { heading: 'When', value: ({ place }) => place.name, style: 'name' },
      ...series.map(({ name }, at) => ({
        heading: name,
        value: ({ values }: (typeof rows)[number]) => (values[at] === undefined ? '–' : exact(values[at])),
        style: 'number' as const,
      })),
    ],
    { caption: `${heading} by epoch` },
  );
  const names = series.length > 1 || series[0]?.name !== heading ? legend(series) : '';
  return figure(
    heading,
    names,
    chart(svg, { label: `${heading}: curves`, look: ['curve'] }),
    folded('Values', numbers),
  );
}
