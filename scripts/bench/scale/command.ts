import { join } from 'node:path';
import { z } from 'zod';
import { type Call, commandTable, parseCommand } from '../../../lib/cli/options/command-table';
import { flag, option } from '../../../lib/cli/options/option';
import { listenForInterrupt } from '../../../lib/cli/program/interrupt';
import { text, verboseOption } from '../../../lib/cli/program/options';
import { JSON_FORMAT } from '../../../lib/cli/program/results';
import { createProgress } from '../../../lib/cli/terminal/progress';
import { makeFolder } from '../../../lib/io/folders';
import { outputError } from '../../../lib/io/output-failure';
import { writeFileWhole } from '../../../lib/io/whole-file';
import { loadAddon } from '../../../lib/native/addon';
import { describeMachine, loadWarning, machineLine, measureLoad, type Machine } from '../machine';
import { ALL_SERIES } from './all-series';
import { scalePage } from './page';
import { broken, runSeries, type SeriesResult } from './run-series';
import { scaleText } from './texts';

const NAMES = ALL_SERIES.map(({ name }) => name);

export const scaleBenchTable = commandTable({
  name: 'bench:scale',
  script: true,
  description: 'Measures how processor time and peak memory grow, each against one number, and whether as expected.',
  options: {
    series: option(z.array(z.enum(NAMES)).exactOptional(), {
      value: '<name>',
      help: `a series: ${NAMES.join(', ')}`,
      fallback: 'all',
      repeated: true,
    }),
    quick: flag('fewer and smaller points'),
    check: flag('exit status 1 where something grows by more than is expected'),
    out: option(text.exactOptional(), {
      value: '<folder>',
      help: 'where to write the page and the JSON',
      fallback: 'runs/scale-<time>; nowhere with --json',
    }),
    json: flag('print the JSON instead of the tables'),
    verbose: verboseOption,
  },
});

/** Reads the command line. Throws UsageError, or commander's own errors. */
export function parseScaleOptions(argv: readonly string[]): Call<typeof scaleBenchTable.options>['options'] {
  return parseCommand(scaleBenchTable, argv).options;
}

/** Seconds and bytes. */
export function scaleJson(results: readonly SeriesResult[], machine: Machine, date: string): object {
  const series = results.map(({ series: { name, against, about }, points, measures }) => ({
    ...{ name, against, about, points },
    measures: measures.map(({ name: measure, title, unit, values, verdict = null }) => ({
      ...{ name: measure, title, unit, values, verdict },
    })),
  }));
  return { format: JSON_FORMAT, date, machine, series };
}

async function makeOut(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    throw outputError('create the folder', path, error);
  }
}

/** `npm run bench:scale`. */
export async function benchScale(argv: readonly string[]): Promise<void> {
  const { series, quick, check, json, out: given } = parseScaleOptions(argv);
  const date = new Date().toISOString();
  const time = date.replace(/\.\d+Z$/, '').replaceAll(':', '-');
  const out = given ?? (json ? undefined : join('runs', `scale-${time}`));
  // Before the work, so that a wrong path does not cost minutes.
  if (out !== undefined) await makeOut(out);
  const progress = createProgress({ json });
  using interrupt = listenForInterrupt((message) => progress.line(message));
  const { signal } = interrupt;
  const before = await measureLoad(undefined, signal);
  const wanted = ALL_SERIES.filter(({ name }) => series?.includes(name) ?? true);
  const results = await runSeries(wanted, { quick, progress, signal });
  const machine = describeMachine(loadAddon(), [before, await measureLoad(undefined, signal)]);
  const written = `${JSON.stringify(scaleJson(results, machine, date), null, 2)}\n`;
  process.stdout.write(json ? written : `\n${machineLine(machine)}\n\n${scaleText(results)}\n\n`);
  if (out !== undefined) {
    await writeFileWhole(join(out, 'scale.json'), written);
    await writeFileWhole(join(out, 'scale.html'), await scalePage(results, machine));
    progress.line(`Written to ${join(out, 'scale.html')}`);
  }
  const warning = loadWarning(machine);
  if (warning !== undefined) progress.warn(warning);
  const wrong = broken(results);
  if (wrong.length === 0) return;
  progress.warn(`Grows by more than expected: ${wrong.join(', ')}`);
  if (check) process.exitCode = 1;
}
