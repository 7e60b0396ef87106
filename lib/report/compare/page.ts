import { reportStyle } from '../page/style';
import { compareChart } from '../svg/compare-chart';
import { element, escapeXml } from '../svg/markup';
import { darkRules, runLook } from '../svg/run-colours';
import type { Comparison } from './comparison';
import { differenceRows, LEGEND, resultRows } from './texts';

/** Beside what both pages share. */
const STYLE = `
${darkRules('.sample')}
.scroll:focus-visible { outline: 3px solid var(--muted); outline-offset: 2px; }
.scroll > svg { max-width: 100%; min-width: 640px; height: auto; display: block; }
tbody th { font-weight: 600; }
th, td { white-space: nowrap; }
td.option { white-space: normal; overflow-wrap: anywhere; min-width: 8em; }
.sample { width: 24px; height: 8px; margin-right: 8px; vertical-align: 2px; }
@media print { section { break-inside: avoid; } }
`;

const scroll = (name: string, content: string): string =>
  // Who has no mouse scrolls by keys: only what has the focus is scrolled.
  element('div', { class: 'scroll', role: 'region', 'aria-label': name, tabindex: 0 }, content);

function table(
  caption: string,
  { head, rows }: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] },
  style?: string,
): string {
  const headings = head.map((text) => element('th', { scope: 'col' }, escapeXml(text)));
  const body = rows.map(([name = '', ...cells], run) => {
    const look = runLook(run);
    const line = element('path', {
      d: 'M1 4h22',
      stroke: look.colour,
      'stroke-width': 2.5,
      'stroke-dasharray': look.dashes,
    });
    const sample = element('svg', { class: 'sample', viewBox: '0 0 24 8', 'aria-hidden': 'true' }, line);
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, sample + escapeXml(name)),
      ...cells.map((cell) => element('td', { class: style }, escapeXml(cell))),
    );
  });
  const markup = element(
    'table',
    { 'aria-label': caption },
    element('thead', {}, element('tr', {}, ...headings)),
    element('tbody', {}, body.join('\n')),
  );
  return scroll(caption, markup);
}

const section = (heading: string, ...content: readonly string[]): string =>
  element('section', {}, element('h2', {}, escapeXml(heading)), ...content);

/** One page that shows several runs beside one another. It loads nothing: no script, no font, no picture from elsewhere. */
export function comparePage(comparison: Comparison): string {
  const { runs, differences } = comparison;
  const title = `MoViNet: ${runs.length} ${runs.length === 1 ? 'run' : 'runs'} compared`;
  const ended = runs.flatMap(({ name, history }) =>
    history.ended === undefined || history.ended.kind === 'completed'
      ? []
      : [element('p', { class: 'muted' }, escapeXml(`${name}: ${history.ended.why}`))],
  );
  const same = runs.length > 1 ? 'The runs have the same configuration.' : 'There is no other run.';
  const sections = [
    section('Results', table('Results', resultRows(comparison)), element('p', { class: 'muted' }, LEGEND), ...ended),
    section(
      'What differs in their configurations',
      differences.length === 0
        ? element('p', { class: 'muted' }, same)
        : table('Differences', differenceRows(comparison), 'option'),
    ),
    section('Curves', scroll('Curves', compareChart(comparison))),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(title)}</title>
<style>${reportStyle()}
${STYLE}</style>
</head>
<body>
<header>
${element('h1', {}, escapeXml(title))}
</header>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`;
}
