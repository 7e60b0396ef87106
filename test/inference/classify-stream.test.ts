import { UsageError } from '../../lib/base/errors';
import { multiLabel, singleLabel } from '../../lib/base/task';
import { ModelStream } from '../../lib/inference/model-stream';
import { createModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { loadAddon } from '../../lib/native/addon';
import { referenceClip, referenceWeights } from '../../scripts/parity/reference-weights';
import {
  classifyStream,
  type ClassifyStreamOptions,
  type StreamClassification,
} from '../../lib/inference/classify-stream';
import type { VideoChunk } from '../../lib/data/video/video-frames';

const addon = loadAddon();
const SIZE = 32;
const weights = referenceWeights(architectureOf('a0-stream-relu6', 3));
const model = createModel(
  {
    id: 'a0-stream-relu6',
    task: singleLabel(['a', 'b', 'c']),
    clip: { size: SIZE, frames: 1, every: { frames: 1 }, short: 'zero' },
  },
  weights,
);

/** Chunks of so many frames, ten frames a second; a connection for each list of chunks, `gap` seconds after the one before. */
async function* chunks(connections: readonly (readonly number[])[], gap: number): AsyncGenerator<VideoChunk> {
  const perFrame = SIZE * SIZE * 3;
  const values = referenceClip([1, 8, SIZE, SIZE, 3]);
  let read = 0;
  for (const [connection, sizes] of connections.entries()) {
    for (const size of sizes) {
      using frames = addon.createTensor('float32', [1, size, SIZE, SIZE, 3]);
      (frames.data() as Float32Array).set(values.subarray(read * perFrame, (read + size) * perFrame));
      read += size;
      const seconds = (read - 1) / 10;
      yield { frames, lastFrame: read - 1, seconds, time: seconds + connection * gap, connection };
    }
  }
}

async function classify(
  sizes: readonly number[],
  options: ClassifyStreamOptions = {},
  { more = [] as readonly number[], gap = 0 } = {},
): Promise<StreamClassification[]> {
  using stream = await ModelStream.open(model, { addon });
  const results: StreamClassification[] = [];
  for await (const result of classifyStream(stream, chunks([sizes, more], gap), options)) results.push(result);
  return results;
}

describe('classifyStream', () => {
  it('gives each class a probability of its own where the model is multi-label', async () => {
    const task = multiLabel(model.classes);
    using stream = await ModelStream.open(createModel({ id: model.id, task, clip: model.clip }, weights), { addon });
    using sibling = stream.sibling();
    const [single] = await classify([3]);
    for (const each of [stream, sibling]) {
      for await (const { probabilities } of classifyStream(each, chunks([[3]], 0))) {
        // Of logits that differ by d, softmaxes have the ratio e^d, sigmoids the odds.
        const odds = [...probabilities].map((probability) => probability / (1 - probability));
        odds.forEach((odd, i) =>
          expect(odd / odds[0]!).toBeCloseTo(single!.probabilities[i]! / single!.probabilities[0]!, 3),
        );
        expect(probabilities.reduce((sum, value) => sum + value, 0)).not.toBeCloseTo(1, 2);
      }
    }
  });

  it('tells after each chunk where the video is, and what the model makes of all frames so far', async () => {
    const results = await classify([3, 1, 2]);
    expect(results.map(({ lastFrame, frames, newFrames, seconds }) => [lastFrame, frames, newFrames, seconds])).toEqual(
      [
        [2, 3, 3, 0.2],
        [3, 4, 1, 0.3],
        [5, 6, 2, 0.5],
      ],
    );
    for (const { probabilities, milliseconds } of results) {
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(milliseconds).toBeGreaterThan(0);
    }
    const atOnce = await classify([6]);
    results[2]?.probabilities.forEach((value, i) =>
      expect(value).toBeCloseTo(atOnce[0]?.probabilities[i] as number, 5),
    );
  });

  it('forgets where it was asked to', async () => {
    const results = await classify([1, 1, 1, 1, 1], { resetEvery: 2 });
    expect(results.map(({ frames }) => frames)).toEqual([1, 2, 1, 2, 1]);
  });

  it('remembers what it was asked to, by the frames’ times', async () => {
    const whole = await classify([1, 1, 1, 1]);
    const long = await classify([1, 1, 1, 1], { memory: 1000 });
    long.forEach(({ probabilities, frames }, i) => {
      expect(frames).toBe(i + 1);
      expect([...probabilities]).toEqual([...(whole[i]?.probabilities as Float32Array)]);
    });
    // Frames are 0.1 s apart: with their weights 1, 1/e, 1/e², … those before the newest come to 0.37, 0.50, 0.55.
    const short = await classify([1, 1, 1, 1], { memory: 0.1 });
    expect(short.map(({ frames }) => frames)).toEqual([1, 1, 2, 2]);
  });

  it('begins anew after a gap that is longer than its memory, and only then', async () => {
    const framesAfter = async (gap: number, options: ClassifyStreamOptions) =>
      (await classify([2, 2], options, { more: [1, 1], gap })).map(({ frames }) => frames);
    expect(await framesAfter(60, { memory: 50 })).toEqual([2, 4, 1, 2]);
    expect(await framesAfter(5, { memory: 50 })).toEqual([2, 4, 5, 6]);
    expect(await framesAfter(60, {})).toEqual([2, 4, 5, 6]);
  });

  it('refuses two ways to forget', async () => {
    await expect(classify([1], { memory: 1, resetEvery: 3 })).rejects.toThrow(UsageError);
    await expect(classify([1], { memory: 0 })).rejects.toThrow(/above 0, got 0/);
  });
});
