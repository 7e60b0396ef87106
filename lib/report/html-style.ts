/** The report page's style: readable in light and dark, on paper and on a phone. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --page: #f4f6f8; --card: #ffffff; --ink: #1f2933; --muted: #5b6773; --line: #dfe4ea;
  --accent: #1f63a5; --bar: #c6dcf1; }
@media (prefers-color-scheme: dark) {
  :root { --page: #12171d; --card: #1b222b; --ink: #e6ebf0; --muted: #9fabb8; --line: #323c48; --accent: #7db4ea;
    --bar: #24496f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 0 0 14px; }
p { margin: 0 0 12px; }
.muted { color: var(--muted); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 22px; margin-top: 20px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px; margin: 22px 0 0; }
.figures div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.figures dt { color: var(--muted); font-size: 13px; }
.figures dd { margin: 2px 0 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.picture { background: #ffffff; border-radius: 6px; overflow-x: auto; text-align: center; }
.picture svg { max-width: 100%; height: auto; vertical-align: middle; }
.picture.wide svg { max-width: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--muted); font-weight: 600; font-size: 13px; white-space: nowrap; }
th.number, td.number { text-align: right; white-space: nowrap; }
td.share { width: 110px; background: linear-gradient(to right, var(--bar) var(--share), transparent var(--share)) no-repeat 0 50% / 100% 76%; }
tfoot td { font-weight: 600; border-bottom: 0; }
td.path, td.value { overflow-wrap: anywhere; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; }
a { color: var(--accent); }
ul.files { columns: 2; margin: 0; padding-left: 20px; }
@media (max-width: 640px) { ul.files { columns: 1; } }
@media print { body { background: none; } section { break-inside: avoid; } }
`;
