import type { Described } from '../../../base/described';
import { UsageError } from '../../../base/errors';
import { optimizers } from '../../../learning/optimizer';
import type { MovinetModel } from '../../../model/movinet-model';
import type { TrainingPhase } from '../../../training/phases';
import { fineTunePhases } from '../../../training/tuning/fine-tune';
import type { TrainingSettings } from '../inputs';
import type { TrainOptions } from '../options';
import { statesRate, warmedUp } from './schedule';

/** What a run's options come to once its length is known. */
export interface LearningPlan {
  readonly optimizer: Described<'optimizer'>;
  /** Where not the same stages learn all the time. */
  readonly phases?: readonly TrainingPhase[];
}

/** How long a run is. */
export interface RunLength {
  readonly epochs: number;
  /** Training steps of an epoch. */
  readonly perEpoch: number;
  /** Of the whole run. */
  readonly steps: number;
}

/** Of batches in an epoch, several of which may make a step; a limit of steps ends a run before its epochs do. */
export function runLength(
  batches: number,
  epochs: number,
  { accumulate = 1, maxSteps = Infinity }: Pick<TrainOptions, 'accumulate' | 'maxSteps'>,
): RunLength {
  const perEpoch = Math.ceil(batches / accumulate);
  return { epochs, perEpoch, steps: Math.min(epochs * perEpoch, maxSteps) };
}

/**
 * Schedules are as long as the run, or as its phase. With epochs for the head alone the phases are those of `fineTune`; a schedule or a warm-up of the options' own takes
 * the place of theirs. Throws UsageError for a schedule that says itself that it is longer.
 */
export function learningPlan(
  options: TrainOptions,
  settings: TrainingSettings,
  length: RunLength,
  model: MovinetModel,
): LearningPlan {
  const { learningRate: rate, unfreeze } = settings;
  const { epochs, perEpoch, steps } = length;
  const { fastDevRun, stagesPerEpoch, stageRates, schedule, warmupSteps, warmupEpochs } = options;
  const frozenEpochs = fastDevRun ? options.frozenEpochs && 1 : options.frozenEpochs;
  if (frozenEpochs === undefined) return { optimizer: optimizerFor(options, settings, { rate, steps, perEpoch }) };
  const { optimizer = { kind: 'adam' } } = options;
  const own = statesRate(optimizer) || [schedule, warmupSteps, warmupEpochs].some((given) => given !== undefined);
  const phases = fineTunePhases({ model, optimizer: own ? { kind: 'adam' } : optimizer }, perEpoch, {
    ...{ frozenEpochs, epochs: epochs - frozenEpochs, unfreeze, learningRate: rate },
    ...(stagesPerEpoch === undefined ? {} : { stagesPerEpoch }),
    ...(stageRates === undefined ? {} : { stageRates }),
  }).map(({ epochs: lasts = 1, ...phase }, index) => ({
    ...{ epochs: lasts, ...phase },
    ...(own
      ? { optimizer: optimizerFor(options, settings, courseOf(index, lasts * perEpoch, { rate, perEpoch })) }
      : {}),
  }));
  // The last one goes on where the run is made longer.
  const open = phases.map(({ epochs: lasts, ...phase }, at) =>
    at === phases.length - 1 ? phase : { epochs: lasts, ...phase },
  );
  return { optimizer: phases[0]?.optimizer ?? optimizer, phases: open };
}

/** As `fineTune` has it: once more than the head learns, at half the rate. */
function courseOf(index: number, steps: number, { rate, perEpoch }: Pick<Course, 'rate' | 'perEpoch'>): Course {
  return { rate: index === 0 ? rate : rate / 2, steps, perEpoch };
}

interface Course {
  readonly rate: number;
  readonly steps: number;
  readonly perEpoch: number;
}

function optimizerFor(
  options: TrainOptions,
  { schedule }: TrainingSettings,
  { rate, steps, perEpoch }: Course,
): Described<'optimizer'> {
  const { optimizer = { kind: 'adam' }, warmupSteps, warmupEpochs = 0, fastDevRun } = options;
  const wanted = warmupSteps ?? Math.round(warmupEpochs * perEpoch);
  if (wanted >= steps && wanted > 0 && !fastDevRun)
    throw new UsageError(
      `${warmupSteps === undefined ? '--warmup-epochs' : '--warmup-steps'}: the learning rate would rise for ${wanted} steps of ${steps}: take fewer, or train longer with --epochs`,
    );
  const warmup = Math.min(wanted, steps - 1);
  const whole = statesRate(optimizer)
    ? optimizers.check(optimizer)
    : optimizers.check({ ...optimizer, learningRate: warmedUp(schedule, warmup, { rate, steps }) });
  const { steps: length = 0 } = optimizers.build(whole).learningRate;
  if (length > steps && !fastDevRun)
    throw new UsageError(
      `The schedule of the learning rate takes ${length} steps, but there are ${steps} to learn in, ${perEpoch} in an epoch: give it fewer steps, leave them out, or train longer with --epochs`,
    );
  return whole;
}
