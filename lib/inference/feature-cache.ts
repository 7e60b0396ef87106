import { rowsOf } from '../base/task';
import type { Addon } from '../native/addon';
import type { NativeTensor } from '../native/tensor';

/** Features of a data set's clips: a frozen backbone gives the same for the same clip, so later epochs need neither video nor backbone. */
export class FeatureCache {
  private readonly rows = new Map<number, { features: Float32Array; target: Float32Array; file: string }>();
  private finished = false;

  /** Whether every clip of the source is in it. */
  get complete(): boolean {
    return this.finished;
  }

  /** Nothing more will be added. */
  finish(): void {
    this.finished = true;
  }

  clear(): void {
    this.rows.clear();
    this.finished = false;
  }

  /** `features` [n, width] of the clips at `indices`. */
  add(features: NativeTensor, targets: Float32Array, files: readonly string[], indices: readonly number[]): void {
    const featureRows = rowsOf(features.data() as Float32Array, indices.length);
    const targetRows = rowsOf(targets, indices.length);
    indices.forEach((index, row) => {
      this.rows.set(index, {
        features: featureRows[row] as Float32Array,
        target: targetRows[row] as Float32Array,
        file: files[row] as string,
      });
    });
  }

  /** The cached clips in batches, in the order of their indices; the caller disposes the tensors. */
  *batches(
    addon: Pick<Addon, 'createTensor'>,
    batchSize: number,
  ): Generator<{ features: NativeTensor; targets: Float32Array; files: string[]; indices: number[] }> {
    const indices = [...this.rows.keys()].sort((a, b) => a - b);
    for (let begin = 0; begin < indices.length; begin += batchSize) {
      const part = indices.slice(begin, begin + batchSize);
      const rows = part.map((index) => this.rows.get(index)).filter((row) => row !== undefined);
      const width = rows[0]?.features.length ?? 0;
      const features = addon.createTensor('float32', [rows.length, width]);
      const data = features.data() as Float32Array;
      rows.forEach((row, i) => data.set(row.features, i * width));
      yield {
        features,
        targets: Float32Array.from(rows.flatMap(({ target }) => [...target])),
        files: rows.map(({ file }) => file),
        indices: part,
      };
    }
  }

  get size(): number {
    return this.rows.size;
  }
}
