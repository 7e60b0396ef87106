import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../lib/base/errors';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel, type MovinetModel } from '../../lib/model/movinet-model';
import { buildInferenceGraph } from '../../lib/movinet/inference-graph';
import type { ModelId, MovinetOverrides } from '../../lib/movinet/options';
import { Weights } from '../../lib/graph/weights';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';
import { referenceClip, referenceWeights } from '../../scripts/parity/reference-weights';
import { ModelStream } from '../../lib/inference/model-stream';
import { stateShapes } from '../../lib/inference/stream-state';

const addon = loadAddon();
const CLASSES = ['a', 'b', 'c', 'd', 'e'];
const SIZE = 48;
const FRAMES = 6;

const models = new Map<string, MovinetModel>();

/** Made once: the numbers of a whole network take a second. */
function referenceModel(id: ModelId, overrides: MovinetOverrides = {}): MovinetModel {
  const key = `${id} ${JSON.stringify(overrides)}`;
  const made = models.get(key);
  if (made) return made;
  const weights = referenceWeights(architectureOf(id, CLASSES.length, overrides));
  const clip = { size: SIZE, frames: FRAMES, frameStep: 1 };
  const model = createModel({ id, classes: CLASSES, clip, overrides }, weights);
  models.set(key, model);
  return model;
}

function clipTensor(shape: [number, number, number, number, number], data = referenceClip(shape)): NativeTensor {
  const tensor = addon.createTensor('float32', shape);
  (tensor.data() as Float32Array).set(data);
  return tensor;
}

