import { z } from 'zod';
import type { GraphBuilder, OperationOptions } from '../../graph/builder';
import { floatConstant, multiply } from '../../graph/ops';
import type { Variable } from '../../graph/variables';
import { schedules } from '../schedule';
import { addSlot, type LearnedVariable, type OptimizerGraph } from './registry';

/** Below 1, so that what is remembered fades. */
export const fading = z.number().min(0).lt(1);

/** A number or a schedule. */
export const learningRate = (rate: number) => schedules.schema().prefault(rate);

/** The share of itself that a kernel loses in a step, times the learning rate. */
export const weightDecay = z.number().min(0);

/** What an optimizer adds for one variable: `slot` makes what is kept of it, the operation is built with `options`. Returns its name. */
export type Update = (one: LearnedVariable, slot: (name: string) => Variable, options: OperationOptions) => string;

/** Adds the update of each variable, in turns of the event loop; each comes after the weight decay, of so much, as in Keras. */
export async function updateEach(
  g: GraphBuilder,
  learned: readonly LearnedVariable[],
  decayed: number,
  update: Update,
): Promise<OptimizerGraph> {
  const decay = decayed > 0 ? floatConstant(g, decayed) : undefined;
  const slots: Variable[] = [];
  const updates: string[] = [];
  for (const one of learned) {
    await g.turn();
    const { variable, rate } = one;
    const slot = (name: string): Variable => {
      const added = addSlot(g, variable, name);
      slots.push(added);
      return added;
    };
    const controlInputs: string[] = [];
    if (decay !== undefined && one.decays) {
      const share = multiply(g, multiply(g, variable.value, decay), rate);
      controlInputs.push(g.effect('AssignSubVariableOp', [variable.handle, share], { dtype: { type: 'float32' } }));
    }
    updates.push(update(one, slot, { controlInputs }));
  }
  return { updates, slots };
}
