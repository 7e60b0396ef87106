import { encodeTargets } from '../../../lib/base/task';
import { derive } from '../../../lib/base/random';
import { categoricalCrossEntropy, losses } from '../../../lib/learning/loss';
import { optimizers, sgd } from '../../../lib/learning/optimizer';
import { seededUniform } from '../../../lib/model/classifier';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
import type { ModelId, MovinetOverrides } from '../../../lib/movinet/options';
import { loadAddon } from '../../../lib/native/addon';
import type { KernelKind } from '../../../lib/native/kernels';
import { buildStepGraph, type BatchNormMode } from '../../../lib/training/step/step-graph';
import { StepProgram } from '../../../lib/training/step/step-program';

const addon = loadAddon();
const [BATCH, FRAMES, SIZE, CLASSES] = [3, 4, 24, 3];
const TARGETS = encodeTargets([[0], [1], [2]], CLASSES);
/** Large enough that rounding does not hide a missing part of a gradient. */
const LEARNING_RATE = 0.1;

interface Given {
  trainable: (stage: string) => boolean;
  batchNorm: BatchNormMode;
  /** Default t0-base as it comes, without anything that is left out at random. */
  id?: ModelId;
  overrides?: MovinetOverrides;
}

const ALL = (): boolean => true;

/** What two steps and an evaluation give, and every variable after them. */
async function numbersBy(kind: KernelKind, { trainable, batchNorm, id = 't0-base', overrides = {} }: Given) {
  const architecture = architectureOf(id, CLASSES, overrides);
  const weights = initialWeights(architecture, { uniform: seededUniform(1), reZero: 0.5 });
  const graph = await buildStepGraph(addon, {
    ...{ model: architecture.options, weights, trainable, batchNorm, seed: 5, kernels: { kind, threads: 0 } },
    ...{ clipShape: { frames: FRAMES, size: SIZE }, loss: losses.build(categoricalCrossEntropy()) },
    optimizer: optimizers.build(sgd({ learningRate: LEARNING_RATE })),
  });
  using program = await StepProgram.open(addon, graph, weights);
  using clips = addon.createTensor('float32', [BATCH, FRAMES, SIZE, SIZE, 3]);
  const random = derive(3, 'clips');
  const pixels = clips.data() as Float32Array;
  for (let i = 0; i < pixels.length; i++) pixels[i] = random.float();
  const outcomes = [
    await program.trainBatch({ inputs: clips, kind: 'clips', targets: TARGETS }),
    await program.trainBatch({ inputs: clips, kind: 'clips', targets: TARGETS }),
    await program.evaluate(clips, TARGETS),
  ];
  const values = await program.readAll();
  const operations = (await graph.builder.graph.toGraphDef()).toString('latin1');
  return {
    numbers: new Map([
      ...outcomes.map(({ logits }, i) => [`logits ${i}`, logits] as const),
      ...values.paths().map((path) => [path, values.array(path).data] as const),
    ]),
    frozen: operations.split('MovinetNative>Clip').length - 1,
    learning: operations.split('MovinetNative>Trainable').length - 1,
  };
}

/** What a gradient of nothing but rounding moved is compared with what others are. */
function errorOf(values: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-2);
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0) / largest;
}

/** Both kinds give the same, and how many operations the fused one is made of. */
async function expectSame(given: Given): Promise<{ frozen: number; learning: number }> {
  const [fused, plain] = [await numbersBy('fused', given), await numbersBy('plain', given)];
  expect([...fused.numbers.keys()]).toEqual([...plain.numbers.keys()]);
  const errors = [...fused.numbers].map(([name, values]) => [name, errorOf(values, plain.numbers.get(name)!)] as const);
  expect(errors.filter(([, error]) => !(error < 1e-4))).toEqual([]);
  expect(plain).toMatchObject({ frozen: 0, learning: 0 });
  return fused;
}

describe('steps by fused kernels are those by plain ones', () => {
  it.each<[string, Given]>([
    ['the head learns', { trainable: (stage) => stage === 'classifier_head', batchNorm: 'frozen' }],
    [
      'the last stage learns by its own statistics',
      { trainable: (stage) => /^(block4|head|classifier_head)$/.test(stage), batchNorm: 'train' },
    ],
  ])('where %s', async (_, given) => {
    const { frozen, learning } = await expectSame(given);
    expect(frozen).toBeGreaterThan(0);
    expect(learning).toBe(0);
  });

  it.each<[string, Given]>([
    [
      'the last stages learn',
      { trainable: (stage) => /^(block[34]|head|classifier_head)$/.test(stage), batchNorm: 'frozen' },
    ],
    [
      'a stage in the middle learns, and what follows is frozen',
      { trainable: (stage) => /^(block2|classifier_head)$/.test(stage), batchNorm: 'frozen' },
    ],
    [
      'the last stage learns, and some of what comes before is left out at random',
      {
        trainable: (stage) => /^(block4|classifier_head)$/.test(stage),
        batchNorm: 'frozen',
        overrides: { stochasticDepthDropRate: 0.4, dropoutRate: 0.3 },
      },
    ],
  ])('where %s', async (_, given) => {
    const { frozen, learning } = await expectSame(given);
    expect(frozen).toBeGreaterThan(0);
    expect(learning).toBeGreaterThan(0);
  });

  it.each<[ModelId, MovinetOverrides]>([
    ['t0-base', {}],
    ['t0-base', { stochasticDepthDropRate: 0.5, dropoutRate: 0.5 }],
    ['t0-base', { weightDecay: 0.01 }],
    ['t0-base', { seType: '2plus3d', causal: true }],
    ['t0-base', { seType: '2d', activation: 'hard_swish', gatingActivation: 'hard_sigmoid' }],
    ['t0-stream', {}],
    ['t0-stream', { causal: false }],
    ['t0-stream', { seType: '3d', usePositionalEncoding: true, activation: 'swish' }],
    ['t0-stream', { convType: '3d_2plus1d', gatingActivation: 'keras_hard_sigmoid', activation: 'swish' }],
    ['a0-base', {}],
    ['a0-stream', {}],
    ['a0-stream-relu6', {}],
  ])('where all of %s with %o learns', async (id, overrides) => {
    const { learning } = await expectSame({ trainable: ALL, batchNorm: 'frozen', id, overrides });
    expect(learning).toBeGreaterThan(0);
  });

  it('where the first stage learns by its own statistics, nothing is fused', async () => {
    const given: Given = { trainable: (stage) => /^(stem|classifier_head)$/.test(stage), batchNorm: 'train' };
    expect(await expectSame(given)).toMatchObject({ frozen: 0, learning: 0 });
  });
});
