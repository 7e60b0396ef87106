import fc from 'fast-check';
import { add, floatConstant, multiply } from '../../../lib/graph/ops';
import type { GradientTransform } from '../../../lib/learning/gradient-transform';
import { adam, optimizers } from '../../../lib/learning/optimizer';
import type { StepProgram } from '../../../lib/training/step/step-program';
import { batchOf, failingRuns, largestDifference, openProgram, sameBits, trainOn } from '../support/step-programs';

/** Not linear in the gradients: what is applied to each part alone would differ from what is applied to the whole. */
const cubed: GradientTransform = {
  build: (g, gradients) =>
    gradients.map((x) => add(g, x, multiply(g, floatConstant(g, 10), multiply(g, x, multiply(g, x, x))))),
};
const EVERY = 3;

interface Batch {
  readonly rows: readonly number[];
  readonly weights: readonly number[];
}

const anyBatch: fc.Arbitrary<Batch> = fc
  .array(fc.tuple(fc.nat(20), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 5 })
  .map((clips) => ({ rows: clips.map(([row]) => row), weights: clips.map(([, weight]) => weight) }));

async function train(program: StepProgram, batches: readonly Batch[]): Promise<void> {
  for (const { rows, weights } of batches) {
    using batch = batchOf(rows, 'features', weights);
    await program.trainBatch(batch);
  }
}

const joined = (batches: readonly Batch[]): Batch => ({
  rows: batches.flatMap(({ rows }) => rows),
  weights: batches.flatMap(({ weights }) => weights),
});

it('makes of several batches the step that one batch of all their clips makes', async () => {
  const given = { overrides: { weightDecay: 0.01 }, gradientTransforms: [cubed] };
  using several = (await openProgram({ ...given, program: { accumulate: EVERY } })).program;
  using one = (await openProgram(given)).program;
  const [start, { state }] = [await one.readAll(), one];
  const atFirst = async (): Promise<void> => {
    for (const program of [several, one]) await program.restore(start, 0, state);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(anyBatch, { minLength: 1, maxLength: EVERY }), async (batches) => {
      await atFirst();
      await train(several, batches);
      // An epoch may end with fewer.
      await several.finishStep();
      await train(one, [joined(batches)]);
      expect([several.step, one.step]).toEqual([1, 1]);
      // Products of another number of rows round otherwise, on one processor more than on another.
      expect(largestDifference(await several.readAll(), await one.readAll())).toBeLessThan(5e-5);
    }),
    { numRuns: 6, seed: 1 },
  );
});

it('counts steps, batches and what is under way', async () => {
  using program = (await openProgram({ program: { accumulate: EVERY } })).program;
  const counts: unknown[] = [];
  for (const rows of [[0, 1], [2], [3, 4, 5], [6]]) {
    await trainOn(program, [rows]);
    counts.push([program.step, program.state.pass, program.state.pending]);
  }
  const none = { batches: 0, clips: 0 };
  expect(counts).toEqual([
    [0, 1, { batches: 1, clips: 2 }],
    [0, 2, { batches: 2, clips: 3 }],
    [1, 3, none],
    [1, 4, { batches: 1, clips: 1 }],
  ]);
  await program.finishStep();
  await program.finishStep();
  expect([program.step, program.state.pass, program.state.pending]).toEqual([2, 4, none]);
});

it('goes on between the batches of a step, to the last bit', async () => {
  const given = {
    ...{ overrides: { dropoutRate: 0.4 }, optimizer: optimizers.build(adam({ learningRate: 0.01 })) },
    program: { accumulate: EVERY },
  };
  using straight = (await openProgram(given)).program;
  await trainOn(straight, [[0, 1], [2], [3, 4], [5]]);
  const { state } = straight;
  const snapshot = await straight.readAll();
  expect(snapshot.paths().filter((path) => path.includes('gradientSum'))).not.toEqual([]);
  const rest = [[6, 7, 8], [9], [10]];
  await trainOn(straight, rest);

  using other = (await openProgram(given)).program;
  await other.restore(snapshot, 1, state);
  await trainOn(other, rest);
  expect([other.step, other.state]).toEqual([straight.step, straight.state]);
  expect(sameBits(await other.readAll(), await straight.readAll())).toBe(true);
});

it('loses nothing that was summed where a batch fails', async () => {
  const error = new Error('broken on purpose');
  let broken = false;
  using program = (
    await openProgram({ program: { accumulate: 2 }, addon: failingRuns(() => (broken ? error : undefined)) })
  ).program;
  using plain = (await openProgram()).program;
  await trainOn(program, [[0, 1]]);
  broken = true;
  await expect(trainOn(program, [[2, 3]])).rejects.toBe(error);
  broken = false;
  await trainOn(program, [[2, 3]]);
  await trainOn(plain, [[0, 1, 2, 3]]);
  expect(largestDifference(await program.readAll(), await plain.readAll())).toBeLessThan(1e-6);
});
