import type { ClipSpec } from '../../lib/base/clip';
import { encodeTargets, singleLabel, type Task } from '../../lib/base/task';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UsageError } from '../../lib/base/errors';
import type { NativeTensor } from '../../lib/native/tensor';
import {
  type BatchOptions,
  type ClipBatch,
  type ClipSource,
  type ClipSourceReport,
  createClipBatch,
} from '../../lib/data/clip-source';
import { derive } from '../../lib/base/random';
import type { Motion } from '../../lib/sample/motion';
import { renderMotionClipInto } from '../../lib/sample/render';

export interface MotionClipSourceOptions {
  /** The classes, in the order of their labels. */
  readonly motions: readonly Motion[];
  /** Clips of each class in an epoch. */
  readonly clipsPerMotion: number;
  /** Width and height in pixels. */
  readonly size: number;
  readonly frames: number;
  readonly batchSize: number;
  readonly seed: number;
  /** True: other clips in each epoch, in another order. False: the same clips in the same order, class by class (evaluation). */
  readonly fresh: boolean;
  /** Makes a float32 tensor, e.g. `(shape) => addon.createTensor('float32', shape)`. */
  readonly allocateTensor: (shape: number[]) => NativeTensor;
}

/**
 * Renders motion clips straight into the batches' tensors, without files. Each epoch holds `clipsPerMotion` clips of every
 * motion; clip `i` is of motion `floor(i / clipsPerMotion)`. The next batch is rendered while the caller awaits native work
 * on the one that it was handed.
 */
export class MotionClipSource implements ClipSource {
  readonly task: Task;
  readonly clipCount: number;
  readonly batchSize: number;
  readonly clip: ClipSpec;
  readonly deterministic: boolean;
  private renderedFrames = 0;

  constructor(private readonly options: MotionClipSourceOptions) {
    const { motions, clipsPerMotion, batchSize, frames, size, fresh } = options;
    if (motions.length === 0) throw new UsageError('A motion clip source needs at least one motion');
    for (const [name, value] of Object.entries({ clipsPerMotion, batchSize })) {
      if (!Number.isSafeInteger(value) || value < 1)
        throw new UsageError(`${name} must be an integer of at least 1, got ${value}`);
    }
    this.task = singleLabel(motions.map(({ name }) => name));
    this.clipCount = motions.length * clipsPerMotion;
    this.batchSize = batchSize;
    this.clip = { size, frames, every: { frames: 1 }, short: 'zero' };
    this.deterministic = !fresh;
  }

  /** No file can be broken or too short here; `decodedFrames` counts the rendered frames. */
  get report(): ClipSourceReport {
    return {
      ...{ skipped: [], damaged: [], brokenOff: [], short: [], otherRates: [] },
      ...{ zeroFrames: 0, frameRate: undefined, decodedFrames: this.renderedFrames },
    };
  }

  /** A batch's `files` are no paths but `<motion>/<number>`. */
  async *batches(epoch: number, { signal, from = 0 }: BatchOptions = {}): AsyncGenerator<ClipBatch, void, undefined> {
    const order = this.order(epoch);
    const render = async (start: number): Promise<ClipBatch | undefined> => {
      // Off the caller's turn, so that the caller starts its own native work first.
      await nextTurn();
      return start < order.length && signal?.aborted !== true
        ? this.render(order.slice(start, start + this.batchSize), epoch, start / this.batchSize)
        : undefined;
    };
    const first = from * this.batchSize;
    let upcoming = render(first);
    try {
      for (let start = first; start < order.length; start += this.batchSize) {
        signal?.throwIfAborted();
        const batch = await upcoming;
        if (batch === undefined) break;
        upcoming = render(start + this.batchSize);
        // Rendering may fail while nobody awaits it; the next turn of the loop meets the error.
        upcoming.catch(() => undefined);
        yield batch;
      }
      signal?.throwIfAborted();
    } finally {
      (await upcoming.catch(() => undefined))?.dispose();
    }
  }

  private order(epoch: number): number[] {
    const indices = Array.from({ length: this.clipCount }, (_, index) => index);
    return this.options.fresh ? derive(this.options.seed, 'motion order', epoch).shuffled(indices) : indices;
  }

  private render(indices: readonly number[], epoch: number, batch: number): ClipBatch {
    const { motions, clipsPerMotion, size, frames, seed, fresh, allocateTensor } = this.options;
    const clips = allocateTensor([indices.length, frames, size, size, 3]);
    try {
      const values = clips.data() as Float32Array;
      const labels = indices.map((index) => Math.floor(index / clipsPerMotion));
      for (const [slot, index] of indices.entries()) {
        const clipSeed = derive(seed, 'motion', fresh ? epoch : 0, index).integer(2 ** 32);
        const motion = motions[labels[slot] as number] as Motion;
        renderMotionClipInto(values, slot * frames * size * size * 3, { motion, seed: clipSeed, size, frames });
      }
      const files = indices.map(
        (index, slot) => `${this.task.classes[labels[slot] as number]}/${index % clipsPerMotion}`,
      );
      const targets = encodeTargets(
        labels.map((label) => [label]),
        motions.length,
      );
      this.renderedFrames += indices.length * frames;
      return createClipBatch({ batch, clips, targets, files, indices, views: indices.map(() => 0) });
    } catch (error) {
      clips.dispose();
      throw error;
    }
  }
}
