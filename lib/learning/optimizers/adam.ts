import { z } from 'zod';
import { floatConstant } from '../../graph/ops';
import { schedules } from '../schedule';
import { type Optimizer, optimizers } from './registry';
import { fading, learningRate, updateEach, weightDecay } from './updates';

const adamOptions = (decay: number) =>
  z.object({
    learningRate: learningRate(1e-3),
    beta1: fading.default(0.9),
    beta2: fading.default(0.999),
    epsilon: z.number().positive().default(1e-7),
    weightDecay: weightDecay.default(decay),
  });

function build(options: z.output<ReturnType<typeof adamOptions>>): Optimizer {
  const [beta1, beta2] = [Math.fround(options.beta1), Math.fround(options.beta2)];
  return {
    learningRate: schedules.build(options.learningRate),
    build(g, learned, inputs) {
      const power1 = inputs.feed(({ step }) => beta1 ** (step + 1));
      const power2 = inputs.feed(({ step }) => beta2 ** (step + 1));
      const constants = [beta1, beta2, options.epsilon].map((value) => floatConstant(g, value));
      return updateEach(g, learned, options.weightDecay, ({ variable, gradient, rate }, slot, operation) => {
        const handles = [variable, slot('m'), slot('v')].map(({ handle }) => handle);
        return g.effect('ResourceApplyAdam', [...handles, power1, power2, rate, ...constants, gradient], {}, operation);
      });
    },
  };
}

/**
 * Adam as Keras computes it (arXiv:1412.6980). `learningRate`: a number or a schedule (default 1e-3); `beta1` (default 0.9) and `beta2` (default 0.999) in [0, 1);
 * `epsilon` above 0 (default 1e-7); `weightDecay` at least 0 (default 0), decoupled: before each step kernels lose that share of themselves, times the learning rate.
 */
export const adam = optimizers.define('adam', adamOptions(0), build);

/** Adam with decoupled weight decay (arXiv:1711.05101): as {@link adam}, with a `weightDecay` of 0.004 by default, as in Keras. */
export const adamW = optimizers.define('adamW', adamOptions(0.004), build);
