import { z } from 'zod';
import { add, floatConstant, multiply } from '../../../lib/graph/ops';
import type { Variable } from '../../../lib/graph/variables';
import { Weights } from '../../../lib/graph/weights';
import { addSlot } from '../../../lib/learning/optimizer';
import { weightAverages } from '../../../lib/learning/weight-average';
import type { StepProgram } from '../../../lib/training/step/step-program';
import { batchOf, largestDifference, openProgram, sameBits, trainOn } from '../support/step-programs';

/** Half of what it was, half of what the variable is. */
const halves = weightAverages.define('halves', z.object({}), () => ({
  build: (g, variables, after) => {
    const slots: Variable[] = [];
    const updates = variables.map((variable) => {
      const average = addSlot(g, variable, 'average');
      slots.push(average);
      const [half, float] = [floatConstant(g, 0.5), { dtype: { type: 'float32' } } as const];
      const now = g.op('ReadVariableOp', [variable.handle], float, { controlInputs: [...after] });
      const mean = add(g, multiply(g, average.value, half), multiply(g, now, half));
      return g.effect('AssignVariableOp', [average.handle, mean], float);
    });
    return Promise.resolve({ updates, slots });
  },
}));
const given = { weightAverage: weightAverages.build(halves()) };

/** By the variables' own names. */
async function rawOf(program: StepProgram): Promise<Weights> {
  const all = await program.readAll();
  return all.renamed((path) => (path.includes('.OPTIMIZER_SLOT') ? undefined : path));
}

function mean(a: Weights, b: Weights): Weights {
  const result = new Weights();
  for (const path of a.paths()) {
    const { shape, data } = a.array(path);
    result.set(path, { shape, data: data.map((value, i) => (value + (b.array(path).data[i] as number)) / 2) });
  }
  return result;
}

it('classifies by the averages, and trains the weights themselves', async () => {
  using averaged = (await openProgram(given)).program;
  using plain = (await openProgram()).program;
  let expected = await plain.readVariables();
  expect(sameBits(await averaged.readVariables(), expected)).toBe(true);
  for (const rows of [[0, 1, 2], [3, 4], [5]]) {
    await trainOn(averaged, [rows]);
    await trainOn(plain, [rows]);
    expected = mean(expected, await plain.readVariables());
    expect(sameBits(await rawOf(averaged), await plain.readVariables())).toBe(true);
    expect(largestDifference(await averaged.readVariables(), expected)).toBeLessThan(1e-6);
  }
  using batch = batchOf([6, 7]);
  const { logits } = await averaged.evaluate(batch.inputs, batch.targets, 'features');
  expect(logits).not.toEqual((await plain.evaluate(batch.inputs, batch.targets, 'features')).logits);
  await plain.assignSome(await averaged.readVariables());
  expect((await plain.evaluate(batch.inputs, batch.targets, 'features')).logits).toEqual(logits);
});

it('goes on from both, and back to what was evaluated', async () => {
  using program = (await openProgram(given)).program;
  await trainOn(program, [[0, 1, 2], [3]]);
  const [snapshot, best, { state }] = [await program.readAll(), await program.readVariables(), program];
  await trainOn(program, [[4, 5]]);
  const after = await program.readAll();

  using other = (await openProgram(given)).program;
  await other.restore(snapshot, 2, state);
  await trainOn(other, [[4, 5]]);
  expect(sameBits(await other.readAll(), after)).toBe(true);

  await other.assignSome(snapshot);
  expect(sameBits(await other.readVariables(), best)).toBe(true);
  expect(sameBits(await other.readAll(), snapshot)).toBe(true);

  // Of a model there are no averages: what it was is what classifies.
  await program.assignSome(best);
  expect(sameBits(await program.readVariables(), best)).toBe(true);
  expect(sameBits(await rawOf(program), best)).toBe(true);
});

it('follows a backbone that learns, and not its moving statistics', async () => {
  const trainable = (stage: string): boolean => ['head', 'classifier_head'].includes(stage);
  using program = (await openProgram({ ...given, trainable, batchNorm: 'train' })).program;
  using batch = batchOf([0, 1, 2], 'clips');
  await program.trainBatch(batch);
  const [raw, model] = [await rawOf(program), await program.readVariables()];
  const same = raw
    .paths()
    .filter((path) => raw.array(path).data.every((value, i) => value === model.array(path).data[i]));
  expect(same.filter((path) => !/moving_(mean|variance)$/.test(path))).toEqual([]);
  expect(same).toHaveLength(2);
  using plain = (await openProgram({ trainable, batchNorm: 'train' })).program;
  await plain.assignSome(model);
  const logits = async (of: StepProgram) => (await of.evaluate(batch.inputs, batch.targets)).logits;
  expect(await logits(program)).toEqual(await logits(plain));
});
