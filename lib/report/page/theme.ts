import { COLOURS, HEAT_STEPS, heatColour, heatTextColour, mixHex } from '../svg/colours';

/** Every colour of the page, in light and in dark; text on its ground has a contrast of at least 4.5:1. */
const PAGE: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  page: ['#f3f5f8', '#0e1318'],
  card: ['#ffffff', '#171e26'],
  ink: ['#1f2933', '#e6ebf0'],
  muted: ['#56626e', '#a3afbb'],
  line: ['#dde3e9', '#2c3641'],
  accent: ['#1a5c9c', '#86bbee'],
  bar: ['#cfe1f3', '#23435f'],
  good: ['#176b4d', '#67cfa5'],
  bad: ['#b0341d', '#ff9d87'],
  tip: ['#1f2933', '#e6ebf0'],
  'on-tip': ['#ffffff', '#10161d'],
};

/** The charts' colours on the dark ground. */
const DARK_CHARTS: Readonly<Record<keyof typeof COLOURS, string>> = {
  text: '#e6ebf0',
  muted: '#a3afbb',
  axis: '#5d6a77',
  grid: '#2a343f',
  train: '#6fb0ee',
  validation: '#f59a55',
  decoding: '#e0a13a',
  copying: '#b491e3',
  validating: '#4fc398',
  other: '#8592a0',
};

const DARK_HEAT = { nothing: '#1d2630', least: '#20344a', most: '#2d69a3', above: ['#86bbef', '#d9ebfc'] } as const;
const LIGHT_TEXT = '#ffffff';

/** Dark where the light page's is light: what is much stands out from either ground. */
function darkHeat(step: number): string {
  const share = step / HEAT_STEPS;
  if (step === 0) return DARK_HEAT.nothing;
  const turns = Array.from({ length: HEAT_STEPS + 1 }, (_, i) => i / HEAT_STEPS).find(isAbove) ?? 1;
  const { least, most, above } = DARK_HEAT;
  if (!isAbove(share)) return mixHex(least, most, share / turns);
  return mixHex(above[0], above[1], turns === 1 ? 1 : (share - turns) / (1 - turns));
}

const isAbove = (share: number): boolean => heatTextColour(share) === LIGHT_TEXT;

function variables(scheme: 0 | 1): string {
  const page = Object.entries(PAGE).map(([name, colours]) => `--${name}:${colours[scheme]}`);
  const charts = Object.entries(COLOURS).map(
    ([name, light]) => `--chart-${name}:${scheme === 0 ? light : DARK_CHARTS[name as keyof typeof COLOURS]}`,
  );
  const heat = Array.from(
    { length: HEAT_STEPS + 1 },
    (_, step) => `--heat-${step}:${scheme === 0 ? heatColour(step / HEAT_STEPS) : darkHeat(step)}`,
  );
  const texts = scheme === 0 ? ['#0d1117', LIGHT_TEXT] : ['#ffffff', '#0d1117'];
  return [...page, ...charts, ...heat, `--on-little:${texts[0]}`, `--on-much:${texts[1]}`].join(';');
}

/** Charts are drawn once, on white, for files too; in the page their colours are replaced, as presentation attributes yield to any rule. */
function chartRules(): string {
  const named = Object.entries(COLOURS).map(
    ([name, colour]) =>
      `figure [fill="${colour}"]{fill:var(--chart-${name})}figure [stroke="${colour}"]{stroke:var(--chart-${name})}`,
  );
  const heat = Array.from({ length: HEAT_STEPS + 1 }, (_, step) => {
    const colour = heatColour(step / HEAT_STEPS);
    return `.heat [fill="${colour}"]{fill:var(--heat-${step})}.heat [stop-color="${colour}"]{stop-color:var(--heat-${step})}`;
  });
  return [
    ...named,
    ...heat,
    'figure rect[fill="#ffffff"]{fill:transparent}',
    'figure [stroke="#ffffff"]{stroke:var(--card)}',
    `figure text[fill="${heatTextColour(0)}"]{fill:var(--on-little)}`,
    `figure text[fill="${LIGHT_TEXT}"]{fill:var(--on-much)}`,
  ].join('\n');
}

/** Light or dark as the system has it, or as `data-theme` of the root element says; on paper light. */
export function themeStyle(): string {
  return [
    `:root{color-scheme:light;${variables(0)}}`,
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme="light"]){color-scheme:dark;${variables(1)}}}`,
    `@media screen{:root[data-theme="dark"]{color-scheme:dark;${variables(1)}}}`,
    chartRules(),
  ].join('\n');
}
