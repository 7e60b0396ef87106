/** Colours of runs beside one another, on white and on a dark ground: each has a contrast of at least 4.5:1 with it, and neighbours differ in lightness too. */
const COLOURS: readonly (readonly [light: string, dark: string])[] = [
  ['#1f63a5', '#6fb0ee'],
  ['#b84c05', '#f59a55'],
  ['#1b7544', '#5fcf95'],
  ['#7b3fc4', '#c3a2f2'],
  ['#b3261e', '#ff8a80'],
  ['#006b7d', '#4fc6d8'],
  ['#a02a76', '#f08ac8'],
  ['#6b5b00', '#d8c64a'],
];
/** Of those that share a colour. */
const DASHES = ['none', '9 3', '9 3 2 3', '4 3'] as const;

/** How the lines of the run of this number look, on a light ground. */
export function runLook(run: number): { readonly colour: string; readonly dashes: string } {
  const [colour] = COLOURS[run % COLOURS.length] as (typeof COLOURS)[number];
  return { colour, dashes: DASHES[Math.floor(run / COLOURS.length) % DASHES.length] as string };
}

const SCHEMES = {
  ground: ['#ffffff', '#171e26'],
  ink: ['#1f2933', '#e6ebf0'],
  muted: ['#56626e', '#a3afbb'],
  axis: ['#9aa5b1', '#5d6a77'],
  grid: ['#e4e8ed', '#2a343f'],
} as const;
type Ink = keyof typeof SCHEMES;

/** What runs are drawn on and written in, on a light ground. */
export const INKS = Object.fromEntries(Object.entries(SCHEMES).map(([name, [light]]) => [name, light])) as Record<
  Ink,
  string
>;

/**
 * Style that makes what is drawn in these colours, inside of `selector`, dark on a screen where the reader's system is. Programs that know no styles keep what is drawn; it yields to
 * any rule.
 */
export function darkRules(selector: string): string {
  const rules = [...COLOURS, ...Object.values(SCHEMES)].map(
    ([light, dark]) => `${selector} [fill="${light}"]{fill:${dark}}${selector} [stroke="${light}"]{stroke:${dark}}`,
  );
  return `@media screen and (prefers-color-scheme:dark){\n${rules.join('\n')}\n}`;
}
