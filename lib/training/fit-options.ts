import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import { integer, signal, value } from '../base/option-kinds';
import type { ClipSource } from '../data/clip-source';
import { runStateSchema, type Snapshot } from './run-state';

export interface FitOptions {
  /** Epochs to do in this call; one that was left in its middle is the first of them. Default 2, the tutorial's. */
  readonly epochs?: number;
  /** In place of `epochs`: the number of epochs after which the run is complete, over all calls. */
  readonly untilEpoch?: number;
  /** Measured after each epoch. */
  readonly validation?: ClipSource;
  /** Ends the run after the step under way; `fit` rejects with its reason, and the run can go on from there. */
  readonly signal?: AbortSignal;
}

const has = (given: unknown, ...names: readonly string[]): boolean =>
  typeof given === 'object' && given !== null && names.every((name) => name in given);

const source = () =>
  value<ClipSource>(
    (given) => has(given, 'task', 'clip', 'batches'),
    'must be a source of clips, such as loadVideoDataset() gives',
  );

const snapshotSchema = z.object({
  snapshot: value<Snapshot>(
    (given) => has(given, 'state', 'variables') && runStateSchema.safeParse((given as Snapshot).state).success,
    'must be one that snapshot() or a RunStore gave',
  ),
});

const fitSchema = z
  .object({
    ...{ epochs: integer(1), untilEpoch: integer(1) },
    ...{ validation: source(), signal: signal() },
  } satisfies OptionShape<FitOptions>)
  .partial();

const passSchema = z.object({ signal: signal() } satisfies OptionShape<Pick<FitOptions, 'signal'>>).partial();

/** Throws UsageError for what is no source, and for options that make no sense. */
export function checkFit(train: ClipSource, given: FitOptions): void {
  checkOptions('fit', z.object({ train: source() }), { train });
  checkOptions('fit', fitSchema, given);
}

/** Throws UsageError for options that make no sense. `what`: the method that takes them. */
export function checkPass(what: 'evaluate' | 'predict', given: Pick<FitOptions, 'signal'>): void {
  checkOptions(what, passSchema, given);
}

/** Throws UsageError for what is no snapshot. */
export function checkSnapshot(snapshot: Snapshot): void {
  checkOptions('restore', snapshotSchema, { snapshot });
}
