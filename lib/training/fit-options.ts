import { z } from 'zod';
import { checkSameCut } from '../base/clip';
import { checkOptions, type OptionShape } from '../base/check-options';
import { UsageError } from '../base/errors';
import { integer, number, signal, value } from '../base/option-kinds';
import { checkSameTask } from '../base/task';
import type { ClipSource } from '../data/clip-source';
import type { Loss } from '../learning/loss';
import type { MovinetModel } from '../model/movinet-model';
import { checkLength, epochsOf, type PhaseParts } from './phases';
import { runStateSchema, type Snapshot } from './run-state';

export interface FitOptions {
  /** Epochs to do in this call; one that was left in its middle is the first of them. Default: the rest of the phases' where each has a length, or 2, the tutorial's. */
  readonly epochs?: number;
  /** In place of `epochs`: the number of epochs after which the run is complete, over all calls. */
  readonly untilEpoch?: number;
  /** Measured after each epoch. */
  readonly validation?: ClipSource;
  /** Optimizer steps after which it is measured within an epoch too. Default: at its end only. */
  readonly validateEvery?: number;
  /** Optimizer steps after which this call ends in order, in all of the run. Default: as many as the epochs have. */
  readonly maxSteps?: number;
  /** Wall-clock time after which this call ends in order, with the batch under way. Default: as long as it takes. */
  readonly maxSeconds?: number;
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
    ...{ validation: source(), signal: signal(), validateEvery: integer(1), maxSteps: integer(1) },
    maxSeconds: number({ above: 0 }),
  } satisfies OptionShape<FitOptions>)
  .partial();

const passSchema = z.object({ signal: signal() } satisfies OptionShape<Pick<FitOptions, 'signal'>>).partial();

/** Throws UsageError for what is no source, and for options that make no sense, alone or together. */
export function checkFit(train: ClipSource, given: FitOptions): void {
  checkOptions('fit', z.object({ train: source() }), { train });
  const { epochs, untilEpoch, validateEvery, validation } = checkOptions('fit', fitSchema, given);
  if (epochs !== undefined && untilEpoch !== undefined)
    throw new UsageError('fit: epochs and untilEpoch exclude one another: leave one of them out', { option: 'epochs' });
  if (validateEvery !== undefined && validation === undefined)
    throw new UsageError('fit: validateEvery needs a validation source to measure');
}

/** What a call of `fit` is to do, with every default in its place. */
export interface FitPlan {
  readonly lastEpoch: number;
  readonly validation: ClipSource | undefined;
  readonly validateEvery: number | undefined;
  readonly maxSteps: number;
  readonly maxSeconds: number;
}

/** `epoch`: complete ones. Throws UsageError for a run that is complete before its last phase begins. */
export function planFit(options: FitOptions, epoch: number, phases: readonly PhaseParts[]): FitPlan {
  const planned = epochsOf(phases) - epoch;
  const { epochs = planned > 0 && planned < Infinity ? planned : 2, untilEpoch } = options;
  if (untilEpoch !== undefined) checkLength(phases, untilEpoch);
  const { validation, validateEvery, maxSteps = Infinity, maxSeconds = Infinity } = options;
  return { lastEpoch: untilEpoch ?? epoch + epochs, validation, validateEvery, maxSteps, maxSeconds };
}

/** Throws UsageError for clips cut otherwise than the model's, for other classes, and for none at all. */
export function checkSource({ task, clip, clipCount }: ClipSource, model: Pick<MovinetModel, 'task' | 'clip'>): void {
  checkSameTask(model.task, task);
  checkSameCut(model.clip, clip, 'cut them alike, or train model.withClip(source.clip)');
  if (clipCount === 0) throw new UsageError('The data set has no clips');
}

/** Throws UsageError for mixed clips where the loss takes none. */
export function checkTargets({ mixedTargets }: ClipSource, loss: Loss): void {
  if (mixedTargets === true && loss.mixedTargets === false)
    throw new UsageError(
      'The clips are mixed, and the loss takes no shares of classes: do not mix them, or learn by another loss, such as categoricalCrossEntropy',
    );
}

/** Throws UsageError for options that make no sense. `what`: the method that takes them. */
export function checkPass(what: 'evaluate' | 'predict', given: Pick<FitOptions, 'signal'>): void {
  checkOptions(what, passSchema, given);
}

/** Throws UsageError for what is no snapshot. */
export function checkSnapshot(snapshot: Snapshot): void {
  checkOptions('restore', snapshotSchema, { snapshot });
}
