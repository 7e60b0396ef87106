import { DEFAULT_THRESHOLD, encodeTargets, type Task } from '../base/task';
import { Turn } from '../base/turn';
import type { ClassifiedClip } from './evaluation';
import { Meters } from './meters';
import type { Measured, Metric } from './metric';
import {
  accuracy,
  confusionMatrix,
  expectedCalibrationError,
  f1,
  meanAveragePrecision,
  metrics as kinds,
} from './metrics';

/** Clips that are measured between two looks at the clock. */
const CHUNK = 32;

/**
 * What every report of an evaluation shows, whatever else was measured: the confusion matrix and the reliability curve; of a multi-label task, decided by `threshold` (default 0.5), the
 * scores of each class and how well it ranks the clips.
 */
export function reportMetrics({ kind }: Pick<Task, 'kind'>, threshold: number = DEFAULT_THRESHOLD): readonly Metric[] {
  const described =
    kind === 'single-label'
      ? [confusionMatrix(), expectedCalibrationError()]
      : [accuracy({ threshold }), f1({ threshold }), meanAveragePrecision()];
  return described.map((metric) => kinds.build(metric));
}

type Classified = Pick<ClassifiedClip, 'target' | 'probabilities'>;

/** Measures clips that were classified before, in turns of the event loop: all metrics but losses, which they do not have. */
export async function measureClips(
  clips: readonly Classified[],
  metrics: readonly Metric[],
  task: Task,
): Promise<Meters> {
  const turn = new Turn();
  const meters = new Meters(metrics, task);
  for (let begin = 0; begin < clips.length; begin += CHUNK) {
    meters.add(measuredOf(clips.slice(begin, begin + CHUNK), task.classes.length));
    if (turn.over) await turn.next();
  }
  await meters.finish();
  return meters;
}

function measuredOf(clips: readonly Classified[], classes: number): Measured {
  const count = clips.length;
  const probabilities = new Float32Array(count * classes);
  clips.forEach((clip, row) => probabilities.set(clip.probabilities, row * classes));
  const targets = encodeTargets(
    clips.map(({ target }) => target),
    classes,
  );
  return { count, probabilities, targets, losses: new Float32Array(count) };
}
