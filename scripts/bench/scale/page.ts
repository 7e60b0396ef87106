import { htmlDocument } from '../../../lib/report/page/document';
import {
  anchorOf,
  chart,
  type Column,
  figure,
  folded,
  legend,
  muted,
  section,
  type Section,
  table,
} from '../../../lib/report/page/parts';
import { COLOURS } from '../../../lib/report/svg/colours';
import { element, escapeXml } from '../../../lib/report/svg/markup';
import { machineLine, type Machine } from '../machine';
import { scaleChart } from './chart';
import type { Verdict } from './fit';
import { broken, type MeasureResult, type SeriesResult } from './run-series';
import { expectationText, fitText, formatPoint, formatValue, verdictText } from './texts';

const MEASURED = { name: 'Measured', colour: COLOURS.train };
const EXPECTED = { name: 'Expected growth', colour: COLOURS.other };

interface Judged {
  readonly result: SeriesResult;
  readonly measure: MeasureResult;
  readonly verdict: Verdict;
}

const judged = (results: readonly SeriesResult[]): Judged[] =>
  results.flatMap((result) =>
    result.measures.flatMap((measure) => (measure.verdict ? [{ result, measure, verdict: measure.verdict }] : [])),
  );

function summary(results: readonly SeriesResult[]): Section {
  const columns: Column<Judged>[] = [
    { heading: 'Measure', value: ({ measure }) => measure.title, style: 'name' },
    { heading: 'Against', value: ({ result }) => result.series.against },
    { heading: 'Smallest', value: ({ measure }) => formatValue(measure, measure.values[0] as number), style: 'number' },
    {
      heading: 'Largest',
      value: ({ measure }) => formatValue(measure, measure.values.at(-1) as number),
      style: 'number',
    },
    { heading: 'Grows as', value: ({ verdict }) => fitText(verdict), style: 'number' },
    { heading: 'Expected', value: ({ verdict }) => expectationText(verdict) },
    { heading: 'Verdict', value: ({ verdict }) => verdictText(verdict) },
  ];
  const about =
    'Each point is measured in a process of its own: times are medians of its processor time, of all threads; memory is the peak above what the loaded library has. Growth is that of a power law through ' +
    'the points; of what may grow, through the upper half of them.';
  return section('All measures', muted(about), table(judged(results), columns, { caption: 'Growth of each measure' }));
}

function seriesSection(result: SeriesResult): Section {
  const { series, points, measures } = result;
  const plots = measures.map((measure) => {
    const marks = legend(measure.verdict ? [MEASURED, EXPECTED] : [MEASURED]);
    const drawing = chart(scaleChart(result, measure).svg, { label: measure.title, look: ['curve'] });
    const verdict = measure.verdict
      ? muted(
          `${fitText(measure.verdict)}; expected: ${expectationText(measure.verdict)}: ${verdictText(measure.verdict)}`,
        )
      : '';
    return figure(measure.title, marks, drawing, verdict);
  });
  const columns: Column<number>[] = [
    { heading: series.against, value: (i) => formatPoint(series, points[i] as number), style: 'name' },
    ...measures.map((measure): Column<number> => ({
      heading: measure.title,
      value: (i) => formatValue(measure, measure.values[i] as number),
      style: 'number',
    })),
  ];
  const numbers = table([...points.keys()], columns, { caption: `Values against ${series.against}` });
  return section(
    `Against ${series.against}`,
    muted(series.about),
    element('div', { class: 'plots' }, ...plots),
    folded('Values', numbers),
  );
}

/** One page with the curves of all series. It loads nothing, and its policy allows no script but its own. */
export async function scalePage(results: readonly SeriesResult[], machine: Machine): Promise<string> {
  const sections = [summary(results), ...results.map(seriesSection)];
  const title = 'How cost grows';
  const wrong = broken(results);
  const state =
    wrong.length === 0
      ? element('p', { class: 'state' }, 'Every measure grows as expected.')
      : element('p', { class: 'state bad' }, escapeXml(`Grows by more than expected: ${wrong.join(', ')}.`));
  const links = sections.map((one) =>
    element('li', {}, element('a', { href: `#${anchorOf(one)}` }, escapeXml(one.heading))),
  );
  const header = `<header>
<div class="title"><h1>${title}</h1></div>
${muted(machineLine(machine))}
${state}
<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>
</header>`;
  return htmlDocument({ title, header, sections });
}
