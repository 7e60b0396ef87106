import { ModelStream } from '../../lib/inference/model-stream';
import { createModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { loadAddon } from '../../lib/native/addon';
import { referenceClip, referenceWeights } from '../../scripts/parity/reference-weights';
import { classifyStream, type StreamClassification } from '../../lib/inference/classify-stream';
import type { VideoChunk } from '../../lib/data/video/video-frames';

const addon = loadAddon();
const SIZE = 32;
const weights = referenceWeights(architectureOf('a0-stream-relu6', 3));
const model = createModel(
  { id: 'a0-stream-relu6', classes: ['a', 'b', 'c'], clip: { size: SIZE, frames: 1, frameStep: 1 } },
  weights,
);

async function* chunks(sizes: readonly number[]): AsyncGenerator<VideoChunk> {
  const perFrame = SIZE * SIZE * 3;
  const values = referenceClip([1, 8, SIZE, SIZE, 3]);
  let read = 0;
  for (const size of sizes) {
    using frames = addon.createTensor('float32', [1, size, SIZE, SIZE, 3]);
    (frames.data() as Float32Array).set(values.subarray(read * perFrame, (read + size) * perFrame));
    read += size;
    yield { frames, lastFrame: read - 1, seconds: (read - 1) / 10 };
  }
}

async function classify(
  sizes: readonly number[],
  options: { resetEvery?: number } = {},
): Promise<StreamClassification[]> {
  using stream = await ModelStream.open(model, { addon });
  const results: StreamClassification[] = [];
  for await (const result of classifyStream(stream, chunks(sizes), options)) results.push(result);
  return results;
}

describe('classifyStream', () => {
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
});
