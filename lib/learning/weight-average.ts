import { z } from 'zod';
import { Registry } from '../base/described';
import type { GraphBuilder } from '../graph/builder';
import { add, floatConstant, multiply, subtract } from '../graph/ops';
import type { StepInputs } from '../graph/step-inputs';
import type { Variable } from '../graph/variables';
import { addSlot, type OptimizerGraph } from './optimizer';

/** Averages of weights over the steps, which classify in place of the weights themselves. */
export interface WeightAverage {
  /**
   * Adds an average of each variable, a slot beside it in `slots`. `after`: the operations that change the variables in a step, which the averages follow.
   */
  build(
    g: GraphBuilder,
    variables: readonly Variable[],
    after: readonly string[],
    inputs: StepInputs,
  ): Promise<OptimizerGraph>;
}

/** Averages of weights by kinds. */
export const weightAverages = new Registry<'weightAverage', WeightAverage>('weightAverage');

/**
 * In each step an average keeps `momentum` (in [0, 1), default 0.99) of itself and takes the rest from the variable that the step left; the first step makes it that
 * variable. As Keras' `use_ema` with `ema_momentum`.
 */
export const exponentialMovingAverage = weightAverages.define(
  'exponentialMovingAverage',
  z.object({ momentum: z.number().min(0).lt(1).default(0.99) }),
  ({ momentum }) => ({
    async build(g, variables, after, inputs) {
      const kept = inputs.feed(({ step }) => (step === 0 ? 0 : momentum));
      const taken = subtract(g, floatConstant(g, 1), kept);
      const changed = g.group([...after]);
      const slots: Variable[] = [];
      const updates: string[] = [];
      for (const variable of variables) {
        await g.turn();
        const average = addSlot(g, variable, 'average');
        slots.push(average);
        const type = { dtype: { type: 'float32' } } as const;
        const present = g.op('ReadVariableOp', [variable.handle], type, { controlInputs: [changed] });
        const next = add(g, multiply(g, kept, average.value), multiply(g, taken, present));
        updates.push(g.effect('AssignVariableOp', [average.handle, next], type));
      }
      return { updates, slots };
    },
  }),
);
