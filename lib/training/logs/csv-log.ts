import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { VALIDATION } from '../../metrics/shown';
import { defineCallback } from '../callbacks/registry';
import type { LogEntry } from './log-entry';
import { LogFile } from './log-file';
import { RunLog } from './run-log';

const schema = z.object({
  /** Where it is written; folders in its path are made where they are missing. */
  file: z.string().min(1),
});

/**
 * Writes a run's numbers as a table, a row for each epoch and for each validation within one, as they come. The file of a run that goes on has its rows up to where it
 * goes on from; a new run's replaces an earlier log.
 *
 * Throws UsageError for options out of range; as a callback also for a file that is something else than such a log, and OutputError for one that cannot be
 * written, before anything is trained. What cannot be written later is warned of once.
 */
export const csvLog = defineCallback('csvLog', schema, ({ file }) => new CsvLog(file));

const FIRST = ['epoch', 'step', 'seconds', 'learning_rate'] as const;
const TIMING = ['decode', 'copy', 'compute', 'validation'] as const;
const timingColumn = (part: (typeof TIMING)[number]): string => `${part}_seconds`;
const RESERVED: readonly string[] = [...FIRST, ...TIMING.map(timingColumn)];

/** The column of a metric: its name, unless another column has it. */
const metricColumn = (name: string): string => (RESERVED.includes(name) ? `metric_${name}` : name);

/** Of all that was logged, whatever of it came first: a metric that shows up later has its place among the others. */
function columnsOf(entries: readonly LogEntry[]): string[] {
  const metrics = [...new Set(entries.flatMap((entry) => Object.keys(entry.metrics).map(metricColumn)))];
  const isValidation = (name: string): boolean => name.startsWith(VALIDATION);
  return [
    ...FIRST,
    ...metrics.filter((name) => !isValidation(name)),
    ...metrics.filter(isValidation),
    ...TIMING.map(timingColumn),
  ];
}

function rowOf(entry: LogEntry): Record<string, number> {
  const { epoch, step, metrics } = entry;
  const measured = Object.entries(metrics).map(([name, value]) => [metricColumn(name), value] as const);
  const row: Record<string, number> = { epoch, step, ...Object.fromEntries(measured) };
  if (entry.kind === 'validation') return row;
  const { seconds, learningRate, timing } = entry;
  return {
    ...row,
    ...{ seconds, ...(learningRate !== undefined && { learning_rate: learningRate }) },
    ...(timing && Object.fromEntries(TIMING.map((part) => [timingColumn(part), timing[part]]))),
  };
}

const lineOf = (values: readonly (string | number | undefined)[]): string =>
  // As text: `csv-stringify` would write a number that is none as nothing.
  stringify([values.map((value) => (value === undefined ? '' : String(value)))]);

class CsvLog extends RunLog {
  readonly name: string;
  private readonly file: LogFile;
  private columns: readonly string[] = [];

  constructor(path: string) {
    super();
    this.name = `csvLog(${path})`;
    this.file = new LogFile(path, `${FIRST.join(',')},`);
  }

  protected async check(): Promise<void> {
    await this.file.check();
  }

  protected async begin(): Promise<void> {
    await this.rewrite();
  }

  protected async add(entry: LogEntry): Promise<void> {
    const known = this.columns;
    if (columnsOf(this.entries).length > known.length) await this.rewrite();
    else await this.file.append(this.line(entry));
  }

  private async rewrite(): Promise<void> {
    this.columns = columnsOf(this.entries);
    await this.file.replace(lineOf(this.columns) + this.entries.map((entry) => this.line(entry)).join(''));
  }

  private line(entry: LogEntry): string {
    const row = rowOf(entry);
    return lineOf(this.columns.map((name) => row[name]));
  }
}
