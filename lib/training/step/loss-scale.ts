import { DivergedError } from '../../base/errors';
import type { ProgramState } from './program-state';

/**
 * Dynamic loss scaling, as Keras' LossScaleOptimizer has it: float16 ends at 65504 and knows nothing below 6e-8, so the loss is scaled up while its gradients are computed, as
 * far as they stay finite.
 */
export const INITIAL_LOSS_SCALE = 2 ** 15;
/** Steps without an overflow after which the scale is doubled. */
export const GROWTH_STEPS = 2000;
/** Beyond it the scaled loss itself is no float32 number. */
const LARGEST = 2 ** 100;

/** After a step whose gradients were finite. */
export function afterStep(state: ProgramState): ProgramState {
  const steps = state.stepsAtLossScale + 1;
  if (steps < GROWTH_STEPS) return { ...state, stepsAtLossScale: steps };
  return { ...state, lossScale: Math.min(2 * state.lossScale, LARGEST), stepsAtLossScale: 0 };
}

/** After gradients that were not. Throws {@link DivergedError} where the scale cannot be their reason. */
export function afterOverflow(state: ProgramState, step: number): ProgramState {
  if (state.lossScale <= 1) throw new DivergedError('gradients', { step, files: [] });
  return { ...state, lossScale: state.lossScale / 2, stepsAtLossScale: 0 };
}
