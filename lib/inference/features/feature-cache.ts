import { OutputError } from '../../base/errors';
import { untilAborted } from '../../base/until-aborted';
import type { ClipBatch, PlannedClip } from '../../data/clip-source';
import type { Addon } from '../../native/addon';
import type { NativeTensor } from '../../native/tensor';
import { FeatureRows, FeatureSpace } from './feature-rows';

/** Which clips a batch holds, and what is told of them. */
export type ToldClips = Pick<ClipBatch, 'targets' | 'weights' | 'files' | 'indices' | 'views'>;

/** Features [n, width] of clips. Whoever receives them disposes of the tensor. */
export type FeatureBatch = { readonly features: NativeTensor } & ToldClips;

interface Row extends PlannedClip {
  readonly file: string;
  /** Of its features, its target and its weight, one after the other. */
  readonly number: number;
}

/** Names a clip of a source. */
export const keyOf = ({ index, view }: PlannedClip): string => `${index}/${view}`;

/** Features of a data set's clips: a frozen backbone gives the same for the same clip, so later epochs need neither video nor backbone. */
export class FeatureCache implements Disposable {
  /** Of a source that is read batch by batch: which of them it has had. */
  readonly seen = new Set<number>();
  /** By index and view. */
  private clips = new Map<string, Row>();
  private rows: FeatureRows;
  private width = 0;
  private classes = 0;
  private finished = false;
  private failed = false;

  /** `warn`: told once where the disk takes no more. */
  constructor(
    private readonly space: FeatureSpace = new FeatureSpace(),
    private readonly warn: (text: string) => void = () => undefined,
  ) {
    this.rows = new FeatureRows(space);
  }

  /** Whether every clip of the source is in it. */
  get complete(): boolean {
    return this.finished;
  }

  /** Whether it has given up, as there was no place for them: it stays empty. */
  get lost(): boolean {
    return this.failed;
  }

  get size(): number {
    return this.clips.size;
  }

  /** An empty one that shares its space. */
  another(): FeatureCache {
    return new FeatureCache(this.space, this.warn);
  }

  /** Takes over what a whole pass gathered. Passes may run at once: each gathers in a cache of its own, and that of the first is kept. */
  finishWith(gathered: FeatureCache): void {
    // Somebody may be reading what it has.
    if (this.finished) {
      gathered.dispose();
      return;
    }
    this.rows.dispose();
    const { clips, rows, width, classes, failed } = gathered;
    Object.assign(this, { clips, rows, width, classes, failed, finished: !failed });
  }

  has(clip: PlannedClip): boolean {
    return this.clips.has(keyOf(clip));
  }

  /** `features` [n, width] of the clips. Where there is no place for them all are given up, with a warning. */
  async add(features: NativeTensor, { targets, weights, files, indices, views }: ToldClips): Promise<void> {
    if (this.failed || indices.length === 0) return;
    const all = features.data() as Float32Array;
    this.width = all.length / indices.length;
    this.classes = targets.length / indices.length;
    const { width, classes } = this;
    try {
      for (const [i, index] of indices.entries()) {
        const clip = { index, view: views[i] as number };
        if (this.has(clip)) continue;
        const row = new Float32Array(width + classes + 1);
        row.set(all.subarray(i * width, (i + 1) * width));
        row.set(targets.subarray(i * classes, (i + 1) * classes), width);
        row[width + classes] = weights?.[i] ?? 1;
        const number = await this.rows.add(row);
        this.clips.set(keyOf(clip), { ...clip, file: files[i] as string, number });
      }
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      this.giveUp(error);
    }
  }

  /** Those of the clips that it has, in their order. */
  async batch(addon: Pick<Addon, 'createTensor'>, wanted: readonly PlannedClip[]): Promise<FeatureBatch> {
    const rows = wanted.flatMap((clip) => this.clips.get(keyOf(clip)) ?? []);
    const { width, classes } = this;
    const features = addon.createTensor('float32', [rows.length, width]);
    try {
      const data = features.data() as Float32Array;
      const targets = new Float32Array(rows.length * classes);
      const weights = new Float32Array(rows.length);
      await Promise.all(
        rows.map(async ({ number }, i) => {
          const row = new Float32Array(width + classes + 1);
          await this.rows.read(number, row);
          data.set(row.subarray(0, width), i * width);
          targets.set(row.subarray(width, width + classes), i * classes);
          weights[i] = row[width + classes] as number;
        }),
      );
      return {
        ...{ features, targets, weights: weights.every((weight) => weight === 1) ? undefined : weights },
        files: rows.map(({ file }) => file),
        indices: rows.map(({ index }) => index),
        views: rows.map(({ view }) => view),
      };
    } catch (error) {
      features.dispose();
      throw error;
    }
  }

  /** All clips in batches, in the order of their indices and views. Throws the signal's reason. */
  async *batches(
    addon: Pick<Addon, 'createTensor'>,
    batchSize: number,
    signal?: AbortSignal,
  ): AsyncGenerator<FeatureBatch, void, undefined> {
    const all = [...this.clips.values()].sort((a, b) => a.index - b.index || a.view - b.view);
    for (let begin = 0; begin < all.length; begin += batchSize) {
      const reading = this.batch(addon, all.slice(begin, begin + batchSize));
      yield await untilAborted(reading, signal, ({ features }) => features.dispose());
    }
  }

  dispose(): void {
    this.rows.dispose();
    this.clips = new Map();
    this.seen.clear();
    this.finished = false;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private giveUp(error: OutputError): void {
    this.dispose();
    this.failed = true;
    this.warn(`Features of clips are no longer kept, videos are decoded in each epoch: ${error.message}`);
  }
}
