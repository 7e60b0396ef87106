import type { Json } from '../../base/described';
import type { Ended } from '../../metrics/history/history';
import { formatDuration, formatMetric, titleOf } from '../../metrics/shown';
import { bestOf, type Comparison, type ComparedRun } from './comparison';

/** In place of what a run does not have. */
export const NOTHING = '–';

/** The value of an option as a cell has it. */
export function optionText(value: Json | undefined): string {
  if (value === undefined) return NOTHING;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How a run ended; nothing where its history is older than such words. */
export const endedText = ({ history: { ended } }: ComparedRun): Ended['kind'] | typeof NOTHING =>
  ended?.kind ?? NOTHING;

/** A table for people, the same in a terminal and in a page: a row for each run. */
export function resultRows(comparison: Comparison): { readonly head: string[]; readonly rows: string[][] } {
  const { runs, metrics, shown } = comparison;
  const head = ['Run', 'Ended', 'Epochs', 'Time', ...metrics.flatMap((name) => [titleOf(name), `Best ${name}`])];
  const rows = runs.map((run) => {
    const cells = metrics.flatMap((name) => {
      const final = run.final[name];
      return [final === undefined ? NOTHING : formatMetric(name, final, shown), bestText(run, name, comparison)];
    });
    return [run.name, endedText(run), String(run.epochs), formatDuration(run.seconds), ...cells];
  });
  return { head, rows };
}

/** A row for each run with the options in which it differs from others. */
export function differenceRows({ runs, differences }: Comparison): {
  readonly head: string[];
  readonly rows: string[][];
} {
  const head = ['Run', ...differences.map(({ option }) => option)];
  const rows = runs.map(({ name }, i) => [name, ...differences.map(({ values }) => optionText(values[i]))]);
  return { head, rows };
}

/** `97.6 % (epoch 3)`; of a run that was not validated the best in training, which is said. */
function bestText(run: ComparedRun, name: string, { shown }: Comparison): string {
  const best = bestOf(run, name);
  if (best === undefined) return NOTHING;
  const { value, epoch, validated } = best;
  return `${formatMetric(name, value, shown)} (epoch ${epoch}${validated ? '' : ', training'})`;
}

/** What the columns are, for a line below the table. */
export const LEGEND =
  'A metric by its name is that of the final evaluation; the best is that of validation, over the epochs.';
