import type { z } from 'zod';
import { type Describe, Registry } from '../../base/described';
import type { Callback } from '../callback';

/** What accompanies a run, by kinds. */
export const callbacks = new Registry<'callback', Callback>('callback');

/**
 * Adds a kind of callback and returns what describes it, for runs that are described as plain data, such as by a configuration file. `options`: a zod object that states
 * defaults and ranges; `build` makes the callback from checked options, for each run anew. Throws {@link UsageError} where the kind exists.
 */
export function defineCallback<Options extends z.ZodObject>(
  kind: string,
  options: Options,
  build: (options: z.output<Options>) => Callback,
): Describe<'callback', z.input<Options>> {
  return callbacks.define(kind, options, build);
}
