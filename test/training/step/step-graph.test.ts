import { setImmediate } from 'node:timers/promises';
import { encodeTargets } from '../../../lib/base/task';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { initialWeights } from '../../../lib/movinet/initialize';
import type { MovinetOverrides } from '../../../lib/movinet/options';
import { loadAddon } from '../../../lib/native/addon';
import type { NativeTensor } from '../../../lib/native/tensor';
import { seededUniform } from '../../../lib/model/classifier';
import { categoricalCrossEntropy, losses } from '../../../lib/learning/loss';
import { optimizers, sgd } from '../../../lib/learning/optimizer';
import { buildStepGraph, type BatchNormMode } from '../../../lib/training/step/step-graph';
import { StepProgram } from '../../../lib/training/step/step-program';
import { relativeError } from '../../../scripts/parity/errors';

const addon = loadAddon();
const [BATCH, FRAMES, SIZE, CLASSES] = [12, 2, 16, 3];

interface Given {
  overrides?: MovinetOverrides;
  trainable?: (stage: string) => boolean;
  batchNorm?: BatchNormMode;
  learningRate?: number;
  seed?: number;
}

async function openProgram(given: Given) {
  const { overrides = {}, trainable = () => true, learningRate = 1e-30, seed = 5, batchNorm } = given;
  const architecture = architectureOf('t0-base', CLASSES, overrides);
  const weights = initialWeights(architecture, { uniform: seededUniform(1), reZero: 1 });
  const graph = await buildStepGraph(addon, {
    ...{ model: architecture.options, weights, trainable, seed, ...(batchNorm ? { batchNorm } : {}) },
    ...{ clipShape: { frames: FRAMES, size: SIZE }, loss: losses.build(categoricalCrossEntropy()) },
    optimizer: optimizers.build(sgd({ learningRate })),
  });
  return { graph, weights, opened: await StepProgram.open(addon, graph, weights) };
}

/** The same clip, BATCH times. */
function oneClip(): NativeTensor {
  const clips = addon.createTensor('float32', [BATCH, FRAMES, SIZE, SIZE, 3]);
  const values = clips.data() as Float32Array;
  const perClip = values.length / BATCH;
  values.forEach((_, i) => (values[i] = ((i % perClip) % 97) / 97));
  return clips;
}

const TARGETS = encodeTargets(new Array<number[]>(BATCH).fill([0]), CLASSES);

/** The logits of the same clip, BATCH times: of a training step that changes nothing, and in inference mode. */
async function logitsOfOneClip(given: Given): Promise<{ training: Float32Array[]; inference: Float32Array[] }> {
  using program = (await openProgram(given)).opened;
  using clips = oneClip();
  const rows = (logits: Float32Array) =>
    Array.from({ length: BATCH }, (_, row) => logits.subarray(row * CLASSES, (row + 1) * CLASSES));
  const training = rows((await program.trainBatch({ inputs: clips, kind: 'clips', targets: TARGETS })).logits);
  return { training, inference: rows((await program.evaluate(clips, TARGETS)).logits) };
}

/** How many different logits the clips have, to five digits. */
const different = (rows: Float32Array[]) => new Set(rows.map((row) => row[0]?.toPrecision(5))).size;

/** The last stages alone: fewer gradients to build. */
const top = (stage: string): boolean => /^(block4|head|classifier_head)$/.test(stage);

describe.each<[string, (stage: string) => boolean, BatchNormMode]>([
  ['a frozen backbone', (stage) => stage === 'classifier_head', 'frozen'],
  ['stages that learn, batch normalisation too', top, 'train'],
])('the training graph with %s', (_, trainable, batchNorm) => {
  it.each<[string, MovinetOverrides]>([
    ['dropout', { dropoutRate: 0.5 }],
    // It fires in frozen blocks too (specification §4).
    ['stochastic depth', { stochasticDepthDropRate: 0.9 }],
  ])('has %s while training, and only then', async (__, overrides) => {
    const { training, inference } = await logitsOfOneClip({ overrides, trainable, batchNorm });
    expect(different(training)).toBeGreaterThan(BATCH / 2);
    expect(different(inference)).toBe(1);
  });
});

it('drops nothing by default', async () => {
  const { training, inference } = await logitsOfOneClip({ trainable: top, batchNorm: 'train' });
  expect([different(training), different(inference)]).toEqual([1, 1]);
});

