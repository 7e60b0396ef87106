import { setImmediate } from 'node:timers/promises';
import { encodeTargets } from '../../lib/base/task';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { initialWeights } from '../../lib/movinet/initialize';
import type { MovinetOverrides } from '../../lib/movinet/options';
import { loadAddon } from '../../lib/native/addon';
import { seededUniform } from '../../lib/model/classifier';
import { sparseCategoricalCrossEntropy } from '../../lib/learning/loss';
import { sgd } from '../../lib/learning/optimizer';
import { buildTrainingGraph } from '../../lib/training/training-graph';
import { TrainingSession } from '../../lib/training/training-session';

const addon = loadAddon();
const [BATCH, FRAMES, SIZE, CLASSES] = [16, 2, 16, 3];

/** The logits of the same clip, BATCH times: of a training step that changes nothing, and in inference mode. */
async function logitsOfOneClip(
  overrides: MovinetOverrides,
  trainable: (stage: string) => boolean,
): Promise<{ training: Float32Array[]; inference: Float32Array[] }> {
  const architecture = architectureOf('t0-base', CLASSES, overrides);
  const weights = initialWeights(architecture, { uniform: seededUniform(1), reZero: 1 });
  const graph = await buildTrainingGraph(addon, {
    ...{ model: architecture.options, weights, trainable, seed: 5 },
    ...{ clipShape: { frames: FRAMES, size: SIZE }, loss: sparseCategoricalCrossEntropy() },
    optimizer: sgd({ learningRate: 1e-30 }),
  });
  using session = await TrainingSession.open(addon, graph, weights);
  using clips = addon.createTensor('float32', [BATCH, FRAMES, SIZE, SIZE, 3]);
  const values = clips.data() as Float32Array;
  const perClip = values.length / BATCH;
  values.forEach((_, i) => (values[i] = ((i % perClip) % 97) / 97));
  const targets = encodeTargets(new Array<number[]>(BATCH).fill([0]), graph.architecture.options.numClasses);
  const rows = (logits: Float32Array) =>
    Array.from({ length: BATCH }, (_, row) => logits.subarray(row * CLASSES, (row + 1) * CLASSES));
  const training = rows((await session.trainStep(clips, targets)).logits);
  return { training, inference: rows((await session.evaluate(clips, targets)).logits) };
}

/** How many different logits the clips have, to five digits. */
const different = (rows: Float32Array[]) => new Set(rows.map((row) => row[0]?.toPrecision(5))).size;

describe.each<[string, (stage: string) => boolean]>([
  ['a frozen backbone', (stage) => stage === 'classifier_head'],
  ['everything that learns', () => true],
])('the training graph with %s', (_, trainable) => {
  it.each<[string, MovinetOverrides]>([
    ['dropout', { dropoutRate: 0.5 }],
    // It fires in frozen blocks too (specification §4).
    ['stochastic depth', { stochasticDepthDropRate: 0.9 }],
  ])('has %s while training, and only then', async (__, overrides) => {
    const { training, inference } = await logitsOfOneClip(overrides, trainable);
    expect(different(training)).toBeGreaterThan(BATCH / 2);
    expect(different(inference)).toBe(1);
  });

  it('drops nothing by default', async () => {
    const { training, inference } = await logitsOfOneClip({}, trainable);
    expect([different(training), different(inference)]).toEqual([1, 1]);
  });
});

it('is built in many turns of the event loop: the largest takes a second', async () => {
  const architecture = architectureOf('a5-base', CLASSES);
  const weights = initialWeights(architecture, { uniform: seededUniform(1), reZero: 1 });
  const built = { done: false };
  const building = buildTrainingGraph(addon, {
    ...{ model: architecture.options, weights, trainable: () => true, seed: 5 },
    ...{ clipShape: { frames: FRAMES, size: SIZE }, loss: sparseCategoricalCrossEntropy() },
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
  }).finally(() => (built.done = true));
  let turns = 0;
  for (; !built.done; turns++) await setImmediate();
  await building;
  expect(turns).toBeGreaterThan(20);
});
