import { extname } from 'node:path';
import { UsageError } from '../base/errors';
import { shown } from '../base/shown';
import { writeFileWhole } from '../io/whole-file';
import { compareRuns } from '../report/compare/comparison';
import { comparePage } from '../report/compare/page';
import { compareChart } from '../report/svg/compare-chart';
import { comparisonRecord, comparisonText } from './compare/comparison-text';
import { findRuns } from './compare/find-runs';
import { compareResult } from './json/runs';
import { commandTable, parseCommand } from './options/command-table';
import { option, readBy } from './options/option';
import { commonOptions, openProgress, pathOption, text } from './program/options';
import { createOutput } from './program/results';

const WRITERS = { '.html': comparePage, '.svg': compareChart } as const;
type Ending = keyof typeof WRITERS;

const listedNames = readBy<readonly string[]>((given) => {
  const names = (typeof given === 'string' ? given : '').split(',').map((name) => name.trim());
  if (names.includes('')) throw new UsageError(`expected names of metrics between commas, got ${shown(given)}`);
  return names;
}, text);

const picture = text.refine((path) => extname(path).toLowerCase() in WRITERS, {
  error: ({ input }) => `expected a file that ends in .html or .svg, got ${shown(input)}`,
});

export const compareTable = commandTable({
  name: 'compare',
  result: compareResult,
  description:
    'What several runs came to, side by side: their metrics, epochs and time, and in which options they differ.',
  examples: [
    ['runs --sort val_accuracy', 'all runs in a folder, the best first'],
    ['runs/first runs/second --out both.html', 'their curves on one page'],
  ],
  operands: ['<runs...>', 'folders of runs, or folders that hold several'],
  options: {
    metric: option(listedNames.exactOptional(), {
      value: '<names>',
      help: 'the metrics that are told of, such as accuracy or loss,accuracy',
      fallback: 'all',
    }),
    sort: option(text.exactOptional(), {
      value: '<by>',
      help: 'the best first by a metric, val_accuracy of the best epoch or accuracy of the final evaluation; or by name, epochs or time',
      fallback: 'as they are named',
    }),
    out: pathOption(picture.exactOptional(), {
      value: '<file>',
      help: 'for the curves of all runs: a page (.html) with the tables too, or a picture (.svg)',
    }),
    ...commonOptions,
  },
});

/** `movinet compare RUN…`: `{"format", "runs", "leftOut"}` with `--json`. What cannot be compared is told by a line and left out. */
export async function compare(argv: readonly string[]): Promise<void> {
  const { options, operands } = parseCommand(compareTable, argv);
  const { metric, sort, out, json } = options;
  const progress = openProgress(options);
  const { runs, leftOut, notes } = await findRuns(operands);
  for (const { name, why } of leftOut) progress.warn(`${name} is left out: ${why}`);
  if (runs.length === 0) throw new UsageError('There is no run to compare: name folders of runs, such as runs/first');
  for (const note of notes) progress.line(note);
  const comparison = compareRuns(runs, { ...(metric && { metrics: metric }), ...(sort !== undefined && { sort }) });
  if (out !== undefined) {
    const write = WRITERS[extname(out).toLowerCase() as Ending];
    await writeFileWhole(out, write(comparison), { option: '--out' });
  }
  const written = out === undefined ? '' : `\nThe curves are in ${out}`;
  createOutput({ json }).result(
    { ...comparisonRecord(comparison), leftOut },
    `${comparisonText(comparison)}${written}`,
  );
}
