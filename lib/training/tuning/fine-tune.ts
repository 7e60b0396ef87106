import { z } from 'zod';
import { checkOptions, givenOptions, type OptionShape } from '../../base/check-options';
import type { Described } from '../../base/described';
import { UsageError } from '../../base/errors';
import { anything, integer, number, text } from '../../base/option-kinds';
import { batchCount, type ClipSource } from '../../data/clip-source';
import { adam, optimizers } from '../../learning/optimizer';
import { cosineDecay } from '../../learning/schedule';
import type { MovinetModel } from '../../model/movinet-model';
import type { TrainingPhase } from '../phases';
import type { Snapshot } from '../run-state';
import { checkFit, checkSource } from '../fit-options';
import { learningStages, type StageRates, type Unfreeze } from '../step/stages';
import { type FitOptions, type FitResult, Trainer } from '../trainer';
import type { TrainerOptions } from '../trainer-options';

/** How a head is trained first, and then more of the network with it. */
export interface UnfreezingOptions {
  /** Epochs in which the head learns alone, at least 0. Default 1. */
  readonly frozenEpochs?: number;
  /** Epochs after those, at least 1. */
  readonly epochs: number;
  /** What learns in the end: `all`, or a stage such as `block4` with everything after it. Default `all`. */
  readonly unfreeze?: Unfreeze;
  /** Stages that are added in each of the later epochs, from the top. Default: all at once. */
  readonly stagesPerEpoch?: number;
  /** Of the head while it learns alone; half of it afterwards, at its peak. Default: the optimizer's, where that is constant. */
  readonly learningRate?: number;
  /** Of the later epochs. Default: even steps from 1 for the head down to 0.01 for the lowest stage that learns in the end. */
  readonly stageRates?: StageRates;
}

export interface FineTuneOptions extends UnfreezingOptions, Omit<FitOptions, 'epochs' | 'untilEpoch'> {
  /** Goes on from it: one of a run of the same options and source. */
  readonly from?: Snapshot;
}

export interface FineTuneResult extends FitResult {
  /** With what was learned. */
  readonly model: MovinetModel;
}

/** Of the later epochs' steps. */
const WARM_UP = 0.3;
/** The lowest stage's rate, beside the head's. */
const LOWEST_RATE = 0.01;

const unfreezing = {
  ...{ frozenEpochs: integer(0).default(1), epochs: integer(1), unfreeze: text().default('all') },
  ...{ stagesPerEpoch: integer(1).optional(), learningRate: number({ above: 0 }).optional() },
  stageRates: anything<StageRates>().optional(),
};
const unfreezingSchema = z.object(unfreezing satisfies OptionShape<UnfreezingOptions>);

/**
 * The phases of a run that trains the head first, then stages from the top, each less the lower it lies, after a warm-up and with a rate that falls along half a cosine:
 * what fastai's `fine_tune` does. They are what {@link fineTune} gives its trainer. `stepsPerEpoch`: optimizer steps. Throws {@link UsageError} for options out of range.
 */
export function fineTunePhases(
  { model, optimizer = adam() }: Pick<TrainerOptions, 'model' | 'optimizer'>,
  stepsPerEpoch: number,
  given: UnfreezingOptions,
): readonly TrainingPhase[] {
  const options = checkOptions('fineTune', unfreezingSchema, given);
  const { frozenEpochs, unfreeze, stagesPerEpoch } = options;
  const learning = learningStages(model.architecture, unfreeze);
  const below = learning.length - 1;
  if (below === 0) throw new UsageError('fineTune: unfreeze must be more than the head, which learns in any case');
  const rate = options.learningRate ?? constantRate(optimizer);
  const stageRates = options.stageRates ?? LOWEST_RATE ** (1 / below);
  const later = (epochs: number, from: Unfreeze): TrainingPhase => {
    const steps = epochs * stepsPerEpoch;
    const warmupSteps = Math.floor(WARM_UP * steps);
    const learningRate = cosineDecay({ initial: rate / 2, steps, warmupSteps });
    return { epochs, unfreeze: from, stageRates, optimizer: withRate(optimizer, learningRate) };
  };
  const gradual = stagesPerEpoch === undefined ? 0 : Math.ceil(below / stagesPerEpoch) - 1;
  if (gradual >= options.epochs)
    throw new UsageError(
      `fineTune: ${below} stages, ${stagesPerEpoch} an epoch, take ${gradual + 1} epochs, and there are ${options.epochs}: add more at a time, or train longer`,
    );
  return [
    ...(frozenEpochs > 0
      ? [{ epochs: frozenEpochs, unfreeze: 'head', stageRates: 1, optimizer: withRate(optimizer, rate) }]
      : []),
    ...Array.from({ length: gradual }, (_, i) => later(1, learning.at(-1 - (i + 1) * (stagesPerEpoch ?? 0)) as string)),
    later(options.epochs - gradual, unfreeze),
  ];
}

/**
 * Trains a model as {@link fineTunePhases} has it. First its options as a trainer's, or the model alone. Its checkpoints (see `callbacks`) go on by `from`.
 *
 * ```ts
 * const { model: tuned } = await fineTune(model, data.train, { epochs: 4, validation: data.validation });
 * ```
 *
 * Throws {@link UsageError} for options that make no sense, and what `fit` throws.
 */
export async function fineTune(
  what: MovinetModel | Omit<TrainerOptions, 'phases' | 'unfreeze' | 'stageRates'>,
  train: ClipSource,
  options: FineTuneOptions,
): Promise<FineTuneResult> {
  const given: TrainerOptions = 'model' in what ? what : { model: what };
  const own = (['phases', 'unfreeze', 'stageRates'] as const).find((name) => given[name] !== undefined);
  if (own !== undefined) throw new UsageError(`fineTune: ${own} is no option of its trainer: it makes the phases`);
  const { from, frozenEpochs = 1, epochs, unfreeze, stagesPerEpoch, learningRate, stageRates, ...fit } = options;
  checkFit(train, fit);
  checkSource(train, given.model);
  const phases = fineTunePhases(
    given,
    Math.ceil(batchCount(train) / (given.accumulate ?? 1)),
    givenOptions({ frozenEpochs, epochs, unfreeze, stagesPerEpoch, learningRate, stageRates }),
  );
  using trainer = new Trainer({ ...given, phases });
  if (from !== undefined) await trainer.restore(from);
  const result = await trainer.fit(train, { ...fit, untilEpoch: frozenEpochs + epochs });
  return { ...result, model: trainer.model };
}

const withRate = (optimizer: Described<'optimizer'>, learningRate: unknown): Described<'optimizer'> =>
  optimizers.check({ ...optimizers.check(optimizer), learningRate });

function constantRate(optimizer: Described<'optimizer'>): number {
  const { learningRate } = optimizers.check(optimizer) as { learningRate?: { kind?: string; rate?: number } };
  if (learningRate?.kind === 'constant' && (learningRate.rate ?? 0) > 0) return learningRate.rate as number;
  throw new UsageError(
    'fineTune: learningRate is missing: it makes the schedules, and the optimizer has one of its own',
  );
}
