import { z } from 'zod';
import { rate, schedules, steps } from './registry';

/**
 * Along a line from `from` (at least 0, default 0) to the rate that `then` begins with, over `steps` (at least 1); after them `then`, a number or any schedule, whose
 * steps count from the end of the warm-up. As in Keras, where `CosineDecay` has a `warmup_target`: the first step is made at `from`.
 */
export const warmUp = schedules.define(
  'warmUp',
  z.object({ steps, then: schedules.schema(), from: rate.default(0) }),
  ({ steps, from, ...options }) => {
    const then = schedules.build(options.then);
    const target = then.at(0);
    return {
      steps: steps + (then.steps ?? 0),
      at: (step) => (step < steps ? from + ((target - from) * step) / steps : then.at(step - steps)),
    };
  },
);
