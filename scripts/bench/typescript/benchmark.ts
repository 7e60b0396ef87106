import { Bench } from 'tinybench';
import type { Addon } from '../../../lib/native/addon';
import type { SessionConfig } from '../../../lib/runtime/session-config';
import { resultOfRepetitions, withoutFigures, type BenchmarkResult } from '../results';

/** The `program` of what is timed in this process. */
export const TYPESCRIPT = 'typescript';

export interface BenchmarkTools {
  readonly addon: Addon;
  /** An empty folder of the benchmark's own; it is removed afterwards. */
  readonly folder: string;
  /** The device. */
  readonly session: SessionConfig;
}

/** What is timed, ready to run. */
export interface OpenBenchmark {
  /** May run any number of times. */
  readonly run: () => unknown;
  /** Of one run. */
  readonly rate?: { readonly count: number; readonly unit: string };
  /** What there is to say of the input. */
  readonly label?: string;
  readonly close?: () => void;
}

export interface ScriptBenchmark {
  readonly name: string;
  readonly open: (tools: BenchmarkTools) => Promise<OpenBenchmark>;
}

export interface TimingOptions {
  /** Each repetition takes at least this long. */
  readonly minSeconds: number;
  readonly repetitions: number;
  readonly signal?: AbortSignal | undefined;
}

/** Opens and times one benchmark; one that fails is a result that says why. */
export async function timeBenchmark(
  { name, open }: ScriptBenchmark,
  tools: BenchmarkTools,
  options: TimingOptions,
): Promise<BenchmarkResult> {
  try {
    const opened = await open(tools);
    try {
      return await timeOpened(name, opened, options);
    } finally {
      opened.close?.();
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    return withoutFigures({ program: TYPESCRIPT, name }, { error: (error as Error).message.split('\n')[0]! });
  }
}

async function timeOpened(
  name: string,
  { run, rate, label }: OpenBenchmark,
  { minSeconds, repetitions, signal }: TimingOptions,
): Promise<BenchmarkResult> {
  const each = [];
  // What is slow once only, such as a first run of a session, is nobody's repetition.
  await run();
  for (let i = 0; i < repetitions; i++) {
    signal?.throwIfAborted();
    let runs = 0;
    const bench = new Bench({ time: minSeconds * 1000, iterations: 1, warmup: false, throws: true });
    bench.add(name, async () => {
      runs += 1;
      await run();
    });
    const before = process.cpuUsage();
    const [task] = await bench.run();
    const { user, system } = process.cpuUsage(before);
    const seconds = task!.result!.latency.mean / 1000;
    each.push({
      ...{ iterations: task!.runs, seconds, cpuSeconds: (user + system) / 1e6 / runs },
      ...(rate && { rate: { value: rate.count / seconds, unit: rate.unit } }),
    });
  }
  return resultOfRepetitions({ program: TYPESCRIPT, name, ...(label !== undefined && { label }) }, each);
}
