import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClipSpec } from '../../../../lib/base/clip';
import { encodeTargets, singleLabel, type Task } from '../../../../lib/base/task';
import { type BatchOptions, type ClipBatch, type ClipSource, createClipBatch } from '../../../../lib/data/clip-source';
import type { Addon } from '../../../../lib/native/addon';
import type { Callback } from '../../../../lib/training/callback';
import { Trainer } from '../../../../lib/training/trainer';
import { randomModel } from '../../model/export-graphs';
import { flat, linear, memory, seconds, type Series } from '../series';
import { median, processorSeconds } from '../times';

const WARM_UP_STEPS = 2;
const STEPS = 7;

interface TrainingShape {
  readonly batch: number;
  readonly frames: number;
  readonly size: number;
  readonly classes: number;
}

const USUAL: TrainingShape = { batch: 4, frames: 8, size: 64, classes: 10 };

/** Clips that cost next to nothing: the same frames in each batch. */
class ReadyClips implements ClipSource {
  readonly task: Task;
  readonly clipCount: number;
  readonly batchSize: number;
  readonly clip: ClipSpec;
  /** So that no features of them are kept: each epoch computes the backbone. */
  readonly deterministic = false;
  readonly report = {
    ...{ skipped: [], damaged: [], brokenOff: [], short: [], otherRates: [] },
    ...{ zeroFrames: 0, frameRate: undefined, decodedFrames: 0 },
  };
  private readonly pixels: Float32Array;

  constructor(
    private readonly addon: Addon,
    { batch, frames, size, classes }: TrainingShape,
    private readonly steps: number,
  ) {
    this.task = singleLabel(Array.from({ length: classes }, (_, i) => `class ${i}`));
    this.batchSize = batch;
    this.clipCount = batch * steps;
    this.clip = { frames, size, every: { frames: 1 }, short: 'zero' };
    this.pixels = Float32Array.from({ length: batch * frames * size * size * 3 }, (_, i) => ((i * 7919) % 256) / 255);
  }

  async *batches(_: number, { signal, from = 0 }: BatchOptions = {}): AsyncGenerator<ClipBatch> {
    const { batchSize, clip, task } = this;
    for (let batch = from; batch < this.steps; batch++) {
      await nextTurn();
      signal?.throwIfAborted();
      const clips = this.addon.createTensor('float32', [batchSize, clip.frames, clip.size, clip.size, 3]);
      (clips.data() as Float32Array).set(this.pixels);
      const indices = Array.from({ length: batchSize }, (_, i) => batch * batchSize + i);
      const labels = indices.map((index) => [index % task.classes.length]);
      yield createClipBatch({
        ...{ batch, clips, indices, targets: encodeTargets(labels, task.classes.length) },
        ...{ files: indices.map((index) => `clip ${index}`), views: indices.map(() => 0) },
      });
    }
  }
}

/** The processor time between what a callback was told, in seconds. */
class Watch {
  private readonly at: number[] = [];

  now(): void {
    this.at.push(processorSeconds());
  }

  /** The median, the first few left out. */
  median(first: number): number {
    return median(
      this.at
        .slice(1)
        .map((time, i) => time - (this.at[i] as number))
        .slice(first),
    );
  }
}

function trainerOf(addon: Addon, source: ReadyClips, callback: Callback): Trainer {
  const model = randomModel('a0-stream-relu6', source.task.classes).withClip(source.clip);
  return new Trainer({ model, addon, unfreeze: 'head', callbacks: [callback] });
}

async function timeStep(addon: Addon, shape: TrainingShape): Promise<number> {
  const source = new ReadyClips(addon, shape, WARM_UP_STEPS + STEPS);
  const watch = new Watch();
  using trainer = trainerOf(addon, source, { name: 'times', onBatchEnd: () => watch.now() });
  await trainer.fit(source, { epochs: 1 });
  return watch.median(WARM_UP_STEPS - 1);
}

const stepSeries = (
  parts: Omit<Series, 'work' | 'measures'> & { readonly measures?: Series['measures'] },
  shapeAt: (at: number) => Partial<TrainingShape>,
): Series => ({
  measures: { step: seconds('one training step', linear(1.5)), memory: memory(linear(1.5)) },
  ...parts,
  work: async (at, { addon }) => ({ step: await timeStep(addon, { ...USUAL, ...shapeAt(at) }) }),
});

const HEAD = "A step of a0-stream-relu6's new head on a frozen backbone";

export const batchSeries = stepSeries(
  {
    ...{ name: 'batch', against: 'clips in a batch', about: `${HEAD}: clips of 8 frames of 64 × 64 pixels.` },
    ...{ points: [1, 2, 4, 8, 16, 32], quickPoints: [1, 4, 16] },
  },
  (batch) => ({ batch }),
);

export const framesSeries = stepSeries(
  {
    ...{ name: 'frames', against: 'frames in a clip', about: `${HEAD}: 4 clips of 64 × 64 pixels.` },
    ...{ points: [2, 4, 8, 16, 32, 64], quickPoints: [4, 16, 64] },
  },
  (frames) => ({ frames }),
);

const squares = (...sides: readonly number[]): number[] => sides.map((side) => side ** 2);

export const sizeSeries = stepSeries(
  {
    ...{ name: 'size', against: 'pixels in a frame', about: `${HEAD}: 4 clips of 8 square frames.` },
    ...{ points: squares(64, 96, 128, 172, 224), quickPoints: squares(64, 128, 224) },
    shown: (pixels) => `${Math.sqrt(pixels)}²`,
  },
  (pixels) => ({ size: Math.sqrt(pixels) }),
);

export const classesSeries = stepSeries(
  {
    ...{ name: 'classes', against: 'classes', about: `${HEAD}: 4 clips of 8 frames of 64 × 64 pixels.` },
    ...{ points: [2, 10, 100, 600, 1_000], quickPoints: [2, 100, 600] },
    measures: { step: seconds('one training step', flat(2)), memory: memory(flat(2)) },
  },
  (classes) => ({ classes }),
);

export const epochsSeries: Series = {
  ...{ name: 'epochs', against: 'epochs' },
  about: `${HEAD}: epochs of 2 steps of 2 clips of 4 frames of 32 × 32 pixels, each with its record.`,
  ...{ points: [1, 4, 16, 64, 256], quickPoints: [1, 8, 64] },
  measures: { epoch: seconds('one epoch', flat(1.5)), memory: memory(flat(1.5)) },
  async work(epochs, { addon }) {
    const source = new ReadyClips(addon, { ...USUAL, batch: 2, frames: 4, size: 32 }, 2);
    const watch = new Watch();
    using trainer = trainerOf(addon, source, { name: 'times', onEpochEnd: () => watch.now() });
    // The first one begins before the clock and has TensorFlow's first run.
    await trainer.fit(source, { epochs: epochs + 1 });
    return { epoch: watch.median(0) };
  },
};
