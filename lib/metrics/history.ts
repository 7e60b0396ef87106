import { z } from 'zod';
import { MovinetError, UsageError } from '../base/errors';
import { historyFromOldShape, isOldShape } from './old-history';

/** Of `history.json`. */
export const HISTORY_FORMAT = 1;

/** JSON has no NaN or infinity: they are written as null and read back as NaN. */
const measure = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);
const metrics = z.record(z.string(), measure);

export const epochRecordSchema = z.object({
  /** From 1, over all that the run has done. */
  epoch: z.int().positive(),
  /** Optimizer steps at its end; 0 where a file from before format 1 does not tell. */
  step: z.int().nonnegative(),
  /** Wall-clock time, validation included. */
  seconds: z.number().nonnegative(),
  metrics,
});

const shownMetric = z.object({
  better: z.enum(['higher', 'lower']),
  shownAs: z.enum(['number', 'percent']).exactOptional(),
});

const endedSchema = z.object({
  kind: z.enum(['running', 'completed', 'stopped', 'interrupted', 'diverged', 'failed']),
  /** A sentence for people. */
  why: z.string(),
});

/** How far a run came and why no further; `running` in what it leaves between two epochs. */
export type Ended = Readonly<z.output<typeof endedSchema>>;

const historySchema = z.object({
  epochs: z.array(epochRecordSchema).refine((epochs) => epochs.every(({ epoch }, index) => epoch === index + 1), {
    error: 'epochs must count from 1 without gaps',
  }),
  /** Absent where the run was ended before its final evaluation. */
  evaluate: z.object({ metrics, details: z.record(z.string(), z.json()).exactOptional() }).exactOptional(),
  ended: endedSchema.exactOptional(),
  /** How they are read: see `shownMetrics`. */
  metrics: z.record(z.string(), shownMetric),
  classes: z.array(z.string()),
  config: z.record(z.string(), z.json()),
});

const formatSchema = z.object({
  format: z.literal(HISTORY_FORMAT, {
    error: ({ input }) =>
      `expected ${HISTORY_FORMAT}, got ${JSON.stringify(input)}; a later one needs a later version of this library`,
  }),
});

/** What one epoch came to. Validation's metrics have `val_` before their names. */
export type EpochRecord = Readonly<z.output<typeof epochRecordSchema>>;

/** What a training run measured: the content of `history.json`. */
export type History = Readonly<z.output<typeof historySchema>>;

/**
 * The text of `history.json`, one epoch a line. Throws {@link UsageError} for a history that `parseHistory` would refuse.
 */
export function historyJson(history: History): string {
  const plain: unknown = JSON.parse(JSON.stringify(history));
  const { error } = historySchema.safeParse(plain);
  if (error !== undefined) throw new UsageError(`This history cannot be written: ${issueOf(error)}`);
  const { epochs, config, ...others } = plain as z.input<typeof historySchema>;
  const lines = epochs.map((record) => `    ${JSON.stringify(record)}`).join(',\n');
  const members = [
    `"format": ${HISTORY_FORMAT}`,
    `"epochs": ${epochs.length === 0 ? '[]' : `[\n${lines}\n  ]`}`,
    ...Object.entries(others).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`),
    `"config": ${JSON.stringify(config, null, 2).replaceAll('\n', '\n  ')}`,
  ];
  return `{\n${members.map((member) => `  ${member}`).join(',\n')}\n}\n`;
}

/** Reads the text of a `history.json`, of those from before format 1 too. Throws {@link MovinetError} that says what is wrong with it. */
export function parseHistory(text: string): History {
  const given = parseJson(text);
  if (isOldShape(given)) return checked(historySchema, historyFromOldShape(given));
  checked(formatSchema, given);
  return checked(historySchema, given);
}

function checked<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new MovinetError(`This is no history of a run: ${issueOf(parsed.error)}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MovinetError('This is no history of a run: it is no JSON', { cause: error });
  }
}

/** The first thing that is wrong, with its place. */
function issueOf({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'not valid';
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}
