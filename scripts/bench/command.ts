import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Call, commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag, option } from '../../lib/cli/options/option';
import { modelId, text, verboseOption } from '../../lib/cli/program/options';
import { JSON_FORMAT } from '../../lib/cli/program/results';
import { createProgress } from '../../lib/cli/terminal/progress';
import { loadAddon } from '../../lib/native/addon';
import { writeFileWhole } from '../../lib/io/whole-file';
import { makeFolder } from '../../lib/io/folders';
import { outputError } from '../../lib/io/output-failure';
import { DEFAULT_INPUTS, DEFAULT_MODELS, modelCases, parseClipInput, type ClipInput } from './cases';
import { loadWarning, machineLine } from './machine';
import { planNames, planSuite, runSuite } from './suite';
import { formatTable } from './table';

const MIN_SECONDS = 0.5;
const QUICK_SECONDS = 0.02;

const filter: z.ZodType<RegExp, string> = z.string().transform((text, context) => {
  try {
    return new RegExp(text);
  } catch {
    context.addIssue({ code: 'custom', message: `"${text}" is no regular expression` });
    return z.NEVER;
  }
});

const clipInput: z.ZodType<ClipInput, string> = z.string().transform((text, context) => {
  try {
    return parseClipInput(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

export const benchTable = commandTable({
  name: 'bench',
  description: 'Times tensors, sessions, video decoding and the models in C++.',
  options: {
    model: option(z.array(modelId).exactOptional(), {
      value: '<id>',
      help: 'a model',
      fallback: DEFAULT_MODELS.join(', '),
      repeated: true,
    }),
    input: option(z.array(clipInput).exactOptional(), {
      value: '<SIZExFRAMESxBATCH>',
      help: "the models' input",
      fallback: DEFAULT_INPUTS.map(({ size, frames, batchSize }) => `${size}x${frames}x${batchSize}`).join(', '),
      repeated: true,
    }),
    filter: option(filter.exactOptional(), { value: '<regex>', help: 'only the benchmarks whose name matches' }),
    quick: flag('run each just long enough to see that it works'),
    list: flag('print the names and run nothing'),
    out: option(text.exactOptional(), {
      value: '<file>',
      help: 'where to write the JSON',
      fallback: 'runs/bench-<time>.json; nowhere with --json',
    }),
    json: flag('print the JSON instead of the table'),
    verbose: verboseOption,
  },
});

export type BenchOptions = Call<typeof benchTable.options>['options'];

/** Reads the command line. Throws UsageError, or commander's own errors. */
export function parseBenchOptions(argv: readonly string[]): BenchOptions {
  return parseCommand(benchTable, argv).options;
}

async function makeFolderOf(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
  } catch (error) {
    throw outputError('create the folder of', path, error);
  }
}

/** `npm run bench`: exit status 1 where a benchmark fails. */
export async function bench(argv: readonly string[]): Promise<void> {
  const options = parseBenchOptions(argv);
  const { json } = options;
  const interruption = new AbortController();
  const { signal } = interruption;
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const cases = modelCases(options.model ?? DEFAULT_MODELS, options.input ?? DEFAULT_INPUTS);
  const plan = await planSuite(cases, options.filter, { signal });
  if (options.list) {
    const names = planNames(plan);
    process.stdout.write(json ? `${JSON.stringify({ format: JSON_FORMAT, names })}\n` : `${names.join('\n')}\n`);
    return;
  }
  const time = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(':', '-');
  const out = options.out ?? (json ? undefined : join('runs', `bench-${time}.json`));
  // Before the work, so that a wrong path does not cost minutes.
  if (out !== undefined) await makeFolderOf(out);
  const progress = createProgress({ json });
  const minSeconds = options.quick ? QUICK_SECONDS : MIN_SECONDS;
  const result = await runSuite(loadAddon(), plan, { minSeconds, progress, signal });
  const written = `${JSON.stringify({ format: JSON_FORMAT, ...result }, null, 2)}\n`;
  if (json) process.stdout.write(written);
  else process.stdout.write(`\n${machineLine(result.machine)}\n\n${formatTable(result.benchmarks)}\n\n`);
  if (out !== undefined) {
    await writeFileWhole(out, written);
    progress.line(`Written to ${out}`);
  }
  const warning = loadWarning(result.machine);
  if (warning !== undefined) progress.warn(warning);
  const failed = result.benchmarks.filter(({ error }) => error !== undefined);
  if (failed.length > 0) {
    progress.warn(`${failed.length} of ${result.benchmarks.length} benchmarks failed`);
    process.exitCode = 1;
  }
}
