import { Command } from 'commander';
import { throwUsageErrors } from '../../lib/cli/program/failure';
import { UsageError } from '../../lib/base/errors';
import { type DataTimes, timeLists } from './data-lists';
import { formatTime } from './table';

const DEFAULT_ENTRIES: readonly number[] = [1_000, 10_000, 100_000];
const RUNS = 5;

interface DataBenchOptions {
  readonly entries?: number[];
  readonly json?: boolean;
}

function parseEntries(text: string, earlier: number[] = []): number[] {
  const entries = Number(text);
  if (!Number.isSafeInteger(entries) || entries < 2)
    throw new UsageError(`--entries needs a number of files, 2 or more, got "${text}"`);
  return [...earlier, entries];
}

/** Reads the command line. Throws {@link UsageError}, or commander's own errors. */
export function parseDataBenchOptions(argv: readonly string[]): DataBenchOptions {
  return throwUsageErrors(new Command('bench:data'))
    .description('Times the listing of class folders and the planning of an epoch against the number of files.')
    .option('--entries <n>', `files; may be repeated (default: ${DEFAULT_ENTRIES.join(', ')})`, parseEntries)
    .option('--json', 'print JSON, times in seconds')
    .option('--verbose', 'show stack traces')
    .parse([...argv], { from: 'user' })
    .opts<DataBenchOptions>();
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
  const { entries = DEFAULT_ENTRIES, json = false } = parseDataBenchOptions(argv);
  const times: DataTimes[] = [];
  for (const count of entries) times.push(...(await timeLists(count, RUNS)));
  process.stdout.write(`${json ? JSON.stringify(times, null, 2) : formatDataTimes(times)}\n`);
}
