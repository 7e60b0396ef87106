import { DatasetError } from '../base/errors';
import { predictedClasses, probabilities, rowsOf } from '../base/task';
import type { ClipSource } from '../data/clip-source';
import type { ClassifiedClip, Evaluation } from '../metrics/evaluation';
import { RunningMetrics } from '../metrics/running-metrics';
import { pass, type PassOptions } from './pass';
import type { Runner } from './runner';

export interface EvaluateOptions extends Omit<PassOptions, 'each'> {
  /** Called after each batch with the means so far. */
  readonly onBatch?: (metrics: RunningMetrics) => void | Promise<void>;
}

/** Loss, accuracy and every clip's probabilities. Throws {@link DatasetError} where no clip could be read. */
export async function evaluate(runner: Runner, source: ClipSource, options: EvaluateOptions): Promise<Evaluation> {
  const { onBatch, ...passing } = options;
  const metrics = new RunningMetrics();
  const clips: ClassifiedClip[] = [];
  await pass(runner, source, {
    ...passing,
    async each({ logits, losses, targets, files, indices }) {
      metrics.add({ logits, losses }, targets);
      const labels = predictedClasses(targets, files.length);
      const rows = rowsOf(probabilities(logits, files.length), files.length);
      files.forEach((file, row) => {
        clips.push({
          file,
          index: indices[row] as number,
          label: labels[row] as number,
          probabilities: rows[row] as Float32Array,
        });
      });
      await onBatch?.(metrics);
    },
  });
  if (metrics.clips === 0) throw new DatasetError('None of the clips could be read');
  clips.sort((a, b) => a.index - b.index);
  return { loss: metrics.loss, accuracy: metrics.accuracy, clips };
}
