import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import type { Addon } from '../../../lib/native/addon';
import { describeCpu } from '../../../lib/runtime/machine';
import type { BenchmarkResult } from '../results';
import { planSuite, runSuite } from '../suite';
import { QUICK_BENCHMARKS, quickCandidates, REFERENCES } from './cases';
import { bestTimes, processorDesign, type Ratios, ratiosOf, readExpected, tooSlow } from './ratios';

const SECONDS = 0.05;
const REPETITIONS = 5;
/** How often what looks too slow is run once more: noise seldom comes four times. */
const MORE_RUNS = 3;

export interface QuickResult {
  readonly design: string;
  readonly ratios: Ratios;
  /** Of this design; undefined where none are known. */
  readonly expected: Ratios | undefined;
  /** Those that stayed beyond the limit in every run. */
  readonly tooSlow: readonly string[];
  /** Those without figures, with the reason. */
  readonly failed: readonly BenchmarkResult[];
}

/**
 * Runs the quick benchmarks, and what looks too slow up to three times more. `thorough`: all of them so often, for an expectation that others will be held to.
 */
export async function runQuick(
  addon: Addon,
  options: {
    readonly progress: ProgressSink;
    readonly thorough: boolean;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<QuickResult> {
  const { progress, thorough } = options;
  const design = processorDesign(describeCpu());
  const expected = (await readExpected())[design];
  const run = async (names: readonly string[]): Promise<readonly BenchmarkResult[]> => {
    const wanted = new Set([...names, ...REFERENCES]);
    const plan = await planSuite(quickCandidates(), (name) => wanted.has(name), options);
    const given = { ...options, minSeconds: SECONDS, repetitions: REPETITIONS, session: { cpuOnly: true } };
    return (await runSuite(addon, plan, given)).benchmarks;
  };
  const all = Object.keys(QUICK_BENCHMARKS);
  const results = await run(all);
  // The references once more, so that no passing disturbance makes all else look fast.
  let times = bestTimes(await run([]), bestTimes(results));
  const slow = (): string[] => tooSlow(ratiosOf(times), expected ?? {});
  for (let i = 0; i < MORE_RUNS && (thorough || slow().length > 0); i++) {
    const again = thorough ? all : slow();
    if (!thorough) progress.line(`Once more, to tell noise from a change: ${again.join(', ')}`);
    times = bestTimes(await run(again), times);
  }
  const failed = results.filter(({ seconds }) => seconds === 0);
  return { design, ratios: ratiosOf(times), expected, tooSlow: slow(), failed };
}
