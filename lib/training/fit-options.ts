import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import { anything, integer, signal } from '../base/option-kinds';
import type { ClipSource } from '../data/clip-source';

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

const fitSchema = z
  .object({
    ...{ epochs: integer(1), untilEpoch: integer(1) },
    ...{ validation: anything<ClipSource>(), signal: signal() },
  } satisfies OptionShape<FitOptions>)
  .partial();

const passSchema = z.object({ signal: signal() } satisfies OptionShape<Pick<FitOptions, 'signal'>>).partial();

/** Throws UsageError for options that make no sense. */
export function checkFit(given: FitOptions): void {
  checkOptions('fit', fitSchema, given);
}

/** Throws UsageError for options that make no sense. `what`: the method that takes them. */
export function checkPass(what: 'evaluate' | 'predict', given: Pick<FitOptions, 'signal'>): void {
  checkOptions(what, passSchema, given);
}
