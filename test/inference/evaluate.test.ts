import { singleLabel, type TaskKind } from '../../lib/base/task';
import type { ClipSpec } from '../../lib/base/clip';
import { type ClipBatch, type ClipSource, createClipBatch } from '../../lib/data/clip-source';
import { evaluate } from '../../lib/inference/evaluate';
import { FeatureCache } from '../../lib/inference/feature-cache';
import type { Runner } from '../../lib/inference/runner';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';

const addon = loadAddon();
const CLIP: ClipSpec = { size: 1, frames: 1, every: { frames: 1 }, short: 'zero' };

interface Clip {
  readonly index: number;
  readonly view: number;
  /** Of two classes: the logits are the clip's own numbers. */
  readonly logits: readonly [number, number];
}

/** Clips of a pixel whose red and green are their logits. All are of class 1. */
class PixelSource implements ClipSource {
  readonly task = singleLabel(['a', 'b']);
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
      (clips.data() as Float32Array).set(batch.flatMap(({ logits }) => [...logits, 0]));
      yield createClipBatch({
        clips,
        targets: Float32Array.from(batch.flatMap(() => [0, 1])),
        files: batch.map(({ index }) => `clip-${index}`),
        indices: batch.map(({ index }) => index),
        views: batch.map(({ view }) => view),
      });
    }
  }
}

/** Gives a clip's pixel back as features and as logits; its loss is the first of them. */
const pixelRunner: Runner = {
  frozenBackbone: true,
  evaluate(inputs: NativeTensor) {
    const values = inputs.data() as Float32Array;
    const rows = Array.from({ length: values.length / 3 }, (_, row) => values.subarray(row * 3, row * 3 + 2));
    const logits = Float32Array.from(rows.flatMap((row) => [...row]));
    return Promise.resolve({ logits, losses: Float32Array.from(rows, (row) => row[0] as number) });
  },
  features(clips: NativeTensor) {
    const features = addon.createTensor('float32', [clips.shape[0] as number, 3]);
    (features.data() as Float32Array).set(clips.data() as Float32Array);
    return Promise.resolve(features);
  },
};

const logit = (probability: number): number => Math.log(probability / (1 - probability));
/** The softmax of these is the probability of class 1. */
const clip = (index: number, view: number, probability: number): Clip => ({
  ...{ index, view },
  logits: [0.5 * index, 0.5 * index + logit(probability)],
});
// By clips one of four is right, by videos one of two.
const CLIPS = [clip(1, 0, 0.4), clip(1, 1, 0.45), clip(0, 0, 0.9), clip(0, 1, 0.45)];

describe.each([1, 2, 3])('evaluate, of several clips of a video, in batches of %d', (batchSize) => {
  const run = (source: ClipSource, cache?: FeatureCache, kind: TaskKind = 'single-label') =>
    evaluate(pixelRunner, source, { addon, kind, cache });

  it('averages their probabilities and losses', async () => {
    const { clips, loss, accuracy } = await run(new PixelSource(CLIPS, batchSize));
    expect(clips.map(({ file, index, target }) => [file, index, target])).toEqual([
      ['clip-0', 0, [1]],
      ['clip-1', 1, [1]],
    ]);
    expect(clips[0]?.probabilities[1]).toBeCloseTo((0.9 + 0.45) / 2, 6);
    expect(clips[1]?.probabilities[1]).toBeCloseTo((0.4 + 0.45) / 2, 6);
    expect(accuracy).toBe(0.5);
    expect(loss).toBeCloseTo(0.25, 6);
  });

  it('tells of the clips while it runs', async () => {
    const seen: [number, number][] = [];
    await evaluate(pixelRunner, new PixelSource(CLIPS, batchSize), {
      ...{ addon, kind: 'single-label' },
      onBatch: ({ clips, accuracy }) => void seen.push([clips, accuracy]),
    });
    expect(seen.at(-1)).toEqual([4, 0.25]);
  });

  it('gives the same from kept features, of each clip its own', async () => {
    const source = new PixelSource(CLIPS, batchSize);
    const cache = new FeatureCache();
    const first = await run(source, cache);
    expect(cache.size).toBe(4);
    expect(await run(source, cache)).toEqual(first);
    expect(source.passes).toBe(1);
  });

  it('keeps all features where passes run at once and one is ended', async () => {
    const source = new PixelSource(CLIPS, batchSize);
    const cache = new FeatureCache();
    const ended = new AbortController();
    let second: Promise<unknown> | undefined;
    let batches = 0;
    const first = await evaluate(pixelRunner, source, {
      ...{ addon, kind: 'single-label', cache },
      async onBatch() {
        batches += 1;
        if (batches < 2) return;
        // Begins when the first one has kept some, and ends after a batch of its own.
        second ??= evaluate(pixelRunner, source, {
          ...{ addon, kind: 'single-label', cache, signal: ended.signal },
          onBatch: () => ended.abort(),
        }).catch((error: unknown) => error);
        await second;
      },
    });
    expect(await second).toMatchObject({ name: 'AbortError' });
    expect(first.clips).toHaveLength(2);
    expect(await run(source, cache)).toEqual(first);
    expect(source.passes).toBe(2);
  });

  it('takes sigmoids of a multi-label model', async () => {
    const { clips, accuracy } = await run(new PixelSource([clip(0, 0, 0.9)], batchSize), undefined, 'multi-label');
    expect([...(clips[0]?.probabilities ?? [])]).toEqual([0.5, expect.closeTo(0.9, 6)]);
    expect(accuracy).toBe(1);
  });
});
