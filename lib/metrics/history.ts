import { z } from 'zod';

/** JSON has no NaN or infinity; a loss that diverged is written as null and read back as NaN. */
const measure = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);

const epochSchema = z.object({
  epoch: z.number().int().positive(),
  loss: measure,
  accuracy: measure,
  val_loss: measure.exactOptional(),
  val_accuracy: measure.exactOptional(),
  seconds: z.number().nonnegative(),
});

/** The shape of `history.json`. */
export const historySchema = z
  .object({
    epochs: z.array(epochSchema),
    evaluate: z.object({ loss: measure, accuracy: measure }).exactOptional(),
    classes: z.array(z.string()),
    config: z.record(z.string(), z.json()),
  })
  .refine((history) => history.epochs.every((record, index) => record.epoch === index + 1), {
    message: 'epochs must count from 1 without gaps',
    path: ['epochs'],
  });

/**
 * One pass over the training clips. `loss` is the mean cross-entropy in nats, `accuracy` a share from 0 to 1; `val_*` are
 * absent where the run had no validation. `seconds` is the wall-clock time, validation included.
 */
export type EpochRecord = Readonly<z.output<typeof epochSchema>>;

/** What a training run measured; `evaluate` is absent when the run was ended before its final evaluation. */
export type History = Readonly<z.output<typeof historySchema>>;

/**
 * The text of `history.json`, one epoch a line.
 *
 * @throws z.ZodError for a history that `parseHistory` would refuse.
 */
export function historyJson(history: History): string {
  const plain: unknown = JSON.parse(JSON.stringify(history));
  historySchema.parse(plain);
  const { epochs, evaluate, classes, config } = plain as z.input<typeof historySchema>;
  const lines = epochs.map((record) => `    ${JSON.stringify(record)}`).join(',\n');
  const members = [
    `"epochs": ${epochs.length === 0 ? '[]' : `[\n${lines}\n  ]`}`,
    ...(evaluate === undefined ? [] : [`"evaluate": ${JSON.stringify(evaluate)}`]),
    `"classes": ${JSON.stringify(classes)}`,
    `"config": ${JSON.stringify(config, null, 2).replaceAll('\n', '\n  ')}`,
  ];
  return `{\n${members.map((member) => `  ${member}`).join(',\n')}\n}\n`;
}

/**
 * Reads the text of a `history.json`.
 *
 * @throws SyntaxError for text that is no JSON, z.ZodError for JSON of another shape.
 */
export function parseHistory(text: string): History {
  return historySchema.parse(JSON.parse(text));
}
