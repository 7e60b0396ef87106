import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MovinetError } from '../../lib/base/errors';
import { benchmarkName, parseBenchmarkReport, type BenchmarkResult } from './results';

/** Where set-up puts the programs. */
export const PROGRAM_FOLDER = join(__dirname, '..', '..', 'build', 'native', 'bench');

/** Those that need no argument. */
export const PLAIN_PROGRAMS = [
  'tensor_bench',
  'session_bench',
  'video_bench',
  'seek_bench',
  'augmentation_bench',
  'codec_bench',
  'kernel_bench',
] as const;
export const MODEL_PROGRAM = 'model_bench';
/** What a quick run compares the others with. */
export const REFERENCE_PROGRAM = 'reference_bench';

export interface RunOptions {
  /** Where the program may write its report. */
  readonly reportFile: string;
  /** Each repetition of a benchmark takes at least this long. */
  readonly minSeconds: number;
  /** Default 1. */
  readonly repetitions?: number;
  /** The benchmarks to run, as {@link listBenchmarks} gives them. Default: all. */
  readonly nativeNames?: readonly string[];
  /** The program's own arguments. */
  readonly args?: readonly string[];
  /** Called after each benchmark. */
  readonly onBenchmark?: (name: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The last line that is no remark of TensorFlow's log or of Google Benchmark. */
function reasonIn(errors: string): string | undefined {
  const remarks = /^([IWEF]\d{4} |WARNING|\*\*\*|\d{4}-\d\d-\d\d[T ]|Running |Run on |CPU Caches| {2}L\d|Load Average)/;
  return errors
    .split('\n')
    .filter((line) => line.trim() !== '' && !remarks.test(line))
    .at(-1);
}

/** Runs a program, each line of its output as it comes. Throws {@link MovinetError} with the reason that it gives on failing. */
async function run(
  folder: string,
  program: string,
  args: readonly string[],
  onLine: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const path = join(folder, program);
  if (!existsSync(path)) {
    throw new MovinetError(`There is no ${path}; run \`node scripts/setup.mjs bench\` to build it`);
  }
  const child = spawn(path, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
    ...(signal ? { signal } : {}),
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-10_000)));
  createInterface({ input: child.stdout }).on('line', onLine);
  const [code, signalName] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...ending) => resolve(ending));
  });
  signal?.throwIfAborted();
  if (code !== 0) {
    const ending = signalName === null ? `status ${code}` : signalName;
    throw new MovinetError(`${program} failed: ${reasonIn(errors) ?? ending}`);
  }
}

/** Runs {@link MODEL_PROGRAM} for what TensorFlow tells of its benchmarks' operations: files `BENCHMARK-RUN.pb` in the folder. */
export function traceModels(folder: string, manifest: string, traces: string, signal?: AbortSignal): Promise<void> {
  return run(folder, MODEL_PROGRAM, [manifest, traces], () => undefined, signal);
}

/** The benchmarks of a program, by the names that it gives them. */
export async function listBenchmarks(folder: string, program: string, signal?: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  await run(folder, program, ['--benchmark_list_tests=true'], (line) => names.push(line.trim()), signal);
  return names.filter((name) => name !== '');
}

function exactly(names: readonly string[]): string {
  return `^(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;
}

export async function runBenchmarks(folder: string, program: string, options: RunOptions): Promise<BenchmarkResult[]> {
  const { reportFile, repetitions = 1, nativeNames, args = [], onBenchmark, signal } = options;
  const flags = [
    ...args,
    `--benchmark_out=${reportFile}`,
    '--benchmark_out_format=json',
    '--benchmark_format=console',
    '--benchmark_color=false',
    `--benchmark_min_time=${options.minSeconds}`,
    `--benchmark_repetitions=${repetitions}`,
    ...(nativeNames === undefined ? [] : [`--benchmark_filter=${exactly(nativeNames)}`]),
  ];
  // Each repetition's line begins with the benchmark's name, and so do those of their means; the head and rules of the table have no such word.
  const told = new Set<string>();
  const onLine = (line: string): void => {
    const word = /^(\S+) /.exec(line)?.[1];
    if (word === undefined || word === 'Benchmark' || /_(mean|median|stddev|cv)$/.test(word) || told.has(word)) return;
    told.add(word);
    onBenchmark?.(benchmarkName(word));
  };
  await run(folder, program, flags, onLine, signal);
  return parseBenchmarkReport(program, await readFile(reportFile, 'utf8'));
}
