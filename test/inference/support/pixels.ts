import { singleLabel } from '../../../lib/base/task';
import type { ClipSpec } from '../../../lib/base/clip';
import { type ClipBatch, type ClipSource, createClipBatch } from '../../../lib/data/clip-source';
import type { Runner } from '../../../lib/inference/runner';
import { loadAddon } from '../../../lib/native/addon';
import type { NativeTensor } from '../../../lib/native/tensor';

const addon = loadAddon();
const CLIP: ClipSpec = { size: 1, frames: 1, every: { frames: 1 }, short: 'zero' };

export const TASK = singleLabel(['a', 'b']);

/** Pixels are between 0 and 1, and logits are not: the red of a clip's pixel says which of these are its logits. */
const shown: (readonly [number, number])[] = [];
const STEPS = 2 ** 16;

const pixelOf = (logits: readonly [number, number]): [number, number, number] => [
  (shown.push(logits) - 1) / STEPS,
  0,
  0,
];
const logitsOf = (red: number): readonly [number, number] =>
  shown[Math.round(red * STEPS)] as readonly [number, number];

export interface Clip {
  readonly index: number;
  readonly view: number;
  /** Of two classes. */
  readonly logits: readonly [number, number];
}

/** Clips of a pixel that stands for their logits. All are of class 1. */
export class PixelSource implements ClipSource {
  readonly task = TASK;
  readonly clip = CLIP;
  readonly deterministic = true;
  readonly report = {
    ...{ skipped: [], damaged: [], brokenOff: [], short: [], otherRates: [] },
    ...{ zeroFrames: 0, frameRate: undefined, decodedFrames: 0 },
  };
  passes = 0;

  constructor(
    private readonly clips: readonly Clip[],
    readonly batchSize: number,
  ) {}

  get clipCount(): number {
    return this.clips.length;
  }

  async *batches(): AsyncGenerator<ClipBatch> {
    this.passes += 1;
    for (let begin = 0; begin < this.clips.length; begin += this.batchSize) {
      const batch = this.clips.slice(begin, begin + this.batchSize);
      const clips = addon.createTensor('float32', [batch.length, 1, 1, 1, 3]);
      (clips.data() as Float32Array).set(batch.flatMap(({ logits }) => pixelOf(logits)));
      yield createClipBatch({
        batch: begin / this.batchSize,
        clips,
        targets: Float32Array.from(batch.flatMap(() => [0, 1])),
        files: batch.map(({ index }) => `clip-${index}`),
        indices: batch.map(({ index }) => index),
        views: batch.map(({ view }) => view),
      });
    }
  }
}

/** Gives a clip's pixel back as features, and its logits; its loss is the first of them. */
export const pixelRunner: Runner = {
  frozenBackbone: true,
  evaluate(inputs: NativeTensor) {
    const values = inputs.data() as Float32Array;
    const rows = Array.from({ length: values.length / 3 }, (_, row) => logitsOf(values[row * 3] as number));
    const logits = Float32Array.from(rows.flatMap((row) => [...row]));
    return Promise.resolve({ logits, losses: Float32Array.from(rows, ([first]) => first) });
  },
  features(clips: NativeTensor) {
    const features = addon.createTensor('float32', [clips.shape[0] as number, 3]);
    (features.data() as Float32Array).set(clips.data() as Float32Array);
    return Promise.resolve(features);
  },
};

const logit = (probability: number): number => Math.log(probability / (1 - probability));
/** The softmax of these is the probability of class 1. */
export const clip = (index: number, view: number, probability: number): Clip => ({
  ...{ index, view },
  logits: [0.5 * index, 0.5 * index + logit(probability)],
});
