import { dirname, join } from 'node:path';
import { JSON_FORMAT } from '../../lib/cli/program/results';
import { createProgress } from '../../lib/cli/terminal/progress';
import type { ProgressSink } from '../../lib/cli/terminal/progress-sink';
import { makeFolder } from '../../lib/io/folders';
import { outputError } from '../../lib/io/output-failure';
import { writeFileWhole } from '../../lib/io/whole-file';
import { loadAddon } from '../../lib/native/addon';
import { chooseDevice } from '../../lib/runtime/device';
import { compareSuites, formatComparison, machineDifferences, readSuite } from './compare';
import { loadWarning, machineLine } from './machine';
import { DEFAULT_INPUTS, DEFAULT_MODELS, modelCases } from './model/cases';
import { formatProfile } from './model/profile-table';
import { type BenchOptions, parseBenchOptions } from './options';
import { formatRatios, LIMIT, writeExpected } from './quick/ratios';
import { runQuick } from './quick/run';
import { type Candidates, type Plan, planNames, planSuite, profileSuite, runSuite, type SuiteOptions } from './suite';
import { formatTable } from './table';
import { headEpochBenchmarks } from './typescript/head-epoch';
import { listBenchmarks } from './typescript/lists';
import { measureBenchmarks } from './typescript/measures';
import { predictFilesBenchmarks } from './typescript/predict-files';

const MIN_SECONDS = 0.2;
const REPETITIONS = 3;

async function makeFolderOf(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
  } catch (error) {
    throw outputError('create the folder of', path, error);
  }
}

/** Where the command tells its results: standard output, and a file that was asked for. */
class Results {
  constructor(
    private readonly progress: ProgressSink,
    private readonly json: boolean,
    private readonly out: string | undefined,
  ) {}

  /** `text`: for people. */
  async tell(record: object, text: string): Promise<void> {
    const written = `${JSON.stringify({ format: JSON_FORMAT, ...record }, null, 2)}\n`;
    process.stdout.write(this.json ? written : `\n${text}\n\n`);
    if (this.out === undefined) return;
    await writeFileWhole(this.out, written);
    this.progress.line(`Written to ${this.out}`);
  }
}

function candidates(options: BenchOptions): Candidates {
  const { model = DEFAULT_MODELS, input = DEFAULT_INPUTS, threads, precision, stages } = options;
  return {
    cases: modelCases(model, input, { threads, precisions: precision, stages }),
    // What is read from files takes long: of the last input only.
    scripts: [
      ...listBenchmarks,
      ...measureBenchmarks,
      ...headEpochBenchmarks(model, input.at(-1)!),
      ...predictFilesBenchmarks(model, input.at(-1)!),
    ],
  };
}

type Running = Pick<SuiteOptions, 'progress' | 'signal'>;

async function timeAll(plan: Plan, options: BenchOptions, results: Results, running: Running): Promise<void> {
  const { progress } = running;
  // Before the work, so that a wrong file does not cost minutes.
  const before = options.compare === undefined ? undefined : await readSuite(options.compare);
  const addon = loadAddon();
  const { config: session } = await chooseDevice(addon, options.device);
  const { repetitions = REPETITIONS } = options;
  const result = await runSuite(addon, plan, { ...running, minSeconds: MIN_SECONDS, repetitions, session });
  const { machine, benchmarks } = result;
  const comparison = before && compareSuites(before, benchmarks);
  const table = comparison ? formatComparison(comparison) : formatTable(benchmarks);
  await results.tell({ ...result, ...(comparison && { comparison }) }, `${machineLine(machine)}\n\n${table}`);
  if (before !== undefined) machineDifferences(before.machine, machine).forEach((line) => progress.warn(line));
  const warning = loadWarning(machine);
  if (warning !== undefined) progress.warn(warning);
  const failed = benchmarks.filter(({ error }) => error !== undefined);
  if (failed.length === 0) return;
  progress.warn(`${failed.length} of ${benchmarks.length} benchmarks failed`);
  if (comparison) failed.forEach(({ name, error }) => progress.warn(`${name}: ${error}`));
  process.exitCode = 1;
}

async function quick({ update }: BenchOptions, results: Results, running: Running): Promise<void> {
  const { progress } = running;
  const result = await runQuick(loadAddon(), { ...running, thorough: update });
  const { design, ratios, expected, tooSlow, failed } = result;
  await results.tell({ ...result, limit: LIMIT }, formatRatios(ratios, expected));
  for (const { name, error, skipped } of failed) progress.warn(`${name}: ${error ?? skipped}`);
  if (failed.some(({ error }) => error !== undefined)) process.exitCode = 1;
  if (update) {
    await writeExpected(design, ratios);
    progress.line(`Expected from now on, on processors of this design (${design})`);
  } else if (expected === undefined) {
    progress.line(`No expectation for a processor of this design (${design}): nothing was compared`);
  } else if (tooSlow.length > 0) {
    progress.warn(`Slower than ${LIMIT} times what is expected: ${tooSlow.join(', ')}`);
    process.exitCode = 1;
  }
}

/** `npm run bench`: exit status 1 where a benchmark fails, and where a quick one has become slower. */
export async function bench(argv: readonly string[]): Promise<void> {
  const options = parseBenchOptions(argv);
  const { json, filter } = options;
  const interruption = new AbortController();
  const { signal } = interruption;
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const time = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(':', '-');
  const ownFile =
    json || options.quick || options.profile || options.list ? undefined : join('runs', `bench-${time}.json`);
  const out = options.out ?? ownFile;
  if (out !== undefined) await makeFolderOf(out);
  const progress = createProgress({ json });
  const results = new Results(progress, json, out);
  if (options.quick) {
    await quick(options, results, { progress, signal });
    return;
  }
  const plan = await planSuite(candidates(options), (name) => filter?.test(name) ?? true, { signal });
  if (options.list) {
    const names = planNames(plan);
    process.stdout.write(json ? `${JSON.stringify({ format: JSON_FORMAT, names })}\n` : `${names.join('\n')}\n`);
    return;
  }
  if (!options.profile) {
    await timeAll(plan, options, results, { progress, signal });
    return;
  }
  const addon = loadAddon();
  const { config: session } = await chooseDevice(addon, options.device);
  const profiles = await profileSuite(addon, plan, { progress, session, signal });
  await results.tell({ profiles }, profiles.map(formatProfile).join('\n\n'));
}