/** Frames `begin` up to `end` of every video of the clip. */
function framesOf(clip: NativeTensor, begin: number, end: number): NativeTensor {
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

/** The model without states, for clips of any length and size. */
function wholeClips(model: MovinetModel): Disposable & { logits(clip: NativeTensor): Promise<Float32Array> } {
  const graph = buildInferenceGraph(addon, model, { values: 'constants' });
  const session = new addon.Session(graph.builder.graph);
  const plan = session.prepare([graph.clips], [graph.logits]);
  return {
    async logits(clip) {
      const [logits] = await session.run(plan, [clip]);
      using owned = logits as NativeTensor;
      return (owned.data() as Float32Array).slice();
    },
    [Symbol.dispose]: () => session.close(),
  };
}

async function whole(model: MovinetModel, clip: NativeTensor): Promise<Float32Array> {
  using clips = wholeClips(model);
  return await clips.logits(clip);
}

/** Feeds frames `from` up to the sum of the chunks; the last logits. */
async function feed(
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
function relativeError(actual: Float32Array, expected: Float32Array): number {
  expect(actual).toHaveLength(expected.length);
  const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  expect(largest).toBeGreaterThan(0);
  return expected.reduce((error, value, i) => Math.max(error, Math.abs(value - (actual[i] as number))), 0) / largest;
}

async function expectNoMoreTensors(before: number): Promise<void> {
  // Views are freed a few turns of the event loop after their tensors.
  for (let i = 0; i < 200 && addon.liveCounts().tensors > before; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(addon.liveCounts().tensors).toBeLessThanOrEqual(before);
}

describe('a stream gives what the whole clip gives', () => {
  describe.each(['a0-stream', 'a3-stream', 'a0-stream-relu6'] as const)('%s', (id) => {
    const model = referenceModel(id);
    const clip = clipTensor([1, FRAMES, SIZE, SIZE, 3]);
    let stream: ModelStream;
    const clips = wholeClips(model);
    let expected: Float32Array;
    beforeAll(async () => {
      stream = await ModelStream.open(model, { addon });
      expected = await clips.logits(clip);
    });
    beforeEach(() => stream.reset());
    afterAll(() => {
      clips[Symbol.dispose]();
      stream.dispose();
      clip.dispose();
    });

    test.each([
      ['frame by frame', [1, 1, 1, 1, 1, 1]],
      ['in chunks of changing size', [1, 3, 2]],
      ['at once', [6]],
    ])('%s', async (_, chunks) => {
      expect(relativeError(await feed(stream, clip, chunks), expected)).toBeLessThanOrEqual(1e-5);
      expect(stream.frames).toBe(FRAMES);
    });

    it('gives after each push the logits of the frames so far', async () => {
      for (let count = 1; count <= 3; count++) {
        using soFar = framesOf(clip, 0, count);
        const logits = await feed(stream, clip, [1], count - 1);
        expect(relativeError(logits, await clips.logits(soFar))).toBeLessThanOrEqual(1e-5);
      }
    });

    it('shows the tutorial’s demonstration: two halves with carried state equal the whole, the second alone does not', async () => {
      const first = await feed(stream, clip, [3]);
      const second = await feed(stream, clip, [3], 3);
      expect(relativeError(second, expected)).toBeLessThanOrEqual(1e-5);
      expect(relativeError(first, expected)).toBeGreaterThan(1e-3);
      stream.reset();
      expect(relativeError(await feed(stream, clip, [3], 3), expected)).toBeGreaterThan(1e-3);
    });

    it('goes on equally from a saved state, in another stream', async () => {
      await feed(stream, clip, [1, 2]);
      const saved = structuredClone(stream.state());
      const end = await feed(stream, clip, [2, 1], 3);
      using other = await ModelStream.open(model, { addon });
      other.restore(saved);
      expect(other.frames).toBe(3);
      // Threads add up in any order.
      expect(relativeError(await feed(other, clip, [2, 1], 3), end)).toBeLessThanOrEqual(1e-6);
      stream.restore(saved);
      expect(relativeError(await feed(stream, clip, [2, 1], 3), end)).toBeLessThanOrEqual(1e-6);
    });
  });

  it('of two videos side by side, of frames that are not square', async () => {
    const model = referenceModel('a0-stream');
    using clip = clipTensor([2, 5, 40, 56, 3]);
    using stream = await ModelStream.open(model, { addon, batch: 2, size: [40, 56] });
    const logits = await feed(stream, clip, [2, 1, 2]);
    expect(relativeError(logits, await whole(model, clip))).toBeLessThanOrEqual(1e-5);
    // The two differ, so neither stands in for the other.
    expect(relativeError(logits.subarray(0, 5), logits.subarray(5))).toBeGreaterThan(1e-4);
  });

  test.each<[string, ModelId, MovinetOverrides]>([
    ['3-D convolutions', 'a0-base', { causal: true }],
    ['3-D convolutions and positional encoding', 't0-base', { causal: true, usePositionalEncoding: true }],
    ['3-D kernels split in two', 't0-stream', { convType: '3d_2plus1d' }],
    ['squeeze-excitations of each frame', 't0-stream', { seType: '2d', usePositionalEncoding: true }],
    [
      'squeeze-excitations of the mean over time',
      't0-stream',
      { seType: '3d', gatingActivation: 'keras_hard_sigmoid' },
    ],
  ])('of a causal network with %s', async (_, id, overrides) => {
    const model = referenceModel(id, overrides);
    using clip = clipTensor([1, FRAMES, SIZE, SIZE, 3]);
    using stream = await ModelStream.open(model, { addon });
    const expected = await whole(model, clip);
    expect(relativeError(await feed(stream, clip, [1, 3, 2]), expected)).toBeLessThanOrEqual(1e-5);
  });
});

describe('ModelStream', () => {
  const model = referenceModel('a0-stream-relu6');
  let clip: NativeTensor;
  beforeAll(() => {
    clip = clipTensor([1, FRAMES, SIZE, SIZE, 3]);
  });
  afterAll(() => clip.dispose());

  it('takes pushes that are not awaited one after the other', async () => {
    using stream = await ModelStream.open(model, { addon });
    const inTurn = await feed(stream, clip, [1, 1, 1]);
    stream.reset();
    const frames = [0, 1, 2].map((index) => framesOf(clip, index, index + 1));
    const pushed = frames.map((frame) => stream.push(frame));
    expect(() => stream.reset()).toThrow(/during a push/);
    expect(() => stream.state()).toThrow(/during a push/);
    const logits = await Promise.all(pushed);
    expect(relativeError(logits[2] as Float32Array, inTurn)).toBeLessThanOrEqual(1e-6);
    frames.forEach((frame) => frame.dispose());
  });

  it('keeps its state over a push of a wrong shape', async () => {
    using stream = await ModelStream.open(model, { addon });
    const expected = await feed(stream, clip, [1, 2]);
    stream.reset();
    await feed(stream, clip, [1]);
    using larger = clipTensor([1, 1, 64, 64, 3]);
    await expect(stream.push(larger)).rejects.toThrow(UsageError);
    await expect(stream.push(larger)).rejects.toThrow(/\[1, 1 or more, 48, 48, 3\], got float32 \[1, 1, 64, 64, 3\]/);
    using twoVideos = addon.createTensor('float32', [2, 1, SIZE, SIZE, 3]);
    await expect(stream.push(twoVideos)).rejects.toThrow(UsageError);
    using none = addon.createTensor('float32', [1, 0, SIZE, SIZE, 3]);
    await expect(stream.push(none)).rejects.toThrow(UsageError);
    using bytes = addon.createTensor('uint8', [1, 1, SIZE, SIZE, 3]);
    await expect(stream.push(bytes)).rejects.toThrow(/got uint8/);
    expect(relativeError(await feed(stream, clip, [2], 1), expected)).toBeLessThanOrEqual(1e-6);
  });

  it('warms up without a trace', async () => {
    using stream = await ModelStream.open(model, { addon });
    await feed(stream, clip, [2]);
    const before = stream.state();
    await stream.warmUp();
    expect(stream.state()).toEqual(before);
  });

  it('refuses a model that is not causal, and names those that are', async () => {
    const base = referenceModel('a0-base');
    await expect(ModelStream.open(base, { addon })).rejects.toThrow(UsageError);
    await expect(ModelStream.open(base, { addon })).rejects.toThrow(/a0-base cannot stream.*a0-stream/);
    const made = referenceModel('t0-stream', { causal: false });
    await expect(ModelStream.open(made, { addon })).rejects.toThrow(
      /t0-stream cannot stream: .*; this one was made with causal: false$/,
    );
  });

  it('refuses a batch or a frame size that is none', async () => {
    await expect(ModelStream.open(model, { addon, batch: 0 })).rejects.toThrow(UsageError);
    await expect(ModelStream.open(model, { addon, size: [48, 1.5] })).rejects.toThrow(/48 × 1.5/);
  });

  it('refuses a state that is not its own, and keeps the one it has', async () => {
    using stream = await ModelStream.open(model, { addon });
    await feed(stream, clip, [2]);
    const saved = stream.state();
    using other = await ModelStream.open(model, { addon, batch: 2 });
    expect(() => stream.restore(other.state())).toThrow(
      /state_block1_layer0_stream_buffer is float32 \[2, 2, 6, 6, 80\], expected float32 \[1, 2, 6, 6, 80\].* and \d+ more/,
    );
    const partial = new Map(saved);
    partial.delete('state_head_pool_buffer');
    expect(() => stream.restore(partial)).toThrow(/state_head_pool_buffer is missing/);
    const extra = new Map(saved).set('state_of_matter', { dtype: 'int32', shape: [1], data: new Int32Array(1) });
    expect(() => stream.restore(extra)).toThrow(/state_of_matter is unknown/);
    const cut = new Map(saved).set('state_head_pool_frame_count', {
      dtype: 'int32',
      shape: [1],
      data: new Int32Array(0),
    });
    expect(() => stream.restore(cut)).toThrow(/has 0 numbers/);
    expect(stream.state()).toEqual(saved);
    expect(stream.frames).toBe(2);
  });

  it('cannot be used after dispose', async () => {
    const stream = await ModelStream.open(model, { addon });
    using frame = framesOf(clip, 0, 1);
    const underWay = stream.push(frame);
    await Promise.resolve();
    stream.dispose();
    stream.dispose();
    await expect(underWay).rejects.toThrow(/disposed/);
    await expect(stream.push(frame)).rejects.toThrow(/disposed/);
    expect(() => stream.state()).toThrow(/disposed/);
    expect(() => stream.reset()).toThrow(/disposed/);
    expect(() => stream.frames).toThrow(/disposed/);
  });

  it('keeps the number of tensors, whatever the number of pushes', async () => {
    const before = addon.liveCounts();
    {
      using stream = await ModelStream.open(model, { addon });
      await feed(stream, clip, [1]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const open = addon.liveCounts().tensors;
      using frame = framesOf(clip, 0, 1);
      for (let i = 0; i < 50; i++) await stream.push(frame);
      await expectNoMoreTensors(open + 1);
      expect(stream.frames).toBe(51);
    }
    await expectNoMoreTensors(before.tensors);
    expect(addon.liveCounts().sessions).toBe(before.sessions);
  });
});

describe('the states of the official models', () => {
  interface Expected {
    size: number;
    states: Record<string, { dtype: string; shape: number[] }>;
  }
  const file = join(__dirname, '..', 'fixtures', 'stream_states.json');
  const official = JSON.parse(readFileSync(file, 'utf8')) as Record<ModelId, Expected>;

  test.each(Object.entries(official) as [ModelId, Expected][])('%s', (id, { size, states }) => {
    const architecture = architectureOf(id, 600);
    // Variables instead of constants: the shapes do not need the numbers.
    const graph = buildInferenceGraph(
      addon,
      { architecture, weights: new Weights() },
      { values: 'variables', clip: { frames: -1, size }, states: true },
    );
    const shapes = stateShapes(graph.states, 1);
    expect(Object.fromEntries(shapes.map(({ name, dtype, shape }) => [name, { dtype, shape }]))).toEqual(states);
    expect(graph.states.every(({ output }) => output !== undefined)).toBe(true);
  });

  it('are as many as the official models have', () => {
    expect(Object.values(official).map(({ states }) => Object.keys(states).length)).toEqual([
      43, 67, 73, 124, 178, 222,
    ]);
  });
});
