/** Evenly spaced round values for an axis, and the range that they cover. */
export interface Ticks {
  readonly values: readonly number[];
  readonly step: number;
  readonly low: number;
  readonly high: number;
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  // The tolerance keeps 0.2 / 0.1 = 2.0000000000000004 from being rounded up to 5.
  const factor = [1, 2, 5].find((candidate) => candidate >= (step / power) * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** About `count` round values that enclose `low` … `high`; both must be finite. */
export function enclosingTicks(low: number, high: number, count: number): Ticks {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const step = roundStep(span / Math.max(1, count));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  // Multiplying an integer keeps the values free of summed rounding errors.
  const values = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { values, step, low: first * step, high: last * step };
}

/** At most `count` round whole numbers inside 1 … `last`, always with 1 and evenly spaced after it. */
export function countingTicks(last: number, count: number): readonly number[] {
  const step = Math.max(1, roundStep(last / Math.max(1, count)));
  const values = new Set([1]);
  for (let value = step; value <= last; value += step) values.add(value);
  // A tick at 2 beside the one at 1 would crowd the axis of a long run.
  return [...values].filter((value) => value === 1 || value - 1 >= step / 2);
}

/** Maps `from` … `to` linearly onto pixels `start` … `end`. */
export function linearScale(from: number, to: number, start: number, end: number): (value: number) => number {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Formats tick values with exactly the digits that their step needs; very large and very small ones as `1.5e+6`. */
export function tickFormat({ step, low, high }: Ticks): (value: number) => string {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const power = Math.floor(Math.log10(step) + 1e-9);
  if (size < 1e6 && power >= -5) return (value) => value.toFixed(Math.max(0, -power));
  return (value) => {
    if (value === 0) return '0';
    const digits = Math.floor(Math.log10(Math.abs(value)) + 1e-9) - power;
    return value.toExponential(Math.min(12, Math.max(0, digits)));
  };
}
