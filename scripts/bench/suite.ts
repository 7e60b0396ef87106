import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../lib/base/errors';
import type { ProgressSink } from '../../lib/cli/terminal/progress-sink';
import type { Addon } from '../../lib/native/addon';
import type { SessionConfig } from '../../lib/runtime/session-config';
import { describeMachine, measureLoad, type Machine } from './machine';
import type { ModelCase } from './model/cases';
import { profileModels, runModels, type Profile } from './model/run';
import { listBenchmarks, PLAIN_PROGRAMS, PROGRAM_FOLDER, runBenchmarks } from './program';
import { benchmarkName, type BenchmarkResult } from './results';
import { timeBenchmark, type ScriptBenchmark } from './typescript/benchmark';

/** What there is beside the benchmarks of the programs that need nothing. */
export interface Candidates {
  /** Default: {@link PLAIN_PROGRAMS}. */
  readonly programs?: readonly string[];
  readonly cases: readonly ModelCase[];
  readonly scripts: readonly ScriptBenchmark[];
}

/** What will run: the programs' benchmarks by their own names, the models' cases, and what is timed in this process. */
export interface Plan {
  readonly programs: readonly { readonly program: string; readonly nativeNames: readonly string[] }[];
  readonly cases: readonly ModelCase[];
  readonly scripts: readonly ScriptBenchmark[];
}

/** The benchmarks that there are, those whose name `wanted` takes. Throws {@link UsageError} where there is none. */
export async function planSuite(
  { programs = PLAIN_PROGRAMS, cases, scripts }: Candidates,
  wanted: (name: string) => boolean = () => true,
  options: { readonly folder?: string; readonly signal?: AbortSignal | undefined } = {},
): Promise<Plan> {
  const planned = [];
  for (const program of programs) {
    const names = await listBenchmarks(options.folder ?? PROGRAM_FOLDER, program, options.signal);
    const nativeNames = names.filter((name) => wanted(benchmarkName(name)));
    if (nativeNames.length > 0) planned.push({ program, nativeNames });
  }
  const named = ({ name }: { name: string }): boolean => wanted(name);
  const plan = { programs: planned, cases: cases.filter(named), scripts: scripts.filter(named) };
  if (planNames(plan).length === 0) throw new UsageError("No benchmark's name matches; see them with --list");
  return plan;
}

export function planNames({ programs, cases, scripts }: Plan): string[] {
  return [
    ...programs.flatMap(({ nativeNames }) => nativeNames.map(benchmarkName)),
    ...[...cases, ...scripts].map(({ name }) => name),
  ];
}

export interface SuiteResult {
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly minSeconds: number;
  readonly repetitions: number;
  readonly benchmarks: readonly BenchmarkResult[];
}

export interface SuiteOptions {
  /** Each repetition of a benchmark takes at least this long. */
  readonly minSeconds: number;
  readonly repetitions: number;
  readonly progress: ProgressSink;
  /** The device of models. Default: as TensorFlow finds it. */
  readonly session?: SessionConfig;
  readonly folder?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Hands `work` a folder that is gone afterwards, however it ends. */
async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'movinet-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the plan: program after program, then the models, then what is timed in this process. */
export async function runSuite(addon: Addon, plan: Plan, options: SuiteOptions): Promise<SuiteResult> {
  const { minSeconds, repetitions, signal } = options;
  const date = new Date().toISOString();
  const loadBefore = await measureLoad(undefined, signal);
  const benchmarks = await withFolder((temporary) => runPlan(addon, plan, temporary, options));
  const machine = describeMachine(addon, [loadBefore, await measureLoad(undefined, signal)]);
  return { date, machine, minSeconds, repetitions, benchmarks };
}

/** The results alone, in the plan's order. */
async function runPlan(addon: Addon, plan: Plan, temporary: string, options: SuiteOptions): Promise<BenchmarkResult[]> {
  const { progress, minSeconds, repetitions, session = {}, folder = PROGRAM_FOLDER, signal } = options;
  const results: BenchmarkResult[] = [];
  for (const { program, nativeNames } of plan.programs) {
    progress.start({ label: program, total: nativeNames.length, unit: 'benchmarks' });
    let done = 0;
    const onBenchmark = (): void => progress.update((done += 1));
    const reportFile = join(temporary, `${program}.json`);
    const given = { nativeNames, reportFile, minSeconds, repetitions, onBenchmark, signal };
    results.push(...(await runBenchmarks(folder, program, given)));
    progress.end(`Ran ${nativeNames.length} benchmarks of ${program}`);
  }
  if (plan.cases.length > 0)
    results.push(...(await runModels(addon, plan.cases, { ...options, folder, temporary, session })));
  if (plan.scripts.length > 0) {
    progress.start({ label: 'TypeScript', total: plan.scripts.length, unit: 'benchmarks' });
    const own: BenchmarkResult[] = [];
    for (const [index, script] of plan.scripts.entries()) {
      const tools = { addon, session, folder: join(temporary, `script-${index}`) };
      await mkdir(tools.folder);
      own.push(await timeBenchmark(script, tools, { minSeconds, repetitions, signal }));
      progress.update(own.length);
    }
    results.push(...own);
    progress.end(`Ran ${own.length} benchmarks in TypeScript`);
  }
  const place = new Map(planNames(plan).map((name, index) => [name, index]));
  return results.sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0));
}

/** Which operations of the plan's models take the time. Throws {@link UsageError} where it has none. */
export async function profileSuite(
  addon: Addon,
  { cases }: Plan,
  options: Pick<SuiteOptions, 'progress' | 'session' | 'folder' | 'signal'>,
): Promise<Profile[]> {
  if (cases.length === 0) throw new UsageError('Only benchmarks of models have a profile; see them with --list');
  const { session = {}, folder = PROGRAM_FOLDER } = options;
  return await withFolder((temporary) => profileModels(addon, cases, { ...options, folder, temporary, session }));
}
