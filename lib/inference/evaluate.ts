import { DatasetError } from '../base/errors';
import { decodeTargets, probabilities, rowsOf, type TaskKind } from '../base/task';
import type { ClipSource } from '../data/clip-source';
import type { Evaluation } from '../metrics/evaluation';
import { RunningMetrics } from '../metrics/running-metrics';
import { ViewMeans } from '../metrics/view-means';
import { pass, type PassOptions } from './pass';
import type { Runner } from './runner';

export interface EvaluateOptions extends Omit<PassOptions, 'each'> {
  /** The model's. */
  readonly kind: TaskKind;
  /** Called after each batch with the means over the clips so far. */
  readonly onBatch?: (metrics: RunningMetrics) => void | Promise<void>;
}

/**
 * Loss, accuracy and every video's probabilities: where a source has several clips of one, the mean of theirs. Throws {@link DatasetError} where no clip
 * could be read.
 */
export async function evaluate(runner: Runner, source: ClipSource, options: EvaluateOptions): Promise<Evaluation> {
  const { kind, onBatch, ...passing } = options;
  const metrics = new RunningMetrics(kind);
  const videos = new ViewMeans();
  await pass(runner, source, {
    ...passing,
    async each({ logits, losses, targets, files, indices }) {
      metrics.add({ logits, losses }, targets);
      const truth = decodeTargets(targets, files.length, kind);
      const rows = rowsOf(probabilities(logits, files.length, kind), files.length);
      files.forEach((file, row) => {
        const index = indices[row] as number;
        const span = source.spanOf?.(index);
        videos.add({
          ...{ file, index, target: truth[row] ?? [], ...(span && { span }) },
          ...{ probabilities: rows[row] as Float32Array, loss: losses[row] as number },
        });
      });
      await onBatch?.(metrics);
    },
  });
  if (metrics.clips === 0) throw new DatasetError('None of the clips could be read');
  return videos.evaluation(kind);
}
