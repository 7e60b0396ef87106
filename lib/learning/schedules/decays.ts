import { z } from 'zod';
import { initial, rate, schedules, steps } from './registry';

/** What a rate is multiplied by. */
const factor = z.number().positive().max(1);

/**
 * `initial` (above 0), times `factor` (above 0, at most 1, default 0.1) after each `every` steps (at least 1); as PyTorch's `StepLR`.
 */
export const stepDecay = schedules.define(
  'stepDecay',
  z.object({ initial, every: steps, factor: factor.default(0.1) }),
  ({ initial, every, factor }) => ({ at: (step) => initial * factor ** Math.floor(step / every) }),
);

/**
 * `initial` (above 0), times `factor` (above 0, at most 1) over each `steps` (at least 1): evenly, or all at once at the end of them where `staircase` (default
 * false); as Keras' `ExponentialDecay`. It goes on for ever.
 */
export const exponentialDecay = schedules.define(
  'exponentialDecay',
  z.object({ initial, steps, factor, staircase: z.boolean().default(false) }),
  ({ initial, steps, factor, staircase }) => ({
    at: (step) => initial * factor ** (staircase ? Math.floor(step / steps) : step / steps),
  }),
);

/**
 * From `initial` (above 0) to `end` (at least 0, default 1e-4) over `steps` (at least 1), along (1 − step / steps) to the `power` (above 0, default 1: a line), and
 * `end` from then on; as Keras' `PolynomialDecay`. With `cycle` (default false) the steps are extended by as many each time that they are over, and the rate rises
 * again; then it has no end.
 */
export const polynomialDecay = schedules.define(
  'polynomialDecay',
  z.object({
    initial,
    steps,
    end: rate.default(1e-4),
    power: z.number().positive().default(1),
    cycle: z.boolean().default(false),
  }),
  ({ initial, steps, end, power, cycle }) => ({
    ...(cycle ? {} : { steps }),
    at(step) {
      const length = cycle ? steps * Math.max(1, Math.ceil(step / steps)) : steps;
      return end + (initial - end) * (1 - Math.min(step, length) / length) ** power;
    },
  }),
);

/**
 * `rates[0]` up to the step `boundaries[0]` and in it, `rates[1]` up to the next one, and so on; as Keras' `PiecewiseConstantDecay`. `boundaries`: steps, counted from
 * 0, at least one, each above that before it; `rates`: one more, each at least 0.
 */
export const piecewiseConstant = schedules.define(
  'piecewiseConstant',
  z
    .object({ boundaries: z.array(z.int().min(0)).min(1), rates: z.array(rate) })
    .refine(({ boundaries }) => boundaries.every((step, i) => i === 0 || step > boundaries[i - 1]!), {
      path: ['boundaries'],
      error: 'each must be above the one before it',
    })
    .refine(({ boundaries, rates }) => rates.length === boundaries.length + 1, {
      path: ['rates'],
      error: ({ input }) => {
        const { boundaries, rates } = input as { boundaries: number[]; rates: number[] };
        return `expected one more than boundaries, ${boundaries.length + 1}, got ${rates.length}`;
      },
    }),
  ({ boundaries, rates }) => ({
    steps: boundaries.at(-1)! + 1,
    at: (step) => rates[boundaries.filter((boundary) => step > boundary).length]!,
  }),
);
