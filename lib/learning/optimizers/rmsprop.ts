import { z } from 'zod';
import { floatConstant } from '../../graph/ops';
import { schedules } from '../schedule';
import { optimizers } from './registry';
import { fading, learningRate, updateEach, weightDecay } from './updates';

const options = z.object({
  learningRate: learningRate(1e-3),
  rho: fading.default(0.9),
  momentum: fading.default(0),
  epsilon: z.number().positive().default(1e-7),
  centered: z.boolean().default(false),
  weightDecay: weightDecay.default(0),
});

/**
 * RMSprop as Keras computes it: a step is the gradient over the root of its recent mean square. `learningRate`: a number or a schedule (default 1e-3); `rho` in
 * [0, 1) (default 0.9): how much of that mean stays in a step; `momentum` in [0, 1) (default 0); `epsilon` above 0 (default 1e-7), added to the mean square, within
 * the root; `centered` (default false): the gradient's variance in place of its mean square; `weightDecay` at least 0 (default 0), decoupled: before each step
 * kernels lose that share of themselves, times the learning rate.
 */
export const rmsprop = optimizers.define('rmsprop', options, ({ rho, momentum, epsilon, centered, ...given }) => ({
  learningRate: schedules.build(given.learningRate),
  build(g, learned) {
    const constants = [rho, momentum, epsilon].map((value) => floatConstant(g, value));
    const type = centered ? 'ResourceApplyCenteredRMSProp' : 'ResourceApplyRMSProp';
    return updateEach(g, learned, given.weightDecay, ({ variable, gradient, rate }, slot, operation) => {
      // The operation has a momentum in any case: at 0 it is the change itself.
      const names = [...(centered ? ['average_gradient'] : []), 'velocity', 'momentum'];
      const handles = [variable, ...names.map(slot)].map(({ handle }) => handle);
      return g.effect(type, [...handles, rate, ...constants, gradient], {}, operation);
    });
  },
}));
