import { z } from 'zod';
import { shown } from './shown';

/** The message for what lies outside of a range, and for what is no number. */
function outside(range: string): (issue: { input?: unknown }) => string {
  return ({ input }) => `expected ${typeof input === 'number' ? range : 'a number'}, got ${shown(input)}`;
}

/** A whole number; the largest is 2⁵³ − 1. */
export const anyInteger: z.ZodType<number, number> = z.int({ error: outside('an integer') });

/** A whole number from `least` to 2⁵³ − 1. */
export function integerFrom(least: number): z.ZodType<number, number> {
  const error = outside(`an integer of at least ${least}`);
  return z.int({ error }).min(least, { error });
}

/** A whole number from `least` to `most`. */
export function integerBetween(least: number, most: number): z.ZodType<number, number> {
  const error = outside(`an integer from ${least} to ${most}`);
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** A finite number above 0, up to `most`. */
export function positiveUpTo(most: number): z.ZodType<number, number> {
  const error = outside(`a number above 0, up to ${most}`);
  return z.number({ error }).gt(0, { error }).max(most, { error });
}

/** A finite number from `least` to `most`. */
export function numberBetween(least: number, most: number): z.ZodType<number, number> {
  const error = outside(`a number from ${least} to ${most}`);
  return z.number({ error }).min(least, { error }).max(most, { error });
}

const aboveZero = outside('a number above 0');

/** A finite number above 0. */
export const positiveNumber: z.ZodType<number, number> = z.number({ error: aboveZero }).gt(0, { error: aboveZero });

const fromZero = outside('a number of at least 0');

/** A finite number of at least 0. */
export const nonNegativeNumber: z.ZodType<number, number> = z.number({ error: fromZero }).min(0, { error: fromZero });

const belowOne = outside('a number from 0 up to, not including, 1');

/** In [0, 1). */
export const shareBelowOne: z.ZodType<number, number> = z
  .number({ error: belowOne })
  .min(0, { error: belowOne })
  .lt(1, { error: belowOne });
