import { z } from 'zod';

/** For schemas of options: each refuses with one text that tells the whole range. All are required; `.optional()`, or `.partial()` of the schema, makes them not. */

/** What passes through unread, such as an addon or what other code checks. */
export const anything = <T>(): z.ZodType<T, T> => z.custom<T>(() => true);

/** A safe integer from `min` to `max`. */
export function integer(min: number, max = Infinity): z.ZodType<number, number> {
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  return z.custom<number>(
    (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    `must be an integer ${range}`,
  );
}

/** Any safe integer: what seeds the generators. */
export const seed = (): z.ZodType<number, number> => z.custom<number>(Number.isSafeInteger, 'must be an integer');

/** Where a finite number may lie. */
export interface NumberRange {
  readonly min?: number;
  /** The number itself is not allowed. */
  readonly above?: number;
  readonly max?: number;
  /** Infinity is allowed. Default false. */
  readonly infinite?: boolean;
}

export function number({ min, above, max, infinite = false }: NumberRange = {}): z.ZodType<number, number> {
  const bounds = [
    min !== undefined && `of at least ${min}`,
    above !== undefined && `above ${above}`,
    max !== undefined && `${min === undefined ? 'of ' : ''}at most ${max}`,
  ].filter((bound) => bound !== false);
  const fits = (value: unknown): boolean =>
    typeof value === 'number' &&
    (Number.isFinite(value) || (infinite && value === Infinity)) &&
    value >= (min ?? -Infinity) &&
    value > (above ?? -Infinity) &&
    value <= (max ?? Infinity);
  return z.custom<number>(fits, `must be a number${bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`}`);
}

export const flag = (): z.ZodType<boolean, boolean> =>
  z.custom<boolean>((value) => typeof value === 'boolean', 'must be true or false');

/** Text of at least one character. */
export const text = (): z.ZodType<string, string> =>
  z.custom<string>((value) => typeof value === 'string' && value !== '', 'must be text that is not empty');

export function oneOf<const Values extends readonly (string | number)[]>(
  values: Values,
): z.ZodType<Values[number], Values[number]> {
  return z.custom<Values[number]>(
    (value) => values.some((known) => known === value),
    `must be ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`,
  );
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what it takes and gives is the caller's type.
export const callback = <T extends Function>(): z.ZodType<T, T> =>
  z.custom<T>((value) => typeof value === 'function', 'must be a function');

/** By what it has, not by its class: a signal of another realm, or of a test, is one too. */
export const signal = (): z.ZodType<AbortSignal, AbortSignal> =>
  z.custom<AbortSignal>(
    (value) => typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value,
    'must be an AbortSignal',
  );

/** The names of classes: at least one, none empty, each on one line as files have them, no two alike. */
export const classNames = (): z.ZodType<readonly string[], readonly string[]> =>
  z.custom<readonly string[]>(
    (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((name) => typeof name === 'string' && name !== '' && !/[\r\n]/.test(name)) &&
      new Set(value).size === value.length,
    'must be a list of different names, at least one, none of them empty or of several lines',
  );

/** What an object of a class of one's own, a list or another value must be, told in words. */
export const value = <T>(fits: (given: unknown) => boolean, must: string): z.ZodType<T, T> => z.custom<T>(fits, must);

/** Of a list: each as `fits` has it. */
export const listOf = <T>(fits: (given: unknown) => boolean, must: string): z.ZodType<readonly T[], readonly T[]> =>
  z.custom<readonly T[]>((given) => Array.isArray(given) && given.every(fits), must);
