import { Turn } from '../../base/turn';
import { untilAborted } from '../../base/until-aborted';
import { checkedBatches } from '../../data/checked-batches';
import {
  batchCount,
  type BatchOptions,
  type ClipBatch,
  type ClipSource,
  type PlannedClip,
} from '../../data/clip-source';
import type { Addon } from '../../native/addon';
import type { Runner } from '../runner';
import { type FeatureBatch, type FeatureCache, keyOf } from './feature-cache';

export interface FeatureEpochsParts {
  readonly source: ClipSource;
  readonly runner: Pick<Runner, 'features'>;
  readonly cache: FeatureCache;
  readonly addon: Pick<Addon, 'createTensor'>;
  /** The epoch in whose batches all features are computed. Default 0. */
  readonly firstEpoch?: number;
}

/** Batches of an epoch, counted from 0. */
export type EpochFeatures = FeatureBatch & { readonly batch: number };

/** Whether a source's clips are known before they are read, and the same in each epoch: each by itself, none mixed with another. */
export const hasFixedClips = (source: ClipSource): boolean =>
  source.deterministic && 'plannedClips' in source && source.mixedTargets !== true;

/**
 * The epochs of a source with fixed clips as features. They are always those of the batches of one epoch, whichever is read and wherever a run goes on: so the numbers are the
 * same, to the last bit, also where a batch of another size would round otherwise.
 */
export class FeatureEpochs {
  private readonly first: number;
  private planned: Promise<ReadonlySet<string>> | undefined;
  /** Of one epoch: it is asked for several times in a row. */
  private lastPlan: { readonly epoch: number; readonly clips: Promise<readonly PlannedClip[]> } | undefined;

  constructor(private readonly parts: FeatureEpochsParts) {
    this.first = parts.firstEpoch ?? 0;
  }

  /** Whether an epoch needs no clip beside those of the first one, which are kept, or will be. */
  async covers(epoch: number): Promise<boolean> {
    if (this.parts.cache.lost) return false;
    if (epoch === this.first) return this.whole;
    const turn = new Turn();
    this.planned ??= this.plan(this.first).then(async (clips) => {
      const keys = new Set<string>();
      for (const clip of clips) {
        keys.add(keyOf(clip));
        if (turn.over) await turn.next();
      }
      return keys;
    });
    const known = await this.planned;
    for (const clip of await this.plan(epoch)) {
      if (!known.has(keyOf(clip))) return false;
      if (turn.over) await turn.next();
    }
    return true;
  }

  /** The first epoch: its clips are read, and their features kept. Throws what {@link checkedBatches} throws. */
  async *gathered(options: BatchOptions): AsyncGenerator<EpochFeatures, void, undefined> {
    const { from = 0 } = options;
    let next = from;
    for await (const batch of checkedBatches(this.parts.source, this.first, options)) {
      const { batch: number, targets, weights, files, indices, views } = batch;
      const features = await this.featuresOf(batch, options.signal);
      for (; next <= number; next++) this.seen.add(next);
      yield { batch: number, features, targets, weights, files, indices, views };
    }
    for (; next < batchCount(this.parts.source); next++) this.seen.add(next);
  }

  /** An epoch that is {@link covers covered}, without its videos; clips that could not be read in the first are left out of it too. What is missing of the first is read before. */
  async *kept(epoch: number, { signal, from = 0 }: BatchOptions): AsyncGenerator<EpochFeatures, void, undefined> {
    const { source, cache, addon } = this.parts;
    const { batchSize } = source;
    const clips = await this.plan(epoch);
    for (let batch = from; batch * batchSize < clips.length; batch++) {
      const there = clips.slice(batch * batchSize, (batch + 1) * batchSize).filter((clip) => cache.has(clip));
      if (there.length === 0) continue;
      const reading = cache.batch(addon, there);
      yield { batch, ...(await untilAborted(reading, signal, ({ features }) => features.dispose())) };
    }
  }

  /** Reads the batches of the first epoch that are missing. Whether all are there then. */
  async complete(signal: AbortSignal | undefined): Promise<boolean> {
    const { source, cache } = this.parts;
    const batches = batchCount(source);
    let next = 0;
    while (next < batches && this.seen.has(next)) next++;
    if (next === batches) return !cache.lost;
    for await (const batch of checkedBatches(source, this.first, { signal, from: next })) {
      const known = this.seen.has(batch.batch);
      if (known) batch.dispose();
      else (await this.featuresOf(batch, signal)).dispose();
      for (; next <= batch.batch; next++) this.seen.add(next);
      if (cache.lost) return false;
      if (this.whole) return true;
    }
    for (; next < batches; next++) this.seen.add(next);
    return true;
  }

  /** Batches of the first epoch whose features are kept, or of which no clip can be read. */
  private get seen(): Set<number> {
    return this.parts.cache.seen;
  }

  private get whole(): boolean {
    return this.seen.size === batchCount(this.parts.source);
  }

  private async featuresOf(batch: ClipBatch, signal: AbortSignal | undefined): Promise<FeatureBatch['features']> {
    using owned = batch;
    const features = await untilAborted(this.parts.runner.features(owned.clips), signal, (late) => late.dispose());
    try {
      await this.parts.cache.add(features, owned);
      return features;
    } catch (error) {
      features.dispose();
      throw error;
    }
  }

  private plan(epoch: number): Promise<readonly PlannedClip[]> {
    if (this.lastPlan?.epoch !== epoch)
      this.lastPlan = { epoch, clips: this.parts.source.plannedClips?.(epoch) ?? Promise.resolve([]) };
    return this.lastPlan.clips;
  }
}
