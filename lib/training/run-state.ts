import { z } from 'zod';
import type { Weights } from '../graph/weights';
import { epochRecordSchema, timingSchema, validationRecordSchema } from '../metrics/history/history';
import { programStateSchema } from './step/program-state';

const json = z.json();
const count = z.int().nonnegative();

/** Format 1. */
export const runStateSchema = z.object({
  format: z.literal(1),
  /** What the run learns with: see `run-config`. Another one may not go on from this state. */
  config: z.record(z.string(), json),
  /** Complete epochs. */
  epoch: count,
  /** Batches of the epoch under way that are done. */
  batch: count,
  /** Optimizer steps, over all phases. */
  step: count,
  /** The phase whose variables they are, from 0, and the step that it began after; absent in the first one. */
  phase: z.object({ index: count, firstStep: count }).exactOptional(),
  /** Where the step program stands beside its steps. */
  program: programStateSchema,
  /** Wall-clock time of the epoch under way so far. */
  seconds: z.number().nonnegative(),
  /** What that went into; absent before there is any. */
  timing: timingSchema.exactOptional(),
  /** The optimizer's learning rate in the last step of the epoch under way; absent before the first. */
  learningRate: z.number().nonnegative().exactOptional(),
  /** Of the epoch under way: how many clips were measured, and the state of each metric's meter by name; absent where none is under way. */
  meters: z.object({ clips: count, meters: z.record(z.string(), json) }).exactOptional(),
  /** Of each callback that has one, by name. */
  callbacks: z.record(z.string(), json),
  best: z.object({ metric: z.string(), value: z.number(), epoch: count, step: count }).exactOptional(),
  history: z.array(epochRecordSchema),
  /** Validation within epochs, in the order of its steps. */
  validations: z.array(validationRecordSchema),
});

export type { EpochRecord, ValidationRecord } from '../metrics/history/history';

/**
 * All that a run is beside its variables: plain data.
 *
 * @interface
 */
export type RunState = Readonly<z.output<typeof runStateSchema>>;

/** Everything of a run that its numbers follow from, as plain data. */
export type RunConfig = RunState['config'];

/** All that a run is: from it another trainer goes on as this one would have, to the last bit on CPU. */
export interface Snapshot {
  readonly state: RunState;
  /** The variables that learn, the optimizer's slots, and what callbacks keep (`.callbacks/NAME/…`), by their names. */
  readonly variables: Weights;
}
