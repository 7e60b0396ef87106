import { Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { parseModelId } from '../../movinet/model-id';
import { GATING_ACTIVATIONS, type ModelId } from '../../movinet/options';

/** A decimal number as people type it; zod's own coercion takes an empty text for 0. */
const number = z.string().transform((text, context) => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  context.addIssue({ code: 'custom', message: `expected a number, got "${text}"` });
  return z.NEVER;
});

function refined(valid: (value: number) => boolean, expected: string): z.ZodType<number, string> {
  return number.refine(valid, { error: ({ input }) => `expected ${expected}, got ${String(input)}` });
}

export const integerFrom = (least: number): z.ZodType<number, string> =>
  refined((value) => Number.isSafeInteger(value) && value >= least, `an integer of at least ${least}`);

export const anyInteger = refined(Number.isSafeInteger, 'an integer');

export const positiveNumber = refined((value) => value > 0, 'a number above 0');

export const nonNegativeNumber = refined((value) => value >= 0, 'a number of at least 0');

/** In [0, 1). */
export const shareBelowOne = refined((value) => value >= 0 && value < 1, 'a number from 0 up to, not including, 1');

export const modelId = z.string().transform((text, context): ModelId => {
  try {
    parseModelId(text);
    return text as ModelId;
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

/** Which sigmoid a pretrained network's gates have; see `publishedOverrides`. */
export const gating = z
  .enum(GATING_ACTIVATIONS, { error: `expected ${GATING_ACTIVATIONS.join(', ')}` })
  .exactOptional();

/** Options that every command has. */
export const commonOptions = {
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
  verbose: z.boolean().default(false),
};

/** Turns what commander collected into typed values. Throws a {@link UsageError} that names the option. */
export function checkOptions<Schema extends z.ZodType>(schema: Schema, collected: object): z.output<Schema> {
  const result = schema.safeParse(collected);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = String(issue?.path[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`Option --${name}: ${issue?.message ?? 'not valid'}`);
}

export const gatingOption = (): Option =>
  new Option(
    '--gating <activation>',
    `${GATING_ACTIVATIONS.join(', ')} (default: keras_hard_sigmoid for the published stream weights, else the model's)`,
  );
export const jsonOption = (): Option => new Option('--json', 'results as JSON, one object a line');
export const quietOption = (): Option => new Option('--quiet', 'no progress, only warnings and results');
export const verboseOption = (): Option => new Option('--verbose', 'a stack trace with an error');
