import { multiLabel, singleLabel, type Task } from '../../../lib/base/task';
import type { MetricChoice } from '../../../lib/metrics/meters';
import { chosenMetrics, Meters } from '../../../lib/metrics/meters';
import type { Measured } from '../../../lib/metrics/metric';

/** `class 0`, `class 1`, … */
export const taskOf = (kind: Task['kind'], classes: number): Task =>
  (kind === 'single-label' ? singleLabel : multiLabel)(Array.from({ length: classes }, (_, i) => `class ${i}`));

/** Clips by their rows, as meters take them; losses are 0. */
export function measured(probabilities: readonly number[][], targets: readonly number[][]): Measured {
  return {
    count: targets.length,
    probabilities: Float32Array.from(probabilities.flat()),
    targets: Float32Array.from(targets.flat()),
    losses: new Float32Array(targets.length),
  };
}

/** The rows in batches of `size`. */
export function batchesOf(
  probabilities: readonly number[][],
  targets: readonly number[][],
  size: number,
): readonly Measured[] {
  return Array.from({ length: Math.ceil(targets.length / size) }, (_, i) =>
    measured(probabilities.slice(i * size, (i + 1) * size), targets.slice(i * size, (i + 1) * size)),
  );
}

/** All that one pass tells. */
export async function measure(
  metrics: readonly MetricChoice[],
  task: Task,
  batches: readonly Measured[],
): Promise<Meters> {
  const meters = new Meters(chosenMetrics(metrics), task);
  batches.forEach((batch) => meters.add(batch));
  await meters.finish();
  return meters;
}