const isStatistic = (name: string) => /moving_(mean|variance)$/.test(name);

describe('batch normalisation of stages that learn', () => {
  it('goes by the statistics of the weights, and leaves them', async () => {
    const { graph, opened } = await openProgram({ learningRate: 0.1, trainable: top });
    using program = opened;
    using clips = oneClip();
    const { logits } = await program.evaluate(clips, TARGETS);
    expect(
      relativeError((await program.trainBatch({ inputs: clips, kind: 'clips', targets: TARGETS })).logits, logits),
    ).toBeLessThan(1e-5);
    expect(relativeError((await program.evaluate(clips, TARGETS)).logits, logits)).toBeGreaterThan(1e-3);
    expect(graph.variables.filter(({ name }) => isStatistic(name))).toEqual([]);
    expect(graph.trainableVariables.filter(({ name }) => name.endsWith('gamma')).length).toBeGreaterThan(0);
  });

  it('moves its statistics where it trains', async () => {
    const { weights, opened } = await openProgram({ batchNorm: 'train', trainable: top });
    using program = opened;
    using clips = oneClip();
    const { logits } = await program.evaluate(clips, TARGETS);
    expect(
      relativeError((await program.trainBatch({ inputs: clips, kind: 'clips', targets: TARGETS })).logits, logits),
    ).toBeGreaterThan(1e-3);
    const after = await program.readVariables();
    const statistics = after.paths().filter(isStatistic);
    const unmoved = statistics.filter((path) => {
      const key = { path, shape: after.shapeOf(path)! };
      return after.get(key).data.every((value, i) => value === weights.get(key).data[i]);
    });
    expect([statistics.length > 0, unmoved]).toEqual([true, []]);
  });
});

describe('what is random', () => {
  const given: Given = {
    overrides: { dropoutRate: 0.5, stochasticDepthDropRate: 0.5 },
    trainable: (stage) => stage === 'classifier_head',
  };

  /** The logits of the first steps, none of which changes anything. */
  async function logitsOfSteps(seed: number, steps: number): Promise<Float32Array[]> {
    using program = (await openProgram({ ...given, seed })).opened;
    using clips = oneClip();
    const logits: Float32Array[] = [];
    for (let i = 0; i < steps; i++)
      logits.push((await program.trainBatch({ inputs: clips, kind: 'clips', targets: TARGETS })).logits);
    return logits;
  }

  it('differs from step to step, and is the same in another session', async () => {
    const [first, second] = (await logitsOfSteps(5, 2)) as [Float32Array, Float32Array];
    expect(second).not.toEqual(first);
    expect(await logitsOfSteps(5, 2)).toEqual([first, second]);
    expect((await logitsOfSteps(6, 1))[0]).not.toEqual(first);
  });

  it('is in the gradients that the next step applies', async () => {
    const learningRate = 1;
    const { graph, weights, opened } = await openProgram({ ...given, learningRate });
    using program = opened;
    using clips = oneClip();
    const gradients = await program.gradients(clips, TARGETS);
    await program.trainBatch({ inputs: clips, kind: 'clips', targets: TARGETS });
    const after = await program.readVariables();
    const errors = graph.trainableVariables.map(({ name, shape }) => {
      const key = { path: name, shape };
      const gradient = gradients.get(name)!;
      const expected = weights.get(key).data.map((value, i) => value - learningRate * (gradient[i] as number));
      return relativeError(after.get(key).data, expected);
    });
    expect(Math.max(...errors)).toBeLessThan(1e-5);
  });
});

it('is built in many turns of the event loop: the largest takes a second', async () => {
  const architecture = architectureOf('a2-base', CLASSES);
  const weights = initialWeights(architecture, { uniform: seededUniform(1), reZero: 1 });
  const built = { done: false };
  const building = buildStepGraph(addon, {
    ...{ model: architecture.options, weights, trainable: () => true, seed: 5 },
    ...{ clipShape: { frames: FRAMES, size: SIZE }, loss: losses.build(categoricalCrossEntropy()) },
    optimizer: optimizers.build(sgd({ learningRate: 0.1, momentum: 0.9 })),
  }).finally(() => (built.done = true));
  let turns = 0;
  for (; !built.done; turns++) await setImmediate();
  await building;
  expect(turns).toBeGreaterThan(20);
});
