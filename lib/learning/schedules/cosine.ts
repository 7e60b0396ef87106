import { z } from 'zod';
import { initial, schedules, steps } from './registry';

/** What is left at the end, as a share of the beginning. */
const alpha = z.number().min(0).max(1).default(0);

/** From 1 to `alpha` along half a cosine, as `progress` goes from 0 to 1; `height` scales the cosine. */
const cosine = (progress: number, alpha: number, height = 1): number =>
  alpha + (1 - alpha) * height * 0.5 * (1 + Math.cos(Math.PI * progress));

/**
 * Half a cosine from `initial` (above 0) down to `initial · alpha` (0 to 1, default 0) over `steps` (at least 1), and that from then on; as Keras' `CosineDecay`
 * (arXiv:1608.03983). It comes after a linear warm-up of `warmupSteps` (0 to `steps`, default 0) that belong to them and end at `initial`. Where Keras has a
 * `warmup_target`, its steps come on top: that is `warmUp({ steps, from, then: cosineDecay({ … }) })`.
 */
export const cosineDecay = schedules.define(
  'cosineDecay',
  z
    .object({ initial, steps, alpha, warmupSteps: z.int().min(0).default(0) })
    .refine(({ steps, warmupSteps }) => warmupSteps <= steps, {
      path: ['warmupSteps'],
      error: ({ input }) => {
        const { steps, warmupSteps } = input as { steps: number; warmupSteps: number };
        return `expected at most steps, ${steps}, got ${warmupSteps}`;
      },
    }),
  ({ initial, steps, alpha, warmupSteps }) => ({
    steps,
    at(step) {
      if (step < warmupSteps) return (initial * (step + 1)) / warmupSteps;
      const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
      return initial * cosine(progress, alpha);
    },
  }),
);

/**
 * A cosine that begins again and again, as Keras' `CosineDecayRestarts` (arXiv:1608.03983). The first lasts `firstSteps` (at least 1), each other one `stepsFactor`
 * times as long as that before it (at least 1, default 2; Keras' `t_mul`) and begins at `factor` times its rate (above 0, at most 1, default 1; `m_mul`). Each goes
 * down to `initial · alpha` (0 to 1, default 0); `initial` is above 0.
 */
export const cosineDecayRestarts = schedules.define(
  'cosineDecayRestarts',
  z.object({
    initial,
    firstSteps: steps,
    stepsFactor: z.number().min(1).default(2),
    factor: z.number().positive().max(1).default(1),
    alpha,
  }),
  ({ initial, firstSteps, stepsFactor, factor, alpha }) => ({
    at(step) {
      const { restarts, progress } = restartAt(step / firstSteps, stepsFactor);
      return initial * cosine(progress, alpha, factor ** restarts);
    },
  }),
);

/** How many cosines are over once the first would have ended `turns` times, and the share of the present one that is. */
function restartAt(turns: number, stepsFactor: number): { restarts: number; progress: number } {
  if (stepsFactor === 1) return { restarts: Math.floor(turns), progress: turns % 1 };
  // Counted, not taken from a logarithm: that rounds to the wrong side of a restart.
  let [restarts, rest, length] = [0, turns, 1];
  while (rest >= length) {
    rest -= length;
    length *= stepsFactor;
    restarts += 1;
  }
  return { restarts, progress: rest / length };
}
