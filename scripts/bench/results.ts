import { z } from 'zod';
import { MovinetError } from '../../lib/base/errors';

/** What a benchmark does in a second, in its own unit: `clips`, `frames`, `bytes`, `operations`. */
export interface Rate {
  readonly value: number;
  readonly unit: string;
}

export interface BenchmarkResult {
  readonly program: string;
  readonly name: string;
  /** What the benchmark says of its input. */
  readonly label?: string;
  /** Of one repetition. */
  readonly iterations: number;
  /** Wall-clock time of one iteration: the mean of a repetition's, the median of the repetitions. */
  readonly seconds: number;
  /** The shortest and the longest of the repetitions' times; absent where there was one. */
  readonly spread?: readonly [least: number, most: number];
  /** Processor time of one iteration, of all threads where the benchmark counts them. */
  readonly cpuSeconds: number;
  /** As `spread`, of the processor time. */
  readonly cpuSpread?: readonly [least: number, most: number];
  readonly rate?: Rate;
  /** Why it failed; the times are then 0. */
  readonly error?: string;
  /** Why this machine cannot run it, which is no failure; the times are then 0. */
  readonly skipped?: string;
}

/** A result without figures. */
export function withoutFigures(
  which: Pick<BenchmarkResult, 'program' | 'name' | 'label'>,
  why: Pick<BenchmarkResult, 'error' | 'skipped'>,
): BenchmarkResult {
  return { ...which, iterations: 0, seconds: 0, cpuSeconds: 0, ...why };
}

const SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1 };

const runSchema = z.looseObject({
  name: z.string(),
  run_type: z.string().optional(),
  iterations: z.number(),
  real_time: z.number(),
  cpu_time: z.number(),
  time_unit: z.enum(['ns', 'us', 'ms', 's']),
  label: z.string().optional(),
  error_occurred: z.boolean().optional(),
  error_message: z.string().optional(),
});

const reportSchema = z.looseObject({ benchmarks: z.array(runSchema) });

type Run = z.infer<typeof runSchema>;

/** `BackboneForward/…` of `BM_BackboneForward/…/process_time/real_time`: without what only C++ and the clock are told. */
export function benchmarkName(nativeName: string): string {
  return nativeName.replace(/^BM_/, '').replace(/(\/(process_time|real_time))+$/, '');
}

/** A counter named `clips/s`, or Google Benchmark's own rates. */
function rateOf(run: Run): Rate | undefined {
  for (const [key, value] of Object.entries(run)) {
    if (typeof value !== 'number') continue;
    const unit = /^(\w+)\/s$/.exec(key)?.[1] ?? /^(bytes|items)_per_second$/.exec(key)?.[1];
    if (unit !== undefined) return { value, unit };
  }
  return undefined;
}

/** What native/bench/reporting.h puts before the reason. */
const SKIPPED = 'skipped: ';

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const extremes = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;

/** One result of a benchmark's repetitions. */
export function resultOfRepetitions(
  which: Pick<BenchmarkResult, 'program' | 'name' | 'label'>,
  repetitions: readonly Pick<BenchmarkResult, 'iterations' | 'seconds' | 'cpuSeconds' | 'rate'>[],
): BenchmarkResult {
  const seconds = repetitions.map((one) => one.seconds);
  const cpuSeconds = repetitions.map((one) => one.cpuSeconds);
  const rates = repetitions.flatMap(({ rate }) => rate ?? []);
  return {
    ...which,
    iterations: middle(repetitions.map(({ iterations }) => iterations)),
    seconds: middle(seconds),
    ...(repetitions.length > 1 && { spread: extremes(seconds) }),
    cpuSeconds: middle(cpuSeconds),
    ...(repetitions.length > 1 && { cpuSpread: extremes(cpuSeconds) }),
    ...(rates[0] && { rate: { value: middle(rates.map(({ value }) => value)), unit: rates[0].unit } }),
  };
}

function resultOf(program: string, runs: readonly Run[]): BenchmarkResult {
  const { name, label } = runs[0]!;
  const which = { program, name: benchmarkName(name), ...(label === undefined || label === '' ? {} : { label }) };
  const failed = runs.find(({ error_occurred }) => error_occurred === true);
  if (failed !== undefined) {
    const reason = (failed.error_message ?? 'unknown error').replace(/\s*\n\s*/g, ' ');
    return withoutFigures(
      which,
      reason.startsWith(SKIPPED) ? { skipped: reason.slice(SKIPPED.length) } : { error: reason },
    );
  }
  return resultOfRepetitions(
    which,
    runs.map((run) => {
      const scale = SECONDS[run.time_unit]!;
      const rate = rateOf(run);
      const { iterations, real_time, cpu_time } = run;
      return { iterations, seconds: real_time * scale, cpuSeconds: cpu_time * scale, ...(rate && { rate }) };
    }),
  );
}

/** Reads what a Google Benchmark program wrote with `--benchmark_out`. Throws {@link MovinetError} where it is no such report. */
export function parseBenchmarkReport(program: string, text: string): BenchmarkResult[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new MovinetError(`${program} wrote no whole report; it may have been stopped`, { cause: error });
  }
  const report = reportSchema.safeParse(content);
  if (!report.success) {
    const [issue] = report.error.issues;
    throw new MovinetError(`${program} wrote an unexpected report: ${issue!.path.join('.')}: ${issue!.message}`);
  }
  const runs = new Map<string, Run[]>();
  for (const run of report.data.benchmarks) {
    if (run.run_type !== undefined && run.run_type !== 'iteration') continue;
    runs.set(run.name, [...(runs.get(run.name) ?? []), run]);
  }
  return [...runs.values()].map((repetitions) => resultOf(program, repetitions));
}
