import { untilAborted } from '../base/until-aborted';
import { checkedBatches } from '../data/checked-batches';
import type { ClipBatch, ClipSource } from '../data/clip-source';
import type { Outcome } from '../metrics/outcome';
import type { Addon } from '../native/addon';
import type { FeatureCache } from './features/feature-cache';
import type { Runner } from './runner';

/** What one batch of a pass came to, and which clips it was. */
export type PassedBatch = Outcome & Pick<ClipBatch, 'targets' | 'files' | 'indices' | 'views'>;

export interface PassOptions {
  readonly addon: Pick<Addon, 'createTensor'>;
  /** Told of each batch in turn, and awaited. */
  readonly each: (batch: PassedBatch) => void | Promise<void>;
  /**
   * Keeps the features of the clips: where it is complete, no video is read. Only for a frozen backbone and a source that gives the same clips
   * each time.
   */
  readonly cache?: FeatureCache | undefined;
  /** Ends the pass with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Shows every clip of a source to a runner once, in inference mode. Whatever evaluates or predicts goes through here. */
export async function pass(runner: Runner, source: ClipSource, options: PassOptions): Promise<void> {
  const { addon, each, cache, signal } = options;
  if (cache?.complete === true) {
    for await (const { features, ...clips } of cache.batches(addon, source.batchSize, signal)) {
      using owned = features;
      signal?.throwIfAborted();
      await each({ ...(await untilAborted(runner.evaluate(owned, clips.targets, 'features'), signal)), ...clips });
    }
    return;
  }
  // What has no place once has none the next time.
  const gathered = cache?.lost === false ? cache.another() : undefined;
  try {
    await read(runner, source, options, gathered);
    if (gathered) cache?.finishWith(gathered);
  } catch (error) {
    gathered?.dispose();
    throw error;
  }
}

/** Shows the clips themselves, and gathers their features where they are to be kept. */
async function read(
  runner: Runner,
  source: ClipSource,
  { each, signal }: PassOptions,
  gathered: FeatureCache | undefined,
): Promise<void> {
  for await (const batch of checkedBatches(source, 0, { signal })) {
    using owned = batch;
    const { clips, targets, files, indices, views } = owned;
    const told = { targets, files, indices, views };
    if (gathered === undefined) {
      await each({ ...(await untilAborted(runner.evaluate(clips, targets), signal)), ...told });
      continue;
    }
    using features = await untilAborted(runner.features(clips), signal, (late) => late.dispose());
    await gathered.add(features, told);
    await each({ ...(await untilAborted(runner.evaluate(features, targets, 'features'), signal)), ...told });
  }
}
