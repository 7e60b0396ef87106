import type { BenchmarkResult, Rate } from './results';

const TIMES: readonly (readonly [number, string])[] = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];

/** Three significant digits of a number that is not negative, without an exponent. */
function threeDigits(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(value)));
  return Number(value.toPrecision(3)).toFixed(Math.min(digits, 6));
}

/** `148 ms`, `2.53 µs`. */
export function formatTime(seconds: number): string {
  const [size, unit] = TIMES.find(([size]) => seconds >= size) ?? TIMES.at(-1)!;
  return `${threeDigits(seconds / size)} ${unit}`;
}

/** `54.2 clips/s`; bytes in GB (10⁹). */
export function formatRate({ value, unit }: Rate): string {
  return unit === 'bytes' ? `${threeDigits(value / 1e9)} GB/s` : `${threeDigits(value)} ${unit}/s`;
}

function pad(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width);
}

/** One line for each benchmark, below a heading for each program; what failed says why in place of its figures. */
export function formatTable(results: readonly BenchmarkResult[]): string {
  const head = ['benchmark', 'time', 'rate', 'iterations', ''];
  const cells = results.map(({ name, seconds, rate, iterations, label }) => [
    name,
    formatTime(seconds),
    rate === undefined ? '' : formatRate(rate),
    String(iterations),
    label ?? '',
  ]);
  const widths = head.map((title, column) =>
    Math.max(
      title.length,
      // The reason of a failure may be long; it stands in no column.
      ...cells.filter((_, row) => column === 0 || results[row]!.error === undefined).map((row) => row[column]!.length),
    ),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) => pad(text, widths[column]!, column >= 1 && column <= 3))
      .join('  ')
      .trimEnd();
  const lines = [line(head)];
  results.forEach(({ program, name, error }, index) => {
    if (results[index - 1]?.program !== program) lines.push('', program);
    lines.push(error === undefined ? line(cells[index]!) : `${pad(name, widths[0]!, false)}  failed: ${error}`);
  });
  return lines.join('\n');
}
