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
  readonly iterations: number;
  /** Wall-clock time of one iteration. */
  readonly seconds: number;
  /** Processor time of one iteration, of all threads where the benchmark counts them. */
  readonly cpuSeconds: number;
  readonly rate?: Rate;
  /** Why it could not run; the times are then 0. */
  readonly error?: string;
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

function resultOf(program: string, run: Run): BenchmarkResult {
  const scale = SECONDS[run.time_unit]!;
  const rate = rateOf(run);
  const failed = run.error_occurred === true;
  return {
    program,
    name: benchmarkName(run.name),
    ...(run.label === undefined || run.label === '' ? {} : { label: run.label }),
    iterations: failed ? 0 : run.iterations,
    seconds: failed ? 0 : run.real_time * scale,
    cpuSeconds: failed ? 0 : run.cpu_time * scale,
    ...(rate === undefined || failed ? {} : { rate }),
    ...(failed ? { error: (run.error_message ?? 'unknown error').replace(/\s*\n\s*/g, ' ') } : {}),
  };
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
  return report.data.benchmarks
    .filter(({ run_type }) => run_type === undefined || run_type === 'iteration')
    .map((run) => resultOf(program, run));
}
