import type { Json } from '../../../base/described';
import { type BatchOptions, batchCount, type ClipBatch, type ClipSource } from '../../../data/clip-source';

/** Which part of a source there is. */
export interface FirstBatchesOptions {
  readonly batches: number;
  /** Each epoch is the first one again: the same clips, cut and changed alike, in one order. */
  readonly sameEachEpoch: boolean;
  /** What the source's description tells of it. */
  readonly describedAs: Readonly<Record<string, Json>>;
}

/** The first batches of each epoch of a source, as a source. */
export class FirstBatches implements ClipSource {
  readonly task;
  readonly clip;
  readonly batchSize;
  readonly clipCount: number;
  readonly deterministic: boolean;
  readonly mixedTargets: boolean;
  readonly classCounts?: () => readonly number[];
  readonly plannedClips?: NonNullable<ClipSource['plannedClips']>;
  private readonly count: number;

  constructor(
    private readonly source: ClipSource,
    private readonly options: FirstBatchesOptions,
  ) {
    const { task, clip, batchSize, deterministic, mixedTargets = false } = source;
    this.task = task;
    this.clip = clip;
    this.batchSize = batchSize;
    this.count = Math.min(options.batches, batchCount(source));
    this.clipCount = Math.min(source.clipCount, this.count * batchSize);
    this.deterministic = deterministic || options.sameEachEpoch;
    this.mixedTargets = mixedTargets;
    if (source.classCounts) this.classCounts = () => source.classCounts?.() ?? [];
    if (source.plannedClips)
      this.plannedClips = async (epoch) => {
        const planned = await source.plannedClips?.(this.epochOf(epoch));
        return planned?.slice(0, this.clipCount) ?? [];
      };
  }

  get report() {
    return this.source.report;
  }

  spanOf(index: number) {
    return this.source.spanOf?.(index);
  }

  async describe(): Promise<Json> {
    const described = await this.source.describe?.();
    const whole = typeof described === 'object' && described !== null && !Array.isArray(described) ? described : {};
    return { ...whole, ...this.options.describedAs };
  }

  async *batches(epoch: number, options: BatchOptions = {}): AsyncGenerator<ClipBatch, void, undefined> {
    if ((options.from ?? 0) >= this.count) return;
    for await (const batch of this.source.batches(this.epochOf(epoch), options)) {
      if (batch.batch >= this.count) {
        batch.dispose();
        return;
      }
      const last = batch.batch === this.count - 1;
      yield batch;
      // What decodes ahead of it is not wanted.
      if (last) return;
    }
  }

  private epochOf(epoch: number): number {
    return this.options.sameEachEpoch ? 0 : epoch;
  }
}
