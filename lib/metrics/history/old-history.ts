import { z } from 'zod';
import { shownMetrics, type ShownMetrics } from '../shown';
import { accuracy, loss, metrics as kinds } from '../metrics';

const numbers = z.record(z.string(), z.unknown());

/** A `history.json` from before format 1: what was measured stands beside the epoch's number and time. */
const oldSchema = z.looseObject({
  format: z.undefined().optional(),
  epochs: z.array(numbers),
  evaluate: numbers.exactOptional(),
});

type OldHistory = z.output<typeof oldSchema>;

export const isOldShape = (given: unknown): given is OldHistory => oldSchema.safeParse(given).success;

/** In the shape of format 1, unchecked: steps are 0, as it does not tell them; the options keep their names of then. */
export function historyFromOldShape({ epochs, evaluate, ...others }: OldHistory): object {
  return {
    ...others,
    epochs: epochs.map(({ epoch, seconds, ...metrics }) => ({ epoch, step: 0, seconds, metrics })),
    ...(evaluate && { evaluate: { metrics: evaluate } }),
    metrics: oldMetrics(),
  };
}

const oldMetrics = (): ShownMetrics => shownMetrics([loss(), accuracy()].map((metric) => kinds.build(metric)));
