import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { throwUsageErrors } from '../../lib/cli/program/failure';
import { createProgress } from '../../lib/cli/terminal/progress';
import { UsageError } from '../../lib/base/errors';
import { parseModelId } from '../../lib/movinet/model-id';
import type { ModelId } from '../../lib/movinet/options';
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

export interface BenchOptions {
  readonly model?: ModelId[];
  readonly input?: ClipInput[];
  readonly filter?: RegExp;
  readonly quick?: boolean;
  readonly list?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

function collect<T>(parse: (text: string) => T): (text: string, earlier: T[] | undefined) => T[] {
  return (text, earlier) => [...(earlier ?? []), parse(text)];
}

function parseModel(text: string): ModelId {
  parseModelId(text);
  return text as ModelId;
}

function parseFilter(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`"${text}" is no regular expression for --filter`, { cause: error });
  }
}

/** Reads the command line. Throws {@link UsageError}, or commander's own errors. */
export function parseBenchOptions(argv: readonly string[]): BenchOptions {
  const defaults = DEFAULT_INPUTS.map(({ size, frames, batchSize }) => `${size}x${frames}x${batchSize}`);
  return throwUsageErrors(new Command('bench'))
    .description('Times tensors, sessions, video decoding and the models in C++.')
    .option('--model <id>', `a model; may be repeated (default: ${DEFAULT_MODELS.join(', ')})`, collect(parseModel))
    .option(
      '--input <SIZExFRAMESxBATCH>',
      `the models' input; may be repeated (default: ${defaults.join(', ')})`,
      collect(parseClipInput),
    )
    .option('--filter <regex>', 'only the benchmarks whose name matches', parseFilter)
    .option('--quick', 'run each just long enough to see that it works')
    .option('--list', 'print the names and run nothing')
    .option('--out <file>', 'where to write the JSON (default: runs/bench-<time>.json; nowhere with --json)')
    .option('--json', 'print the JSON instead of the table')
    .option('--verbose', 'show stack traces')
    .parse([...argv], { from: 'user' })
    .opts<BenchOptions>();
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
  const json = options.json === true;
  const interruption = new AbortController();
  const { signal } = interruption;
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const cases = modelCases(options.model ?? DEFAULT_MODELS, options.input ?? DEFAULT_INPUTS);
  const plan = await planSuite(cases, options.filter, { signal });
  if (options.list === true) {
    const names = planNames(plan);
    process.stdout.write(json ? `${JSON.stringify(names)}\n` : `${names.join('\n')}\n`);
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
  const minSeconds = options.quick === true ? QUICK_SECONDS : MIN_SECONDS;
  const result = await runSuite(loadAddon(), plan, { minSeconds, progress, signal });
  const text = `${JSON.stringify(result, null, 2)}\n`;
  if (json) process.stdout.write(text);
  else process.stdout.write(`\n${machineLine(result.machine)}\n\n${formatTable(result.benchmarks)}\n\n`);
  if (out !== undefined) {
    await writeFileWhole(out, text);
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
