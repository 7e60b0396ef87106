import { describeMovinet } from '../../lib/movinet/describe-movinet';
import { movinetOptions, type ModelKind } from '../../lib/movinet/options';
import type { VariantName } from '../../lib/movinet/variants';

/** Specification §1.3, with 600 classes. */
const COUNTS: [VariantName, ModelKind, number, number, number, number][] = [
  ['a0', 'base', 334, 232, 3_126_071, 3_111_799],
  ['a1', 'base', 514, 358, 4_717_912, 4_690_296],
  ['a2', 'base', 554, 386, 5_280_922, 5_249_562],
  ['a3', 'base', 699, 487, 7_443_289, 7_397_545],
  ['a4', 'base', 974, 680, 11_422_727, 11_349_463],
  ['a5', 'base', 1219, 851, 18_763_355, 18_650_523],
  ['a0', 'stream', 389, 265, 3_765_983, 3_748_031],
  ['a1', 'stream', 599, 409, 6_481_560, 6_447_352],
  ['a2', 'stream', 649, 443, 7_366_050, 7_326_962],
  ['a3', 'stream', 847, 589, 11_043_146, 10_986_618],
  ['a4', 'stream', 1196, 832, 18_228_326, 18_136_182],
  ['a5', 'stream', 1493, 1039, 31_636_734, 31_495_934],
];

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

describe('describeMovinet', () => {
  it.each(COUNTS)('%s %s has the official variables and parameters', (variant, kind, ...expected) => {
    const { parameters } = describeMovinet(movinetOptions(variant, kind, { numClasses: 600 }));
    const trainable = parameters.filter((parameter) => parameter.trainable);
    const total = (list: typeof parameters) => list.reduce((sum, { shape }) => sum + size(shape), 0);
    expect([parameters.length, trainable.length, total(parameters), total(trainable)]).toEqual(expected);
  });

  it.each(['base', 'stream', 'stream-relu6'] as const)('gives every variable of a0 %s a path of its own', (kind) => {
    const { parameters } = describeMovinet(movinetOptions('a0', kind, { numClasses: 5 }));
    expect(new Set(parameters.map(({ path }) => path)).size).toBe(parameters.length);
  });

  it('regularises every kernel but the classifier’s', () => {
    const { parameters } = describeMovinet(movinetOptions('a0', 'base', { numClasses: 600 }));
    const kernels = parameters.filter(({ role }) => role === 'kernel');
    expect(kernels).toHaveLength(83);
    expect(kernels.filter(({ regularized }) => !regularized).map(({ path }) => path)).toEqual([
      'layer_with_weights-1/_classifier/_conv/kernel',
    ]);
    expect(parameters.filter(({ role, regularized }) => regularized && role !== 'kernel')).toEqual([]);
  });

  it('raises the drop rate evenly from block to block', () => {
    const { blocks } = describeMovinet(movinetOptions('a0', 'base', { numClasses: 2, stochasticDepthDropRate: 0.2 }));
    expect(blocks.map(({ dropRate }) => Number(dropRate.toFixed(6)))).toEqual(
      Array.from({ length: 15 }, (_, i) => Number(((0.2 * (i + 1)) / 15).toFixed(6))),
    );
  });

  it('projects the skip of a strided block even where the channels stay', () => {
    const [first] = describeMovinet(movinetOptions('a0', 'base', { numClasses: 2 })).blocks;
    expect(first?.skip).toMatchObject({ kind: 'projection', pool: true });
    const a3 = describeMovinet(movinetOptions('a3', 'base', { numClasses: 2 }));
    expect(a3.blocks.find(({ name }) => name === 'block3_layer0')?.skip).toMatchObject({
      kind: 'projection',
      pool: false,
    });
  });

  it.each([
    [{ fusedBatchNorm: true }, { population: true, fused: true }],
    [{ synchronizedBatchNorm: false }, { population: false, fused: true }],
  ])('takes %j for %j', (options, expected) => {
    const { stem } = describeMovinet(movinetOptions('a0', 'base', { numClasses: 5, ...options }));
    expect(stem.batchNorm).toMatchObject(expected);
  });

  it('describes T0: 1,740,502 parameters with 600 classes (specification §1.1)', () => {
    const { parameters } = describeMovinet(movinetOptions('t0', 'base', { numClasses: 600 }));
    expect(parameters.reduce((sum, { shape }) => sum + size(shape), 0)).toBe(1_740_502);
  });

  it('gives 3d_2plus1d the kernels of 2plus1d in the shapes of 3-D convolutions (specification §5.3)', () => {
    const split = describeMovinet(movinetOptions('a0', 'stream', { numClasses: 5, convType: '3d_2plus1d' }));
    const flat = describeMovinet(movinetOptions('a0', 'stream', { numClasses: 5 }));
    expect(split.parameters).toHaveLength(flat.parameters.length);
    const path = 'layer_with_weights-0/layer_with_weights-2/_feature';
    const shapes = new Map(split.parameters.map((parameter) => [parameter.path, parameter.shape]));
    expect(shapes.get(`${path}/_conv/kernel`)).toEqual([1, 3, 3, 1, 80]);
    expect(shapes.get(`${path}/_conv_temporal/kernel`)).toEqual([3, 1, 1, 1, 80]);
    expect(shapes.get('layer_with_weights-1/_head/_conv/kernel')).toEqual([1, 1, 1, 480, 2048]);
  });

  it('leaves positional encoding out of networks that are not causal, as the official code does', () => {
    const scales = (causal: boolean) =>
      describeMovinet(
        movinetOptions('a0', 'base', { numClasses: 5, causal, usePositionalEncoding: true }),
      ).parameters.filter(({ path }) => path.includes('_pos_encoding'));
    expect([scales(false).length, scales(true).length]).toEqual([0, 15]);
  });

  it('keeps Keras’ own momentum and epsilon in the batch normalisation of skips, as the official code does', () => {
    const { blocks, stem } = describeMovinet(
      movinetOptions('a0', 'base', { numClasses: 5, batchNormMomentum: 0.9, batchNormEpsilon: 0.01 }),
    );
    expect(stem.batchNorm).toMatchObject({ momentum: 0.9, epsilon: 0.01, population: true, fused: false });
    const skip = blocks[0]?.skip;
    expect(skip?.kind === 'projection' && skip.conv.batchNorm).toMatchObject({
      ...{ momentum: 0.99, epsilon: 1e-3 },
      ...{ population: false, fused: true },
    });
  });
});
