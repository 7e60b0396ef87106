import { z } from 'zod';
import { floatConstant } from '../../graph/ops';
import { schedules } from '../schedule';
import { optimizers } from './registry';
import { fading, learningRate, updateEach, weightDecay } from './updates';

const options = z
  .object({
    learningRate: learningRate(0.01),
    momentum: fading.default(0),
    nesterov: z.boolean().default(false),
    weightDecay: weightDecay.default(0),
  })
  .refine(({ momentum, nesterov }) => !nesterov || momentum > 0, {
    path: ['nesterov'],
    error: 'it looks ahead by the momentum, which is 0: give a momentum above 0, or leave nesterov out',
  });

/**
 * Gradient descent as Keras computes it. `learningRate`: a number or a schedule (default 0.01); `momentum` in [0, 1) (default 0, which keeps no slots): a velocity
 * remembers earlier steps, at the rates that they had; `nesterov` (default false) looks ahead by it and needs one above 0; `weightDecay` at least 0 (default 0),
 * decoupled: before each step kernels lose that share of themselves, times the learning rate.
 */
export const sgd = optimizers.define('sgd', options, ({ momentum, nesterov, ...given }) => ({
  learningRate: schedules.build(given.learningRate),
  build(g, learned) {
    const constant = floatConstant(g, momentum);
    return updateEach(g, learned, given.weightDecay, ({ variable, gradient, rate }, slot, operation) => {
      const { handle } = variable;
      if (momentum === 0) return g.effect('ResourceApplyGradientDescent', [handle, rate, gradient], {}, operation);
      const inputs = [handle, slot('momentum').handle, rate, gradient, constant];
      // The older ResourceApplyMomentum multiplies the whole velocity by the present rate: it differs wherever the rate changes.
      return g.effect('ResourceApplyKerasMomentum', inputs, { use_nesterov: nesterov }, operation);
    });
  },
}));
