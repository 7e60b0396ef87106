import type { ModelStream } from '../../../lib/inference/model-stream';
import { singleLabel } from '../../../lib/base/task';
import { createModel, type MovinetModel } from '../../../lib/model/movinet-model';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import type { ModelId, MovinetOverrides } from '../../../lib/movinet/options';
import { loadAddon } from '../../../lib/native/addon';
import type { NativeTensor } from '../../../lib/native/tensor';
import { referenceClip, referenceWeights } from '../../../scripts/parity/reference-weights';

const addon = loadAddon();
const CLASSES = ['a', 'b', 'c', 'd', 'e'];
export const SIZE = 48;
export const FRAMES = 6;

const models = new Map<string, MovinetModel>();

/** Made once: the numbers of a whole network take a second. */
export function referenceModel(id: ModelId, overrides: MovinetOverrides = {}): MovinetModel {
  const key = `${id} ${JSON.stringify(overrides)}`;
  const made = models.get(key);
  if (made) return made;
  const weights = referenceWeights(architectureOf(id, CLASSES.length, overrides));
  const clip = { size: SIZE, frames: FRAMES, every: { frames: 1 }, short: 'zero' } as const;
  const model = createModel({ id, task: singleLabel(CLASSES), clip, overrides }, weights);
  models.set(key, model);
  return model;
}

export function clipTensor(shape: [number, number, number, number, number], data = referenceClip(shape)): NativeTensor {
  const tensor = addon.createTensor('float32', shape);
  (tensor.data() as Float32Array).set(data);
  return tensor;
}

/** Frames `begin` up to `end` of every video of the clip. */
export function framesOf(clip: NativeTensor, begin: number, end: number): NativeTensor {
  const [batch, frames, height, width] = clip.shape as [number, number, number, number, number];
  const perFrame = height * width * 3;
  const all = clip.data() as Float32Array;
  const data = new Float32Array(batch * (end - begin) * perFrame);
  for (let video = 0; video < batch; video++) {
    const part = all.subarray((video * frames + begin) * perFrame, (video * frames + end) * perFrame);
    data.set(part, video * (end - begin) * perFrame);
  }
  return clipTensor([batch, end - begin, height, width, 3], data);
}

/** Feeds frames `from` up to the sum of the chunks; the last logits. */
export async function feed(
  stream: ModelStream,
  clip: NativeTensor,
  chunks: readonly number[],
  from = 0,
): Promise<Float32Array> {
  let at = from;
  let logits = new Float32Array();
  for (const count of chunks) {
    using frames = framesOf(clip, at, at + count);
    logits = new Float32Array(await stream.push(frames));
    at += count;
  }
  return logits;
}

/** Largest difference over the largest magnitude. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  expect(actual).toHaveLength(expected.length);
  const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expect(largest).toBeGreaterThan(0);
  return expected.reduce((error, value, i) => Math.max(error, Math.abs(value - (actual[i] as number))), 0) / largest;
}
