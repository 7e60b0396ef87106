import { encodeTargets } from '../../../lib/base/task';
import { derive } from '../../../lib/base/random';
import { categoricalCrossEntropy, losses } from '../../../lib/learning/loss';
import { optimizers, sgd } from '../../../lib/learning/optimizer';
import { seededUniform } from '../../../lib/model/classifier';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
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
}

/** What two steps and an evaluation give, and every variable after them. */
async function numbersBy(kind: KernelKind, { trainable, batchNorm }: Given) {
  const architecture = architectureOf('t0-base', CLASSES);
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
  const operations = await graph.builder.graph.toGraphDef();
  return {
    numbers: new Map([
      ...outcomes.map(({ logits }, i) => [`logits ${i}`, logits] as const),
      ...values.paths().map((path) => [path, values.array(path).data] as const),
    ]),
    fused: operations.toString('latin1').split('MovinetNative>Clip').length - 1,
  };
}

/** What a gradient of nothing but rounding moved is compared with what others are. */
function errorOf(values: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-2);
  return values.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0) / largest;
}

describe('steps behind fused kernels are those behind plain ones', () => {
  it.each<[string, Given]>([
    ['the head learns', { trainable: (stage) => stage === 'classifier_head', batchNorm: 'frozen' }],
    [
      'the last stages learn',
      { trainable: (stage) => /^(block[34]|head|classifier_head)$/.test(stage), batchNorm: 'frozen' },
    ],
    [
      'they learn by their own statistics',
      { trainable: (stage) => /^(block4|head|classifier_head)$/.test(stage), batchNorm: 'train' },
    ],
    [
      'a stage in the middle learns, and what follows is frozen',
      { trainable: (stage) => /^(block2|classifier_head)$/.test(stage), batchNorm: 'frozen' },
    ],
  ])('where %s', async (_, given) => {
    const [fused, plain] = [await numbersBy('fused', given), await numbersBy('plain', given)];
    expect([...fused.numbers.keys()]).toEqual([...plain.numbers.keys()]);
    const errors = [...fused.numbers].map(
      ([name, values]) => [name, errorOf(values, plain.numbers.get(name)!)] as const,
    );
    expect(errors.filter(([, error]) => !(error < 1e-4))).toEqual([]);
    expect(fused.fused).toBeGreaterThan(0);
    expect(plain.fused).toBe(0);
  });

  it('where the first stage learns, nothing is fused', async () => {
    const { fused } = await numbersBy('fused', {
      trainable: (stage) => stage === 'stem' || stage === 'classifier_head',
      batchNorm: 'frozen',
    });
    expect(fused).toBe(0);
  });
});
