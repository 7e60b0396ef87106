import columnsOf from 'string-width';
import type { Json } from '../../base/described';
import { bestOf, type Comparison } from '../../report/compare/comparison';
import { differenceRows, LEGEND, resultRows } from '../../report/compare/texts';

/** Cells in columns as wide as their widest. */
function tableText({
  head,
  rows,
}: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => columnsOf(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell)))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}

/** For people. */
export function comparisonText(comparison: Comparison): string {
  const { runs, differences } = comparison;
  const results = `${tableText(resultRows(comparison))}\n${LEGEND}`;
  if (differences.length > 0) return `${results}\n\n${tableText(differenceRows(comparison))}`;
  return runs.length > 1 ? `${results}\n\nThe runs have the same configuration` : results;
}

/** For programs: of `--json`. */
export function comparisonRecord({ runs, differences, metrics }: Comparison): { readonly [key: string]: Json } {
  return JSON.parse(
    JSON.stringify({
      runs: runs.map((run, i) => ({
        ...{ name: run.name, ended: run.history.ended ?? null, epochs: run.epochs, seconds: run.seconds },
        final: Object.fromEntries(Object.entries(run.final).filter(([name]) => metrics.includes(name))),
        best: Object.fromEntries(metrics.map((name) => [name, bestOf(run, name) ?? null])),
        differences: Object.fromEntries(differences.map(({ option, values }) => [option, values[i] ?? null])),
      })),
    }),
  ) as Record<string, Json>;
}
