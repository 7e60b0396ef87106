import { derive } from '../../../../lib/base/random';
import type { Weights } from '../../../../lib/graph/weights';
import type { Architecture } from '../../../../lib/movinet/architecture';
import { architectureOf } from '../../../../lib/movinet/describe-movinet';
import { buildInferenceGraph } from '../../../../lib/movinet/inference-graph';
import { initialWeights } from '../../../../lib/movinet/initialize';
import type { ModelId, MovinetOverrides } from '../../../../lib/movinet/options';
import { loadAddon } from '../../../../lib/native/addon';
import { type Kernels, PLAIN_KERNELS } from '../../../../lib/native/kernels';
import { describeCpu } from '../../../../lib/runtime/machine';
import { openSession } from '../../../../lib/runtime/open-session';
import { relativeError } from '../../../../scripts/parity/errors';

const addon = loadAddon();
const CLASSES = 3;

/** As a trained model has them: a block adds little to what goes around it. */
function trainedWeights(architecture: Architecture): Weights {
  const uniform = (path: string) => {
    const random = derive(1, path);
    return () => random.float();
  };
  const weights = initialWeights(architecture, { uniform, reZero: 0.3 });
  for (const parameter of architecture.parameters.filter(({ role }) => role !== 'kernel' && role !== 'scale')) {
    const random = derive(2, parameter.path);
    const { shape, data } = weights.get(parameter);
    weights.set(parameter.path, { shape, data: data.map((value) => value + random.between(-0.2, 0.2)) });
  }
  return weights;
}

type Shape = [batch: number, frames: number, height: number, width: number];

const FUSED: Kernels = { kind: 'fused', threads: 2 };

async function featuresBy(
  kernels: Kernels,
  model: { architecture: Architecture; weights: Weights },
  [batch, frames, height, width]: Shape,
  known: boolean,
): Promise<Float32Array> {
  const clip = known ? { frames, size: [height, width] as const } : { frames: -1, size: -1 };
  const graph = await buildInferenceGraph(addon, model, { values: 'constants', clip, kernels });
  using session = await openSession(addon, graph.builder.graph);
  using clips = addon.createTensor('float32', [batch, frames, height, width, 3]);
  const random = derive(3, 'clips');
  const pixels = clips.data() as Float32Array;
  for (let i = 0; i < pixels.length; i++) pixels[i] = random.float();
  const [features] = await session.run(session.prepare([graph.clips], [graph.features]), [clips]);
  using owned = features!;
  return (owned.data() as Float32Array).slice();
}

async function expectSame(id: ModelId, overrides: MovinetOverrides, shape: Shape, known = true): Promise<void> {
  const architecture = architectureOf(id, CLASSES, overrides);
  const model = { architecture, weights: trainedWeights(architecture) };
  const plain = await featuresBy(PLAIN_KERNELS, model, shape, known);
  const fused = await featuresBy(FUSED, model, shape, known);
  expect(fused.length).toBe(plain.length);
  expect(relativeError(fused, plain)).toBeLessThan(1e-5);
}

describe('fused layers give what plain ones do', () => {
  it.each<[ModelId, MovinetOverrides]>([
    ['t0-base', {}],
    ['a0-base', {}],
    ['a1-base', {}],
    ['a0-stream', {}],
    ['a0-stream-relu6', {}],
    ['a3-stream', {}],
    ['t0-base', { causal: true, seType: '2plus3d' }],
    ['t0-base', { seType: '2plus3d' }],
    ['t0-base', { seType: '2d', activation: 'hard_swish', gatingActivation: 'hard_sigmoid' }],
    ['t0-stream', { seType: '3d', usePositionalEncoding: true }],
    ['t0-stream', { causal: false }],
    ['t0-stream', { convType: '3d_2plus1d', gatingActivation: 'keras_hard_sigmoid', activation: 'swish' }],
  ])('%s with %o', (id, overrides) => expectSame(id, overrides, [2, 4, 32, 32]));

  it.each<Shape>([
    [1, 8, 44, 50],
    [3, 1, 37, 61],
    [2, 5, 16, 16],
    [1, 9, 33, 20],
    [5, 13, 8, 8],
    [1, 2, 1, 1],
  ])('clips of batch %i, %i frames, %i × %i', async (...shape) => {
    await expectSame('t0-base', {}, shape);
    await expectSame('t0-stream', {}, shape);
  });

  it('where nothing is known of the clips before they come', () => expectSame('t0-base', {}, [2, 3, 20, 28], false));

  it('clip by clip as in a batch, to the last bit', async () => {
    const architecture = architectureOf('t0-base', CLASSES);
    const model = { architecture, weights: trainedWeights(architecture) };
    // The same numbers begin each.
    const [one, three] = [
      await featuresBy(FUSED, model, [1, 4, 32, 32], true),
      await featuresBy(FUSED, model, [3, 4, 32, 32], true),
    ];
    expect([...three.slice(0, one.length)]).toEqual([...one]);
  });

  const able = describeCpu().features.includes('AVX-512 BF16');
  it.each<ModelId>(['t0-base', 'a0-stream-relu6'])('%s in bfloat16, but for its rounding', async (id) => {
    const architecture = architectureOf(id, CLASSES);
    const model = { architecture, weights: trainedWeights(architecture) };
    const exact = await featuresBy(PLAIN_KERNELS, model, [2, 4, 32, 32], true);
    const rounded = featuresBy({ ...FUSED, products: 'bfloat16' }, model, [2, 4, 32, 32], true);
    if (!able) return expect(rounded).rejects.toThrow(/this processor has no products of bfloat16/);
    const error = relativeError(await rounded, exact);
    expect(error).toBeGreaterThan(1e-4);
    expect(error).toBeLessThan(2e-2);
  });
});
