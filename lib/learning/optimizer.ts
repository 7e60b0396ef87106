import { z } from 'zod';
import { Registry } from '../base/described';
import type { GraphBuilder } from '../graph/builder';
import { floatConstant } from '../graph/ops';
import type { StepInputs } from '../graph/step-inputs';
import { addVariable, type Variable } from '../graph/variables';
import type { Output } from '../native/graph';
import { type Schedule, schedules } from './schedule';

/** An optimizer's part of a graph. */
export interface OptimizerGraph {
  /** Operations that change the variables. */
  readonly updates: string[];
  /** The optimizer's own variables, zero at the start; they belong to a checkpoint. */
  readonly slots: Variable[];
}

/** How variables follow their gradients. */
export interface Optimizer {
  readonly learningRate: Schedule;
  /** Adds the optimizer's part to a graph, in several turns of the event loop; what changes from step to step is fed through `inputs`. */
  build(
    g: GraphBuilder,
    variables: readonly Variable[],
    /** Beside `variables`. */
    gradients: readonly Output[],
    inputs: StepInputs,
  ): Promise<OptimizerGraph>;
}

/** Optimizers by kinds. */
export const optimizers = new Registry<'optimizer', Optimizer>('optimizer');

/** Adds a variable that an optimizer keeps of another one, of its shape. `name`: one word, different for each of them. */
export function addSlot(g: GraphBuilder, variable: Variable, name: string): Variable {
  return addVariable(g, `${variable.name}/.OPTIMIZER_SLOT/${name}`, variable.shape);
}

/** Below 1, so that what is remembered fades. */
const decay = z.number().min(0).lt(1);

/**
 * Adam as Keras computes it. `learningRate`: a number or a schedule (default 1e-3); `beta1` (default 0.9) and `beta2` (default 0.999) in [0, 1); `epsilon` above 0
 * (default 1e-7).
 */
export const adam = optimizers.define(
  'adam',
  z.object({
    learningRate: schedules.schema().prefault(1e-3),
    beta1: decay.default(0.9),
    beta2: decay.default(0.999),
    epsilon: z.number().positive().default(1e-7),
  }),
  (options) => {
    const learningRate = schedules.build(options.learningRate);
    const [beta1, beta2] = [Math.fround(options.beta1), Math.fround(options.beta2)];
    return {
      learningRate,
      async build(g, variables, gradients, inputs) {
        const rate = inputs.feed((step) => learningRate.at(step));
        const power1 = inputs.feed((step) => beta1 ** (step + 1));
        const power2 = inputs.feed((step) => beta2 ** (step + 1));
        const constants = [beta1, beta2, options.epsilon].map((value) => floatConstant(g, value));
        const slots: Variable[] = [];
        const updates: string[] = [];
        for (const [index, variable] of variables.entries()) {
          await g.turn();
          const m = addSlot(g, variable, 'm');
          const v = addSlot(g, variable, 'v');
          slots.push(m, v);
          const gradient = gradients[index] as Output;
          const handles = [variable.handle, m.handle, v.handle];
          updates.push(g.effect('ResourceApplyAdam', [...handles, power1, power2, rate, ...constants, gradient]));
        }
        return { updates, slots };
      },
    };
  },
);

/**
 * Gradient descent. `learningRate`: a number or a schedule (default 0.01); `momentum` in [0, 1) (default 0, which keeps no slots); `nesterov` (default false) looks
 * ahead by the momentum.
 */
export const sgd = optimizers.define(
  'sgd',
  z.object({
    learningRate: schedules.schema().prefault(0.01),
    momentum: decay.default(0),
    nesterov: z.boolean().default(false),
  }),
  ({ momentum, nesterov, ...options }) => {
    const learningRate = schedules.build(options.learningRate);
    return {
      learningRate,
      async build(g, variables, gradients, inputs) {
        const rate = inputs.feed((step) => learningRate.at(step));
        const slots: Variable[] = [];
        const update = (variable: Variable, gradient: Output): string => {
          if (momentum === 0) return g.effect('ResourceApplyGradientDescent', [variable.handle, rate, gradient]);
          const accumulator = addSlot(g, variable, 'momentum');
          slots.push(accumulator);
          return g.effect(
            'ResourceApplyMomentum',
            [variable.handle, accumulator.handle, rate, gradient, floatConstant(g, momentum)],
            { use_nesterov: nesterov },
          );
        };
        const updates: string[] = [];
        for (const [index, variable] of variables.entries()) {
          await g.turn();
          updates.push(update(variable, gradients[index] as Output));
        }
        return { updates, slots };
      },
    };
  },
);
