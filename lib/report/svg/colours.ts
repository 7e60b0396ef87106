type Rgb = readonly [number, number, number];

/** Colours of text, lines, curves and bars on white; each text colour has a contrast of at least 4.5:1, each colour that tells something of 3:1. */
export const COLOURS = {
  text: '#1f2933',
  muted: '#5b6773',
  axis: '#9aa5b1',
  grid: '#e4e8ed',
  train: '#1f63a5',
  validation: '#c2530a',
  /** What the time of an epoch went into, beside computing, which has the colour of training. */
  decoding: '#a86400',
  copying: '#7b4fb0',
  validating: '#1b7f5c',
  other: '#75818d',
} as const;

/** From nearly white to dark blue, evenly falling in lightness, so that it also reads in grey and for the colour-blind. */
const HEAT: readonly Rgb[] = [
  [244, 248, 252],
  [198, 220, 241],
  [140, 186, 224],
  [78, 143, 201],
  [31, 99, 165],
  [13, 59, 114],
];

/** Nearly black: in the middle of the scale neither white nor a lighter dark would reach a contrast of 4:1. */
const DARK_TEXT: Rgb = [13, 17, 23];

function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

function heatRgb(share: number): Rgb {
  const position = Math.min(1, Math.max(0, share)) * (HEAT.length - 1);
  const index = Math.min(HEAT.length - 2, Math.floor(position));
  return mix(HEAT[index] as Rgb, HEAT[index + 1] as Rgb, position - index);
}

function toHex(rgb: Rgb): string {
  return `#${rgb.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** Between two colours such as `#1f63a5`; `t` from 0 to 1. */
export function mixHex(from: string, to: string, t: number): string {
  const channels = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
  return toHex(mix(channels(from), channels(to), t));
}

/** So many colours the heat map has beside that of nothing: finer steps nobody sees, and a page can have others in their places. */
export const HEAT_STEPS = 20;

/** The heat map's colour of a share from 0 to 1, in steps. */
export function heatColour(share: number): string {
  return toHex(heatRgb(inSteps(share)));
}

/** Whatever is above 0 is told from nothing. */
const inSteps = (share: number): number => Math.ceil(Math.min(1, Math.max(0, share)) * HEAT_STEPS - 1e-9) / HEAT_STEPS;

/** Relative luminance as WCAG 2 defines it. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Dark or white, whichever stands out more on the heat map's colour of `share`. */
export function heatTextColour(share: number): string {
  const behind = luminance(heatRgb(inSteps(share))) + 0.05;
  const dark = luminance(DARK_TEXT) + 0.05;
  return behind / dark >= 1.05 / behind ? toHex(DARK_TEXT) : '#ffffff';
}

/** Evenly spaced stops for a gradient that shows the whole heat scale. */
export function heatStops(): readonly { offset: number; colour: string }[] {
  return HEAT.map((rgb, index) => ({ offset: index / (HEAT.length - 1), colour: toHex(rgb) }));
}
