import { z } from 'zod';
import { integerFrom } from '../../lib/base/ranges';
import { type Call, commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag, option } from '../../lib/cli/options/option';
import { verboseOption } from '../../lib/cli/program/options';
import { JSON_FORMAT } from '../../lib/cli/program/results';
import { type DataTimes, timeLists } from './data-lists';
import { formatTime } from './table';

const DEFAULT_ENTRIES: readonly number[] = [1_000, 10_000, 100_000];
const RUNS = 5;

export const dataBenchTable = commandTable({
  name: 'bench:data',
  description: 'Times the listing of class folders and the planning of an epoch against the number of files.',
  options: {
    entries: option(z.array(integerFrom(2)).exactOptional(), {
      value: '<n>',
      help: 'files',
      fallback: DEFAULT_ENTRIES.join(', '),
      repeated: true,
    }),
    json: flag('print JSON, times in seconds'),
    verbose: verboseOption,
  },
});

/** Reads the command line. Throws UsageError, or commander's own errors. */
export function parseDataBenchOptions(argv: readonly string[]): Call<typeof dataBenchTable.options>['options'] {
  return parseCommand(dataBenchTable, argv).options;
}

const HEAD = ['step', 'files', 'time', 'longest turn'] as const;

/** One line for each step and number of files. */
export function formatDataTimes(times: readonly DataTimes[]): string {
  const rows = times.map(({ step, entries, seconds, longestTurn }) => [
    step,
    String(entries),
    formatTime(seconds),
    formatTime(longestTurn),
  ]);
  const table = [[...HEAD], ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => (row[column] as string).length)));
  return table
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}

/** `npm run bench:data`. */
export async function benchData(argv: readonly string[]): Promise<void> {
  const { entries = DEFAULT_ENTRIES, json } = parseDataBenchOptions(argv);
  const times: DataTimes[] = [];
  for (const count of entries) times.push(...(await timeLists(count, RUNS)));
  process.stdout.write(`${json ? JSON.stringify({ format: JSON_FORMAT, times }, null, 2) : formatDataTimes(times)}\n`);
}
