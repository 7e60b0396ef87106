import { DatasetError } from '../base/errors';
import { probabilities, rowsOf, type Task } from '../base/task';
import type { ClipSource } from '../data/clip-source';
import type { Evaluation } from '../metrics/evaluation';
import { chosenMetrics, Meters } from '../metrics/meters';
import type { Metric, Metrics } from '../metrics/metric';
import { checkFinite } from '../metrics/outcome';
import { ViewMeans } from '../metrics/view-means';
import { pass, type PassOptions } from './pass';
import type { Runner } from './runner';

export interface EvaluateOptions extends Omit<PassOptions, 'each'> {
  /** The model's. */
  readonly task: Task;
  /** Default: loss and accuracy. */
  readonly metrics?: readonly Metric[] | undefined;
  /** Where a training run stands, for errors. */
  readonly at?: { readonly epoch: number; readonly step: number } | undefined;
  /** Called after each batch with how many clips there were so far, and what they came to. */
  readonly onBatch?: (done: { readonly clips: number; readonly metrics: Metrics }) => void | Promise<void>;
}

/**
 * Measures a model, and gives every video's probabilities: where a source has several clips of one, the mean of theirs. Throws {@link DatasetError} where no clip
 * could be read, DivergedError for NaN or infinite logits or losses.
 */
export async function evaluate(runner: Runner, source: ClipSource, options: EvaluateOptions): Promise<Evaluation> {
  const { task, metrics = chosenMetrics(), at, onBatch, ...passing } = options;
  const soFar = Meters.soFar(metrics, task);
  const videos = new ViewMeans();
  await pass(runner, source, {
    ...passing,
    async each({ logits, losses, targets, files, indices }) {
      checkFinite({ logits, losses }, files, at);
      const count = files.length;
      const scores = probabilities(logits, count, task.kind);
      const rows = rowsOf(scores, count);
      const targetRows = rowsOf(targets, count);
      files.forEach((file, row) => {
        const index = indices[row] as number;
        const span = source.spanOf?.(index);
        videos.add({
          ...{ file, index, target: targetRows[row] as Float32Array, ...(span && { span }) },
          ...{ probabilities: rows[row] as Float32Array, loss: losses[row] as number },
        });
      });
      soFar.add({ count, probabilities: scores, targets, losses });
      await onBatch?.({ clips: soFar.count, metrics: soFar.results() });
    },
  });
  if (soFar.count === 0) throw new DatasetError('None of the clips could be read');
  return videos.evaluation(new Meters(metrics, task), task.kind);
}
