import { z } from 'zod';
import { Registry } from '../base/described';

/** A number that follows from the step alone, such as the learning rate. */
export interface Schedule {
  /** Its value at a step, counted from 0 over the whole run. */
  at(step: number): number;
}

/** Schedules by kinds; a bare number is a `constant` one. */
export const schedules = new Registry<'schedule', Schedule, number>('schedule', { kind: 'constant', option: 'rate' });

/** The same at each step. `rate`: at least 0; at 0 nothing learns. */
export const constant = schedules.define('constant', z.object({ rate: z.number().min(0) }), ({ rate }) => ({
  at: () => rate,
}));

/**
 * Half a cosine from `initial` (above 0) down to `initial · alpha` (0 to 1, default 0) over `steps` (at least 1), and that from then on. It comes after a linear
 * warm-up of `warmupSteps` (0 to `steps`, default 0) that belong to them.
 */
export const cosineDecay = schedules.define(
  'cosineDecay',
  z
    .object({
      initial: z.number().positive(),
      steps: z.int().min(1),
      alpha: z.number().min(0).max(1).default(0),
      warmupSteps: z.int().min(0).default(0),
    })
    .refine(({ steps, warmupSteps }) => warmupSteps <= steps, {
      path: ['warmupSteps'],
      error: ({ input }) => {
        const { steps, warmupSteps } = input as { steps: number; warmupSteps: number };
        return `expected at most steps, ${steps}, got ${warmupSteps}`;
      },
    }),
  ({ initial, steps, alpha, warmupSteps }) => ({
    at(step) {
      if (step < warmupSteps) return (initial * (step + 1)) / warmupSteps;
      const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
      return initial * (alpha + (1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * progress)));
    },
  }),
);
