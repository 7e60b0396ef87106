import type { BenchmarkResult, Rate } from './results';

const TIMES: readonly (readonly [number, string])[] = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];

/** Three significant digits of a number that is not negative, without an exponent. */
export function threeDigits(value: number): string {
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

/** `± 3 %`: by how much the repetitions' times differ from their median, at most. */
export function formatSpread({ seconds, spread }: Pick<BenchmarkResult, 'seconds' | 'spread'>): string {
  if (spread === undefined || seconds === 0) return '';
  const [least, most] = spread;
  return `± ${Math.round((100 * Math.max(most - seconds, seconds - least)) / seconds)} %`;
}

/** Rows of texts in columns as wide as their widest; those of `right` are aligned there. */
export function alignColumns(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((text, column) => pad(text, widths[column]!, right.has(column)))
      .join('  ')
      .trimEnd(),
  );
}

/** One line for each benchmark, below a heading for each program; what failed or was left out says why in place of its figures. */
export function formatTable(results: readonly BenchmarkResult[]): string {
  const head = ['benchmark', 'time', 'spread', 'rate', 'iterations', ''];
  const cells = results.map(({ name, seconds, spread, rate, iterations, label }) => [
    name,
    formatTime(seconds),
    formatSpread({ seconds, ...(spread && { spread }) }),
    rate === undefined ? '' : formatRate(rate),
    String(iterations),
    label ?? '',
  ]);
  // A reason may be long; it stands in no column.
  const reasons = results.map(({ error, skipped }) =>
    error !== undefined ? `failed: ${error}` : skipped !== undefined ? `left out: ${skipped}` : undefined,
  );
  const [title, ...lines] = alignColumns(
    [head, ...cells.map((row, i) => (reasons[i] === undefined ? row : [row[0]!, '', '', '', '', '']))],
    new Set([1, 2, 3, 4]),
  ) as [string, ...string[]];
  const width = Math.max(...[head, ...cells].map((row) => row[0]!.length));
  return [
    title,
    ...results.flatMap(({ program, name }, i) => [
      ...(results[i - 1]?.program === program ? [] : ['', program]),
      reasons[i] === undefined ? lines[i]! : `${pad(name, width, false)}  ${reasons[i]}`,
    ]),
  ].join('\n');
}
