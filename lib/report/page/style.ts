import { themeStyle } from './theme';

const LAYOUT = `
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 32px; }
main { padding-bottom: 40px; }
footer { padding-bottom: 40px; color: var(--muted); font-size: 13px; }
h1 { font-size: 27px; line-height: 1.25; margin: 0 0 6px; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 19px; line-height: 1.3; margin: 0 0 12px; }
h3 { font-size: 15px; margin: 0; }
p { margin: 0 0 12px; max-width: 78ch; }
a { color: var(--accent); }
.muted { color: var(--muted); }
.title { display: flex; gap: 16px; justify-content: space-between; align-items: flex-start; }
.state { display: inline-block; border-left: 3px solid var(--accent); padding: 2px 0 2px 10px; }
.state.bad { border-color: var(--bad); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 14px 0 0; padding: 0; }
nav a { display: inline-block; padding: 3px 0; text-underline-offset: 3px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px 22px; margin-top: 18px; min-width: 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
button.theme { flex: none; border: 1px solid var(--line); background: var(--card); border-radius: 999px; padding: 6px 14px; font-size: 14px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

const FIGURES = `
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 20px 0 0; }
.figures div { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px 16px; }
.figures dt { color: var(--muted); font-size: 13px; }
.figures dd { margin: 2px 0 0; font-size: 22px; font-weight: 650; font-variant-numeric: tabular-nums; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 290px), 1fr)); gap: 22px 26px; }
figure { margin: 0; min-width: 0; }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 14px; justify-content: space-between; align-items: baseline; margin-bottom: 6px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 13px; color: var(--muted); }
.legend span { white-space: nowrap; }
.legend svg { width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; }
.chart { overflow-x: auto; border-radius: 6px; }
.chart svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.chart.wide svg { max-width: none; }
.chart.broad svg { min-width: min(560px, 100%); }
.chart.curve svg { width: 100%; }
.mark .band { fill: transparent; }
.mark .rule { stroke: transparent; }
.mark:hover .rule, .mark.current .rule { stroke: var(--muted); }
.mark:hover > rect:not(.band), .mark.current > rect:not(.band) { stroke: var(--ink); stroke-width: 1.5; }
.tip { position: absolute; z-index: 2; max-width: min(320px, 92vw); padding: 7px 11px; border-radius: 7px; background: var(--tip); color: var(--on-tip);
  font-size: 13px; line-height: 1.4; white-space: pre-line; pointer-events: none; overflow-wrap: anywhere; box-shadow: 0 3px 14px rgb(0 0 0 / .25); }
.tip:empty { opacity: 0; padding: 0; box-shadow: none; }
details { margin-top: 10px; }
summary { cursor: pointer; color: var(--muted); font-size: 13px; width: fit-content; padding: 3px 0; }
`;

const TABLES = `
.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: 13px; padding: 0 0 6px; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--muted); font-weight: 600; font-size: 13px; white-space: nowrap; }
tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 110px; }
th.number, td.number { text-align: right; white-space: nowrap; }
th button { font-weight: 600; white-space: nowrap; }
th button::after { content: "↕"; display: inline-block; width: 1.2em; text-align: center; opacity: .55; }
th[aria-sort="ascending"] button, th[aria-sort="descending"] button { color: var(--ink); }
th[aria-sort="ascending"] button::after { content: "↑"; opacity: 1; }
th[aria-sort="descending"] button::after { content: "↓"; opacity: 1; }
td.share { width: 110px; background: linear-gradient(to right, var(--bar) var(--share), transparent var(--share)) no-repeat 0 50% / 100% 76%; }
tfoot td { font-weight: 600; border-bottom: 0; }
td.path, td.value, .mistakes .path { overflow-wrap: anywhere; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; }
.mistakes { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 18px 24px; }
.mistakes li { min-width: 0; border-top: 1px solid var(--line); padding-top: 12px; }
.mistakes img { display: block; width: 100%; height: auto; border-radius: 6px; background: var(--line); margin-bottom: 8px; }
.mistakes p { margin: 0; }
.wrong { color: var(--bad); font-weight: 600; }
.right { color: var(--good); font-weight: 600; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr)); gap: 20px 32px; align-items: start; }
.repeats { margin-top: 18px; }
.repeats ul { margin: 6px 0 0; padding-left: 20px; }
ul.files { columns: 2; margin: 0; padding-left: 20px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  section { padding: 16px 14px; }
  ul.files { columns: 1; }
  .figures { grid-template-columns: repeat(auto-fit, minmax(136px, 1fr)); }
  .figures dd { font-size: 19px; }
  th, td { padding: 6px 8px; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print {
  body { background: none; font-size: 11pt; }
  nav, button.theme, .tip { display: none; }
  section { border: 0; padding: 0; margin-top: 22px; }
  h2 { break-after: avoid; }
  figure, tr, .mistakes li, .figures div { break-inside: avoid; }
  .chart svg { max-width: 100%; min-width: 0; }
  .scroll, .chart { overflow: visible; }
  td.share, .chart, .legend { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** The style of a run's page, and of one that compares several: readable in light and dark, on paper and on a phone. */
export const reportStyle = (): string => [themeStyle(), LAYOUT, FIGURES, TABLES].join('\n');
