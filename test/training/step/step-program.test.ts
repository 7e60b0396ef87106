import { z } from 'zod';
import { UsageError } from '../../../lib/base/errors';
import { add, floatConstant, intConstant, multiply } from '../../../lib/graph/ops';
import { gradientTransforms, type GradientTransform } from '../../../lib/learning/gradient-transform';
import { adam, optimizers, sgd } from '../../../lib/learning/optimizer';
import { batchOf, largestDifference, openProgram, sameBits, trainOn } from '../support/step-programs';

const transforms = {
  plusOne: gradientTransforms.define('plusOne', z.object({}), () => ({
    build: (g, gradients) => gradients.map((gradient) => add(g, gradient, floatConstant(g, 1))),
  })),
  twice: gradientTransforms.define('twice', z.object({}), () => ({
    build: (g, gradients) => gradients.map((gradient) => multiply(g, gradient, floatConstant(g, 2))),
  })),
};
const built = (kind: keyof typeof transforms): GradientTransform => gradientTransforms.build(transforms[kind]());

describe('weights of clips', () => {
  it('are factors of the losses, whose mean is over the number of clips', async () => {
    using weighted = (await openProgram()).program;
    using plain = (await openProgram()).program;
    using batch = batchOf([0, 1, 2, 3], 'features', [2, 0, 1, 1]);
    await weighted.trainBatch(batch);
    await trainOn(plain, [[0, 0, 2, 3]]);
    expect(largestDifference(await weighted.readAll(), await plain.readAll())).toBeLessThan(1e-6);
  });

  it('do not change the losses that are told', async () => {
    using program = (await openProgram({ optimizer: optimizers.build(sgd({ learningRate: 1e-30 })) })).program;
    using weighted = batchOf([0, 1, 2], 'features', [3, 0, 1]);
    using plain = batchOf([0, 1, 2]);
    expect((await program.trainBatch(weighted)).losses).toEqual((await program.trainBatch(plain)).losses);
  });
});

describe('features of a frozen backbone', () => {
  it('teach the head what their clips do', async () => {
    using ofClips = (await openProgram()).program;
    using ofFeatures = (await openProgram()).program;
    for (const rows of [
      [0, 1, 2, 3],
      [4, 5, 6],
    ]) {
      using clips = batchOf(rows, 'clips');
      using features = await ofFeatures.features(clips.inputs);
      const { logits } = await ofClips.trainBatch(clips);
      expect((await ofFeatures.trainBatch({ ...clips, inputs: features, kind: 'features' })).logits).toEqual(logits);
    }
    expect(sameBits(await ofClips.readAll(), await ofFeatures.readAll())).toBe(true);
  });

  it('are refused where blocks are dropped at random', async () => {
    using program = (await openProgram({ overrides: { stochasticDepthDropRate: 0.2 } })).program;
    expect([program.frozenBackbone, program.learnsFromFeatures]).toEqual([true, false]);
    using batch = batchOf([0]);
    await expect(program.trainBatch(batch)).rejects.toThrow(UsageError);
  });
});

it('learns at the rates of the stages', async () => {
  const trainable = (stage: string) => ['head', 'classifier_head'].includes(stage);
  const [stages, alike] = [
    await openProgram({ trainable, stageFactor: (stage) => (stage === 'head' ? 0.25 : 1) }),
    await openProgram({ trainable }),
  ];
  using slower = stages.program;
  using plain = alike.program;
  using batch = batchOf([0, 1, 2], 'clips');
  await slower.trainBatch(batch);
  await plain.trainBatch(batch);
  const [a, b] = [await slower.readVariables(), await plain.readVariables()];
  const moved = (of: typeof a, path: string, i: number): number =>
    (of.array(path).data[i] as number) - (stages.weights.array(path).data[i] as number);
  const ratios = a.paths().map((path) => {
    const values = b.array(path).data;
    const largest = values.reduce(
      (best, _, i) => (Math.abs(moved(b, path, i)) > Math.abs(moved(b, path, best)) ? i : best),
      0,
    );
    return [path.split('/')[0], Number((moved(a, path, largest) / moved(b, path, largest)).toFixed(3))] as const;
  });
  expect(new Set(ratios.map(([stage, ratio]) => `${stage} ${ratio}`))).toEqual(
    new Set(['layer_with_weights-0 0.25', 'layer_with_weights-1 1']),
  );
});

it.each<[(keyof typeof transforms)[], (gradient: number) => number]>([
  [['plusOne', 'twice'], (gradient) => 2 * (gradient + 1)],
  [['twice', 'plusOne'], (gradient) => 2 * gradient + 1],
])('transforms gradients in order: %j', async (kinds, expected) => {
  const [plain, transformed] = [await firstMove([]), await firstMove(kinds.map(built))];
  expect(transformed / -0.5).toBeCloseTo(expected(plain / -0.5), 3);
});

/** How far the first step moves the first number of the last variable; its rate is a half. */
async function firstMove(given: readonly GradientTransform[]): Promise<number> {
  const { program, weights } = await openProgram({ gradientTransforms: given });
  using owned = program;
  await trainOn(owned, [[0, 1, 2]]);
  const { name } = owned.graph.trainableVariables.at(-1)!;
  return (await owned.readVariables()).array(name).data[0]! - weights.array(name).data[0]!;
}

it('changes nothing in a step that fails', async () => {
  /** Fails late: behind a product of matrices, and with the last gradient only. */
  const failing: GradientTransform = {
    build: (g, gradients) => {
      const size = floatConstant(g, new Float32Array(700 ** 2).fill(1), [700, 700]);
      const slow = Array.from({ length: 8 }).reduce<string>((x) => g.op('MatMul', [x, size]), size);
      const late = g.op('Sum', [slow, intConstant(g, [0, 1])]);
      const last = gradients.at(-1) as string;
      const broken = add(g, last, g.op('CheckNumerics', [g.op('Log', [g.op('Neg', [late])])], { message: 'broken' }));
      return [...gradients.slice(0, -1), broken];
    },
  };
  const trainable = (stage: string) => ['head', 'classifier_head'].includes(stage);
  using program = (
    await openProgram({
      trainable,
      batchNorm: 'train',
      gradientTransforms: [failing],
      optimizer: optimizers.build(adam()),
    })
  ).program;
  const before = await program.readAll();
  using batch = batchOf([0, 1, 2], 'clips');
  await expect(program.trainBatch(batch)).rejects.toThrow('broken');
  expect(sameBits(await program.readAll(), before)).toBe(true);
  expect([program.step, program.state.pass]).toEqual([0, 0]);
});
