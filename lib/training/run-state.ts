import { z } from 'zod';
import type { Weights } from '../graph/weights';
import { epochRecordSchema } from '../metrics/history';

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
  /** Optimizer steps. */
  step: count,
  /** Wall-clock time of the epoch under way so far. */
  seconds: z.number().nonnegative(),
  /** Of the epoch under way: how many clips were measured, and the state of each metric's meter by name; absent where none is under way. */
  meters: z.object({ clips: count, meters: z.record(z.string(), json) }).exactOptional(),
  /** Of each callback that has one, by name. */
  callbacks: z.record(z.string(), json),
  best: z.object({ metric: z.string(), value: z.number(), epoch: count, step: count }).exactOptional(),
  history: z.array(epochRecordSchema),
});

export type { EpochRecord } from '../metrics/history';

/** All that a run is beside its variables: plain data. */
export type RunState = Readonly<z.output<typeof runStateSchema>>;

/** All that a run is: from it another trainer goes on as this one would have, to the last bit on CPU. */
export interface Snapshot {
  readonly state: RunState;
  /** The variables that learn, the optimizer's slots, and what callbacks keep (`.callbacks/NAME/…`), by their names. */
  readonly variables: Weights;
}
