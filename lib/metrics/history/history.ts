import { z } from 'zod';
import { MovinetError, UsageError } from '../../base/errors';
import { historyFromOldShape, isOldShape } from './old-history';

/** Of `history.json`. */
export const HISTORY_FORMAT = 1;

/** JSON has no NaN or infinity: they are written as null and read back as NaN. */
const measure = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);
const metrics = z.record(z.string(), measure);

const seconds = z.number().nonnegative();

/** Wall-clock seconds of an epoch, by what the run waited for. */
export const timingSchema = z.object({
  /** For clips: decoding is the limit where this is much. */
  decode: seconds,
  /** Between JavaScript and TensorFlow: feeds that are made, results that are read. */
  copy: seconds,
  /** For TensorFlow, in training steps. */
  compute: seconds,
  /** For validation, decoding included. */
  validation: seconds,
});

export const epochRecordSchema = z.object({
  /** From 1, over all that the run has done. */
  epoch: z.int().positive(),
  /** Optimizer steps at its end; 0 where a file from before format 1 does not tell. */
  step: z.int().nonnegative(),
  /** Wall-clock time, validation included. */
  seconds,
  metrics,
  /** The optimizer's learning rate in its last step. */
  learningRate: z.number().nonnegative().exactOptional(),
  timing: timingSchema.exactOptional(),
});

/** Validation after a step within an epoch. */
export const validationRecordSchema = z.object({
  /** The epoch under way, from 1. */
  epoch: z.int().positive(),
  step: z.int().nonnegative(),
  /** By names that begin with `val_`. */
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

const environmentSchema = z.object({
  /** By name: `tensorflow`, `node`, … */
  versions: z.record(z.string(), z.string()),
  /** The operating system and its kernel. */
  system: z.string(),
  processor: z.string(),
  /** Absent where none is used. */
  gpus: z.array(z.string()).exactOptional(),
  /** What the model ran on, and why. */
  device: z.string(),
  threads: z.string().exactOptional(),
  precision: z.string(),
  determinism: z
    .object({
      seed: z.int(),
      /** What is the same in each run of this seed, in sentences for people. */
      repeats: z.array(z.string()),
      /** What may differ. */
      varies: z.array(z.string()),
    })
    .exactOptional(),
});

/** The machine and the software of a run. */
export type RunEnvironment = Readonly<z.output<typeof environmentSchema>>;

export const historyShape = {
  epochs: z.array(epochRecordSchema).refine((epochs) => epochs.every(({ epoch }, index) => epoch === index + 1), {
    error: 'epochs must count from 1 without gaps',
  }),
  /** Within epochs, where that was asked for. */
  validations: z.array(validationRecordSchema).exactOptional(),
  /** Absent where the run was ended before its final evaluation. */
  evaluate: z.object({ metrics, details: z.record(z.string(), z.json()).exactOptional() }).exactOptional(),
  ended: endedSchema.exactOptional(),
  /** How they are read: see `shownMetrics`. */
  metrics: z.record(z.string(), shownMetric),
  classes: z.array(z.string()),
  environment: environmentSchema.exactOptional(),
  config: z.record(z.string(), z.json()),
};
const historySchema = z.object(historyShape);

const formatSchema = z.object({
  format: z.literal(HISTORY_FORMAT, {
    error: ({ input }) =>
      `expected ${HISTORY_FORMAT}, got ${JSON.stringify(input)}; a later one needs a later version of this library`,
  }),
});

/**
 * What one epoch came to. Validation's metrics have `val_` before their names.
 *
 * @interface
 */
export type EpochRecord = Readonly<z.output<typeof epochRecordSchema>>;

/**
 * What validation within an epoch came to.
 *
 * @interface
 */
export type ValidationRecord = Readonly<z.output<typeof validationRecordSchema>>;

/**
 * Where the time of an epoch went.
 *
 * @interface
 */
export type EpochTiming = Readonly<z.output<typeof timingSchema>>;

/**
 * What a training run measured: the content of `history.json`.
 *
 * @interface
 */
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
