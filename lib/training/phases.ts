import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import type { Described } from '../base/described';
import { UsageError } from '../base/errors';
import { integer, text, value } from '../base/option-kinds';
import { optimizers, type Optimizer } from '../learning/optimizer';
import type { Architecture, Stage } from '../movinet/architecture';
import { stageFactors, stagesToTrain, type StageRates, type Unfreeze } from './step/stages';

/**
 * A part of a run in which the same stages learn: those of the phase before it, or more. It begins from the model as it is then; its optimizer, averages of weights and
 * factors of the learning rate begin anew, and schedules count its own steps.
 */
export interface TrainingPhase {
  /** Epochs that it lasts; the last phase may leave it out, and goes on to the end. */
  readonly epochs?: number;
  /** Default: the trainer's. */
  readonly unfreeze?: Unfreeze;
  /** Default: the trainer's. */
  readonly optimizer?: Described<'optimizer'>;
  /** Default: the trainer's. */
  readonly stageRates?: StageRates;
}

/** A phase with the trainer's options where it has none of its own, built. */
export interface PhaseParts {
  /** Infinite where the last one goes on to the end. */
  readonly epochs: number;
  readonly trainable: (stage: Stage) => boolean;
  readonly optimizer: Optimizer;
  /** Of each stage's learning rate. */
  readonly stageFactor: (stage: Stage) => number;
}

const phaseSchema = z
  .object({
    ...{ epochs: integer(1), unfreeze: text(), optimizer: optimizers.schema() },
    stageRates: value<StageRates>(
      (given) => typeof given === 'number' || typeof given === 'object',
      'must be a number or factors by stages',
    ),
  } satisfies OptionShape<TrainingPhase>)
  .partial();

/** Throws UsageError for options out of range, and for a phase without an end before the last one. */
function checkPhases(phases: readonly TrainingPhase[]): void {
  phases.forEach((phase) => checkOptions('phases', phaseSchema, phase));
  const endless = phases.slice(0, -1).findIndex(({ epochs }) => epochs === undefined);
  if (endless >= 0)
    throw new UsageError(
      `Phase ${endless + 1} of ${phases.length} needs its number of epochs: only the last one goes on to the end`,
    );
}

/**
 * The phases of a run, at least one: where none is given, one with the defaults. Throws {@link UsageError} for options out of range, for stages that the network does not have, and for a phase in which less learns than before: what has
 * learned would no longer be in the run's snapshots.
 */
export function builtPhases(
  architecture: Architecture,
  phases: readonly TrainingPhase[],
  defaults: Required<Omit<TrainingPhase, 'epochs'>>,
): readonly PhaseParts[] {
  checkPhases(phases);
  const given = phases.length === 0 ? [{}] : phases;
  const built = given.map(({ epochs = Infinity, ...own }: TrainingPhase) => ({
    epochs,
    trainable: stagesToTrain(architecture, own.unfreeze ?? defaults.unfreeze),
    optimizer: optimizers.build(own.optimizer ?? defaults.optimizer),
    stageFactor: stageFactors(architecture, own.stageRates ?? defaults.stageRates),
  }));
  const stages = [...new Set(architecture.parameters.map(({ stage }) => stage))];
  const less = built.findIndex(({ trainable }, i) => {
    const before = built[i - 1];
    return before !== undefined && stages.some((stage) => before.trainable(stage) && !trainable(stage));
  });
  if (less >= 0)
    throw new UsageError(`In phase ${less + 1} less learns than in phase ${less}: unfreeze as much, or more`);
  return built;
}

/** Which phase the epoch belongs to that comes after so many complete ones; where all are over, the last. */
export function phaseAfter(phases: readonly Pick<PhaseParts, 'epochs'>[], epochs: number): number {
  let end = 0;
  const index = phases.findIndex((phase) => epochs < (end += phase.epochs));
  return index < 0 ? phases.length - 1 : index;
}

/** Epochs of all phases; infinite where the last one goes on to the end. */
export const epochsOf = (phases: readonly Pick<PhaseParts, 'epochs'>[]): number =>
  phases.reduce((sum, { epochs }) => sum + epochs, 0);

/** The first epoch of a phase, from 0. */
export const firstEpochOf = (phases: readonly Pick<PhaseParts, 'epochs'>[], index: number): number =>
  epochsOf(phases.slice(0, index));

/** Throws {@link UsageError} for a run that is complete before its last phase begins. */
export function checkLength(phases: readonly Pick<PhaseParts, 'epochs'>[], untilEpoch: number): void {
  const before = firstEpochOf(phases, phases.length - 1);
  if (untilEpoch <= before)
    throw new UsageError(
      `The last phase begins after ${before} ${before === 1 ? 'epoch' : 'epochs'}, and the run is complete after ${untilEpoch}: make the phases shorter, or the run longer`,
    );
}
