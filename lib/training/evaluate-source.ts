import type { ClipSource } from '../data/clip-batch';
import { DatasetError } from '../base/errors';
import type { Addon } from '../native/addon';
import type { BatchLogs, CallbackList } from './callbacks';
import { FeatureCache } from './feature-cache';
import { RunningMetrics, probabilities } from './metrics';
import type { BatchResult, InferenceRunner } from './runner';

/** What a model says of one clip. */
export interface ClassifiedClip {
  readonly file: string;
  /** The clip's position in the data set. */
  readonly index: number;
  /** Index of its true class. */
  readonly label: number;
  /** [classes], sums to 1. */
  readonly probabilities: Float32Array;
}

export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  /** In the order of the data set. */
  readonly clips: ClassifiedClip[];
}

interface EvaluateOptions {
  callbacks: CallbackList;
  phase: 'validation' | 'evaluate' | 'predict';
  epoch: number;
  /** Features of an earlier pass over the same source. */
  cache: FeatureCache | undefined;
  signal?: AbortSignal;
}

/**
 * One pass over a source in inference mode. Where the backbone is frozen and the source gives the same clips each time, their features are
 * kept: a second pass reads no video.
 */
export async function evaluateSource(
  addon: Addon,
  runner: InferenceRunner,
  source: ClipSource,
  options: EvaluateOptions,
): Promise<{ evaluation: Evaluation; cache: FeatureCache | undefined }> {
  const metrics = new RunningMetrics();
  const clips: ClassifiedClip[] = [];
  const { callbacks, phase, epoch, cache, signal } = options;
  const batches = Math.ceil(source.clipCount / source.batchSize);
  const shared = { phase, epoch, batches, totalClips: source.clipCount };
  let done = 0;
  const logs = (): BatchLogs => ({
    ...shared,
    batch: done,
    clips: metrics.clips,
    loss: metrics.loss,
    accuracy: metrics.accuracy,
  });
  const record = async (
    result: BatchResult,
    batch: { labels: Int32Array; files: readonly string[]; indices: readonly number[] },
  ): Promise<void> => {
    metrics.add(result, batch.labels);
    const rows = probabilities(result.logits, batch.labels.length);
    const classes = rows.length / batch.labels.length;
    batch.files.forEach((file, i) => {
      clips.push({
        file,
        index: batch.indices[i] as number,
        label: batch.labels[i] as number,
        probabilities: rows.slice(i * classes, (i + 1) * classes),
      });
    });
    done += 1;
    await callbacks.call('onBatchEnd', logs());
  };

  await callbacks.call('onPhaseBegin', shared);
  let collected: FeatureCache | undefined = cache;
  if (cache && runner.frozenBackbone) {
    for (const batch of cache.batches(addon, source.batchSize)) {
      using features = batch.features;
      signal?.throwIfAborted();
      await record(await runner.evaluate(features, batch.labels, 'features'), batch);
    }
  } else {
    const keep = runner.frozenBackbone && source.deterministic;
    collected = keep ? new FeatureCache() : undefined;
    for await (const batch of source.batches(0, signal ? { signal } : {})) {
      using owned = batch;
      if (owned.labels.length === 0) continue;
      if (!collected) {
        await record(await runner.evaluate(owned.clips, owned.labels), owned);
        continue;
      }
      using features = await runner.features(owned.clips);
      collected.add(features, owned.labels, owned.files, owned.indices);
      await record(await runner.evaluate(features, owned.labels, 'features'), owned);
    }
  }
  if (metrics.clips === 0) throw new DatasetError('None of the clips could be read');
  await callbacks.call('onPhaseEnd', logs());
  clips.sort((a, b) => a.index - b.index);
  return { evaluation: { loss: metrics.loss, accuracy: metrics.accuracy, clips }, cache: collected };
}
