import type { GraphBuilder } from '../graph/builder';
import { floatConstant, placeholder } from '../graph/ops';
import { addVariable, type Variable } from '../graph/variables';
import type { Output } from '../native/graph';
import type { Schedule } from './schedule';

/** A number that changes from step to step, fed to the graph. */
export interface StepInput {
  readonly placeholder: Output;
  /** Its value at a step, counted from 0. */
  readonly value: (step: number) => number;
}

/** An optimizer's part of a graph. */
export interface OptimizerGraph {
  /** Operations that change the variables. */
  readonly updates: string[];
  /** The optimizer's own variables, zero at the start; they belong to a checkpoint. */
  readonly slots: Variable[];
  readonly stepInputs: StepInput[];
}

export interface Optimizer {
  readonly name: string;
  readonly learningRate: Schedule;
  /** Adds the optimizer's part to a graph, in several turns of the event loop. */
  build(g: GraphBuilder, variables: readonly Variable[], gradients: readonly Output[]): Promise<OptimizerGraph>;
}

function slot(g: GraphBuilder, variable: Variable, name: string): Variable {
  return addVariable(g, `${variable.name}/.OPTIMIZER_SLOT/${name}`, variable.shape);
}

function schedule(rate: number | Schedule): Schedule {
  return typeof rate === 'number' ? () => rate : rate;
}

/**
 * Adam as Keras computes it. Defaults: learning rate 1e-3, β₁ 0.9, β₂ 0.999, ε 1e-7.
 */
export function adam(
  options: { learningRate?: number | Schedule; beta1?: number; beta2?: number; epsilon?: number } = {},
): Optimizer {
  const learningRate = schedule(options.learningRate ?? 1e-3);
  const beta1 = Math.fround(options.beta1 ?? 0.9);
  const beta2 = Math.fround(options.beta2 ?? 0.999);
  const epsilon = options.epsilon ?? 1e-7;
  return {
    name: 'adam',
    learningRate,
    async build(g, variables, gradients) {
      const rate = placeholder(g, 'float32', []);
      const power1 = placeholder(g, 'float32', []);
      const power2 = placeholder(g, 'float32', []);
      const constants = [beta1, beta2, epsilon].map((value) => floatConstant(g, value));
      const slots: Variable[] = [];
      const updates: string[] = [];
      for (const [index, variable] of variables.entries()) {
        await g.turn();
        const m = slot(g, variable, 'm');
        const v = slot(g, variable, 'v');
        slots.push(m, v);
        const gradient = gradients[index] as Output;
        const handles = [variable.handle, m.handle, v.handle];
        updates.push(g.effect('ResourceApplyAdam', [...handles, power1, power2, rate, ...constants, gradient]));
      }
      return {
        updates,
        slots,
        stepInputs: [
          { placeholder: rate, value: learningRate },
          { placeholder: power1, value: (step) => beta1 ** (step + 1) },
          { placeholder: power2, value: (step) => beta2 ** (step + 1) },
        ],
      };
    },
  };
}

/** Gradient descent. Defaults: learning rate 0.01, momentum 0, which keeps no slots. */
export function sgd(
  options: { learningRate?: number | Schedule; momentum?: number; nesterov?: boolean } = {},
): Optimizer {
  const learningRate = schedule(options.learningRate ?? 0.01);
  const momentum = options.momentum ?? 0;
  return {
    name: 'sgd',
    learningRate,
    async build(g, variables, gradients) {
      const rate = placeholder(g, 'float32', []);
      const slots: Variable[] = [];
      const update = (variable: Variable, gradient: Output): string => {
        if (momentum === 0) return g.effect('ResourceApplyGradientDescent', [variable.handle, rate, gradient]);
        const accumulator = slot(g, variable, 'momentum');
        slots.push(accumulator);
        return g.effect(
          'ResourceApplyMomentum',
          [variable.handle, accumulator.handle, rate, gradient, floatConstant(g, momentum)],
          { use_nesterov: options.nesterov ?? false },
        );
      };
      const updates: string[] = [];
      for (const [index, variable] of variables.entries()) {
        await g.turn();
        updates.push(update(variable, gradients[index] as Output));
      }
      return { updates, slots, stepInputs: [{ placeholder: rate, value: learningRate }] };
    },
  };
}
