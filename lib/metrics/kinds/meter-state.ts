import type { z } from 'zod';
import { UsageError } from '../../base/errors';
import { shown } from '../../base/shown';

/** What a meter goes on from, of its schema's shape. `what` it is a state of, and what is `expected`, for the {@link UsageError} otherwise. */
export function meterState<Schema extends z.ZodType>(
  schema: Schema,
  state: unknown,
  { what, expected }: { readonly what: string; readonly expected: string },
): z.output<Schema> {
  const parsed = schema.safeParse(state);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${shown(state)} is no state of ${what}: expected ${expected}`);
}
