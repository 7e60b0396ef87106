import { ModelStream } from '../../lib/inference/model-stream';
import type { MovinetModel } from '../../lib/model/movinet-model';
import { buildInferenceGraph } from '../../lib/movinet/inference-graph';
import type { ModelId, MovinetOverrides } from '../../lib/movinet/options';
import { loadAddon } from '../../lib/native/addon';
import type { NativeTensor } from '../../lib/native/tensor';
import { clipTensor, feed, FRAMES, framesOf, referenceModel, relativeError, SIZE } from './support/reference-stream';

const addon = loadAddon();

/** The model without states, for clips of any length and size. */
async function wholeClips(
  model: MovinetModel,
): Promise<Disposable & { logits(clip: NativeTensor): Promise<Float32Array> }> {
  const graph = await buildInferenceGraph(addon, model, { values: 'constants' });
  const session = await addon.createSession(graph.builder.graph);
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
  using clips = await wholeClips(model);
  return await clips.logits(clip);
}

describe('a stream gives what the whole clip gives', () => {
  describe.each(['a0-stream', 'a3-stream', 'a0-stream-relu6'] as const)('%s', (id) => {
    const model = referenceModel(id);
    const clip = clipTensor([1, FRAMES, SIZE, SIZE, 3]);
    let stream: ModelStream;
    let clips: Awaited<ReturnType<typeof wholeClips>>;
    let expected: Float32Array;
    beforeAll(async () => {
      stream = await ModelStream.open(model, { addon });
      clips = await wholeClips(model);
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
