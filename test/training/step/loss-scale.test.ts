import { DivergedError } from '../../../lib/base/errors';
import { adam, optimizers } from '../../../lib/learning/optimizer';
import { afterOverflow, afterStep, GROWTH_STEPS, INITIAL_LOSS_SCALE } from '../../../lib/training/step/loss-scale';
import { FIRST_STATE } from '../../../lib/training/step/program-state';
import { batchOf, largestDifference, openProgram, sameBits, trainOn } from '../support/step-programs';

/** The loss itself is finite by it, its gradients are not. */
const TOO_LARGE = 2 ** 127;

describe('the scale', () => {
  it('doubles after so many steps, and halves where gradients overflow', () => {
    const before = { ...FIRST_STATE, lossScale: 8, stepsAtLossScale: GROWTH_STEPS - 2 };
    const once = afterStep(before);
    expect(once).toEqual({ ...before, stepsAtLossScale: GROWTH_STEPS - 1 });
    expect(afterStep(once)).toEqual({ ...before, lossScale: 16, stepsAtLossScale: 0 });
    expect(afterOverflow(once, 7)).toEqual({ ...before, lossScale: 4, stepsAtLossScale: 0 });
  });

  it('is not to blame where gradients overflow without it', () => {
    expect(() => afterOverflow({ ...FIRST_STATE, lossScale: 1 }, 7)).toThrow(DivergedError);
    expect(() => afterOverflow({ ...FIRST_STATE, lossScale: 1 }, 7)).toThrow(/NaN or infinite gradients after step 7/);
  });

  it('stays a number however long nothing overflows', () => {
    let state = { ...FIRST_STATE, lossScale: INITIAL_LOSS_SCALE };
    for (let i = 0; i < 200; i++) state = afterStep({ ...state, stepsAtLossScale: GROWTH_STEPS - 1 });
    expect(Number.isFinite(Math.fround(state.lossScale))).toBe(true);
  });
});

it('changes no step', async () => {
  using scaled = (await openProgram({ lossScaling: true })).program;
  using plain = (await openProgram()).program;
  expect(scaled.state.lossScale).toBe(INITIAL_LOSS_SCALE);
  for (const program of [scaled, plain])
    await trainOn(program, [
      [0, 1, 2],
      [3, 4],
    ]);
  expect([scaled.step, scaled.state.stepsAtLossScale]).toEqual([2, 2]);
  expect(largestDifference(await scaled.readAll(), await plain.readAll())).toBeLessThan(1e-6);
});

it('leaves out a step whose gradients overflow, says so, and goes on by half the scale', async () => {
  const warnings: string[] = [];
  const optimizer = optimizers.build(adam());
  const { program } = await openProgram({
    ...{ lossScaling: true, optimizer },
    program: { warn: (text) => void warnings.push(text) },
  });
  using owned = program;
  const before = await owned.readAll();
  await owned.restore(before, 0, { ...owned.state, lossScale: TOO_LARGE, stepsAtLossScale: 5 });
  using batch = batchOf([0, 1, 2], 'features', [100, 100, 100]);
  const { losses } = await owned.trainBatch(batch);
  expect(losses.every(Number.isFinite)).toBe(true);
  expect([owned.step, owned.state]).toEqual([
    0,
    { ...FIRST_STATE, pass: 1, lossScale: TOO_LARGE / 2, stepsAtLossScale: 0 },
  ]);
  expect(sameBits(await owned.readAll(), before)).toBe(true);
  expect(warnings).toEqual([
    `Gradients overflowed float16 after step 0 and were left out; the loss is scaled by ${TOO_LARGE / 2} from now on`,
  ]);
  while (owned.step === 0) await owned.trainBatch(batch);
  using plain = (await openProgram({ optimizer })).program;
  await plain.trainBatch(batch);
  expect(largestDifference(await owned.readVariables(), await plain.readVariables())).toBeLessThan(1e-6);
});

it('leaves out one batch of several that make a step', async () => {
  const { program } = await openProgram({ lossScaling: true, program: { accumulate: 2, warn: () => undefined } });
  using owned = program;
  await trainOn(owned, [[0, 1]]);
  const pending = { batches: 1, clips: 2 };
  await owned.restore(await owned.readAll(), 0, { ...owned.state, lossScale: TOO_LARGE });
  using batch = batchOf([2, 3, 4], 'features', [100, 100, 100]);
  await owned.trainBatch(batch);
  expect([owned.step, owned.state.pass, owned.state.pending]).toEqual([0, 2, pending]);
  await owned.restore(await owned.readAll(), 0, { ...owned.state, lossScale: INITIAL_LOSS_SCALE });
  await trainOn(owned, [[5]]);
  using plain = (await openProgram()).program;
  await trainOn(plain, [[0, 1, 5]]);
  expect([owned.step, owned.state.pending]).toEqual([1, FIRST_STATE.pending]);
  expect(largestDifference(await owned.readAll(), await plain.readAll())).toBeLessThan(1e-6);
});
