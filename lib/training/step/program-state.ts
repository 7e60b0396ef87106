import { z } from 'zod';
import { FIRST_STEP, type StepCounter } from '../../graph/step-inputs';

const count = z.int().nonnegative();

/** Where a step program stands, beside its variables and its steps. */
export const programStateSchema = z.object({
  /** Batches that gradients were computed of. */
  pass: count,
  /** Of the step under way: batches whose gradients are summed, and their clips. */
  pending: z.object({ batches: count, clips: count }),
  /** Factor of every learning rate. */
  rateScale: z.number().positive(),
  /** Factor of the loss while its gradients are computed. */
  lossScale: z.number().positive(),
  /** Steps since that factor was last changed. */
  stepsAtLossScale: count,
});

export type ProgramState = Readonly<z.output<typeof programStateSchema>>;

/** Before the first step. */
export const FIRST_STATE: ProgramState = {
  pass: FIRST_STEP.pass,
  pending: { batches: 0, clips: 0 },
  rateScale: FIRST_STEP.rateScale,
  lossScale: FIRST_STEP.lossScale,
  stepsAtLossScale: 0,
};

/** What graphs are fed by. */
export const counterOf = (step: number, { pass, rateScale, lossScale }: ProgramState): StepCounter => ({
  ...{ step, pass, rateScale, lossScale },
});
