import { rowsOf } from '../base/task';
import type { Addon } from '../native/addon';
import type { NativeTensor } from '../native/tensor';
import type { ClipBatch } from '../data/clip-source';

/** Which clips a batch holds, and what is told of them. */
type Clips = Pick<ClipBatch, 'targets' | 'files' | 'indices' | 'views'>;

interface Row {
  readonly index: number;
  readonly view: number;
  readonly features: Float32Array;
  readonly target: Float32Array;
  readonly file: string;
}

/** Features of a data set's clips: a frozen backbone gives the same for the same clip, so later epochs need neither video nor backbone. */
export class FeatureCache {
  /** By index and view. */
  private rows = new Map<string, Row>();
  private finished = false;

  /** Whether every clip of the source is in it. */
  get complete(): boolean {
    return this.finished;
  }

  /** Takes what a whole pass gathered, in place of what it has. Passes may run at once: each gathers in a cache of its own. */
  finishWith(gathered: FeatureCache): void {
    this.rows = gathered.rows;
    this.finished = true;
  }

  /** `features` [n, width] of the clips. */
  add(features: NativeTensor, { targets, files, indices, views }: Clips): void {
    const featureRows = rowsOf(features.data() as Float32Array, indices.length);
    const targetRows = rowsOf(targets, indices.length);
    indices.forEach((index, row) => {
      const view = views[row] as number;
      this.rows.set(`${index}/${view}`, {
        ...{ index, view, file: files[row] as string },
        features: featureRows[row] as Float32Array,
        target: targetRows[row] as Float32Array,
      });
    });
  }

  /** The cached clips in batches, in the order of their indices and views; the caller disposes the tensors. */
  *batches(
    addon: Pick<Addon, 'createTensor'>,
    batchSize: number,
  ): Generator<{ features: NativeTensor } & Clips, void, undefined> {
    const all = [...this.rows.values()].sort((a, b) => a.index - b.index || a.view - b.view);
    for (let begin = 0; begin < all.length; begin += batchSize) {
      const rows = all.slice(begin, begin + batchSize);
      const width = rows[0]?.features.length ?? 0;
      const features = addon.createTensor('float32', [rows.length, width]);
      const data = features.data() as Float32Array;
      rows.forEach((row, i) => data.set(row.features, i * width));
      yield {
        features,
        targets: Float32Array.from(rows.flatMap(({ target }) => [...target])),
        files: rows.map(({ file }) => file),
        indices: rows.map(({ index }) => index),
        views: rows.map(({ view }) => view),
      };
    }
  }

  get size(): number {
    return this.rows.size;
  }
}
