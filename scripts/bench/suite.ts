import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgressSink } from '../../lib/cli/terminal/progress-sink';
import { UsageError } from '../../lib/base/errors';
import type { Addon } from '../../lib/native/addon';
import type { ModelCase } from './cases';
import { exportGraphs } from './export-graphs';
import { describeMachine, measureLoad, type Machine } from './machine';
import { listBenchmarks, MODEL_PROGRAM, PLAIN_PROGRAMS, PROGRAM_FOLDER, runBenchmarks } from './program';
import { benchmarkName, type BenchmarkResult } from './results';

/** What will run: the benchmarks of the programs that need nothing, by their own names, and the models' cases. */
export interface Plan {
  readonly programs: readonly { readonly program: string; readonly nativeNames: readonly string[] }[];
  readonly cases: readonly ModelCase[];
}

/** The benchmarks that there are, those whose name matches `filter`. Throws {@link UsageError} where none does. */
export async function planSuite(
  cases: readonly ModelCase[],
  filter: RegExp | undefined,
  options: { folder?: string; signal?: AbortSignal } = {},
): Promise<Plan> {
  const wanted = (name: string): boolean => filter?.test(name) ?? true;
  const programs = [];
  for (const program of PLAIN_PROGRAMS) {
    const names = await listBenchmarks(options.folder ?? PROGRAM_FOLDER, program, options.signal);
    const nativeNames = names.filter((name) => wanted(benchmarkName(name)));
    if (nativeNames.length > 0) programs.push({ program, nativeNames });
  }
  const plan = { programs, cases: cases.filter(({ name }) => wanted(name)) };
  if (planNames(plan).length === 0) {
    throw new UsageError(`No benchmark's name matches ${String(filter)}; see them with --list`);
  }
  return plan;
}

export function planNames({ programs, cases }: Plan): string[] {
  return [...programs.flatMap(({ nativeNames }) => nativeNames.map(benchmarkName)), ...cases.map(({ name }) => name)];
}

export interface SuiteResult {
  /** When it began, ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly minSeconds: number;
  readonly benchmarks: readonly BenchmarkResult[];
}

export interface SuiteOptions {
  /** Each benchmark runs at least this long. */
  readonly minSeconds: number;
  readonly progress: ProgressSink;
  readonly folder?: string;
  readonly signal?: AbortSignal;
}

/** Runs the plan, program after program. The graphs stand in a temporary folder, which is gone afterwards however it ends. */
export async function runSuite(addon: Addon, plan: Plan, options: SuiteOptions): Promise<SuiteResult> {
  const { progress, minSeconds, signal, folder = PROGRAM_FOLDER } = options;
  const date = new Date().toISOString();
  const loadBefore = await measureLoad(undefined, signal);
  const temporary = await mkdtemp(join(tmpdir(), 'movinet-bench-'));
  try {
    const programs: { program: string; nativeNames?: readonly string[]; args?: string[] }[] = [...plan.programs];
    if (plan.cases.length > 0) {
      progress.start({ label: 'Building graphs', total: plan.cases.length, unit: 'benchmarks' });
      const onCases = (done: number): void => progress.update(done);
      const manifest = await exportGraphs(addon, plan.cases, temporary, { onCases, ...(signal ? { signal } : {}) });
      progress.end(`Built the graphs of ${plan.cases.length} benchmarks`);
      programs.push({ program: MODEL_PROGRAM, args: [manifest] });
    }
    const total = planNames(plan).length;
    progress.start({ label: 'Running', total, unit: 'benchmarks' });
    let done = 0;
    const benchmarks: BenchmarkResult[] = [];
    for (const { program, ...which } of programs) {
      const reportFile = join(temporary, `${program}.json`);
      const onBenchmark = (): void => progress.update((done += 1));
      const results = await runBenchmarks(folder, program, { ...which, reportFile, minSeconds, onBenchmark, signal });
      benchmarks.push(...results);
    }
    progress.end(`Ran ${benchmarks.length} benchmarks`);
    const machine = describeMachine(addon, [loadBefore, await measureLoad(undefined, signal)]);
    return { date, machine, minSeconds, benchmarks };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
