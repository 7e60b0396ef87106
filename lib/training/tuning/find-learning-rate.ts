import { z } from 'zod';
import { checkOptions, type OptionShape } from '../../base/check-options';
import { DatasetError, UsageError } from '../../base/errors';
import { callback, integer, number, signal } from '../../base/option-kinds';
import type { ClipSource } from '../../data/clip-source';
import type { Schedule } from '../../learning/schedule';
import { checkSource, checkTargets } from '../fit-options';
import { resolveClassWeights } from '../class-weights';
import { PhasePrograms } from '../phase-programs';
import type { PhaseParts } from '../phases';
import type { StepProgram } from '../step/step-program';
import { Trainer } from '../trainer';
import { trainerParts, type TrainerOptions } from '../trainer-options';
import { TrainingBatches } from '../training-batches';
import { type RateSuggestion, smoothed, suggestRate } from './rate-suggestion';

export interface FindLearningRateOptions {
  /** The first rate, above 0. Default 1e-7. */
  readonly minRate?: number;
  /** The last rate, above the first. Default 10. */
  readonly maxRate?: number;
  /** Optimizer steps, each at a rate of its own, at least 10. Default 100. */
  readonly steps?: number;
  /** Momentum of the average that smoothes the losses, from 0 to below 1. Default 0.98. */
  readonly smoothing?: number;
  /** It ends where the smoothed loss is so many times the lowest so far. Default 4. */
  readonly divergence?: number;
  /** Told of each step. */
  readonly onStep?: (done: number, steps: number) => void;
  /** Ends it after the step under way: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a range of learning rates comes to: plain data, beside one another by steps. */
export interface LearningRateRange {
  readonly rates: readonly number[];
  /** Means over the clips of each step, in nats. */
  readonly losses: readonly number[];
  readonly smoothedLosses: readonly number[];
  /** Whether it ended before the last rate, at losses that rose or were no numbers. */
  readonly diverged: boolean;
  /** Undefined where the losses never fell, or are too few to tell. */
  readonly suggestion: RateSuggestion | undefined;
}

const schema = z.object({
  ...{ minRate: number({ above: 0 }).default(1e-7), maxRate: number({ above: 0 }).default(10) },
  ...{ steps: integer(10).default(100), divergence: number({ above: 1 }).default(4) },
  smoothing: number({ min: 0, max: 0.9999 }).default(0.98),
  ...{ onStep: callback<(done: number, steps: number) => void>().optional(), signal: signal().optional() },
} satisfies OptionShape<FindLearningRateOptions>);

/**
 * Takes steps at learning rates that rise by equal factors, and tells the loss at each: Leslie Smith's range test. It learns in a copy: a trainer, its run and its
 * model stay as they are, whatever happens. `what`: a trainer, whose model and phase are taken as they are now and whose optimizer begins anew, or the options of one.
 *
 * Throws {@link UsageError} for options that make no sense, and what the source throws.
 */
export async function findLearningRate(
  what: Trainer | TrainerOptions,
  train: ClipSource,
  options: FindLearningRateOptions = {},
): Promise<LearningRateRange> {
  const { minRate, maxRate, steps, smoothing, divergence, onStep, signal } = checkOptions(
    'findLearningRate',
    schema,
    options,
  );
  if (maxRate <= minRate)
    throw new UsageError(`findLearningRate: maxRate must be above minRate, ${minRate}, got ${maxRate}`);
  const at = (step: number): number => minRate * (maxRate / minRate) ** (step / (steps - 1));
  const { parts, model, index, epoch } = whereItIs(what);
  checkSource(train, model);
  checkTargets(train, parts.loss);
  signal?.throwIfAborted();
  const phase = withSchedule(parts.phases[index] as PhaseParts, { at });
  const { program } = await new PhasePrograms({ ...parts, phases: [phase] }, () => undefined).make(model, 0);
  using owned = program;
  const losses: number[] = [];
  let diverged = false;
  const classWeights = resolveClassWeights(parts.described.classWeights, parts.task, train);
  const batches = new TrainingBatches({ source: train, classWeights, runner: owned, addon: parts.addon });
  for await (const loss of stepLosses(owned, batches, { epoch, signal })) {
    if (!Number.isFinite(loss)) diverged = true;
    else {
      losses.push(loss);
      onStep?.(losses.length, steps);
      const averages = smoothed(losses, smoothing);
      diverged = (averages.at(-1) as number) > divergence * Math.min(...averages);
    }
    if (diverged || losses.length === steps) break;
  }
  const rates = losses.map((_, step) => at(step));
  const smoothedLosses = smoothed(losses, smoothing);
  return { rates, losses, smoothedLosses, diverged, suggestion: suggestRate(rates, smoothedLosses) };
}

/** The mean loss of each optimizer step, epoch after epoch. */
async function* stepLosses(
  program: StepProgram,
  batches: TrainingBatches,
  { epoch, signal }: { readonly epoch: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<number, void> {
  let [sum, count] = [0, 0];
  for (let pass = epoch; ; pass++) {
    let seen = 0;
    for await (const batch of batches.epoch(pass, { signal })) {
      using owned = batch;
      const { step } = program;
      const { losses } = await program.trainBatch(owned);
      seen += losses.length;
      count += losses.length;
      sum = losses.reduce((total, loss) => total + loss, sum);
      // Several batches may make one step. A loss that is no number makes none.
      if (program.step === step && Number.isFinite(sum)) continue;
      yield sum / count;
      [sum, count] = [0, 0];
    }
    if (seen === 0) throw new DatasetError('The source to train on gave no clip');
  }
}

function whereItIs(what: Trainer | TrainerOptions) {
  const trainer = what instanceof Trainer ? what : undefined;
  const parts = trainerParts(what instanceof Trainer ? what.options : what);
  const { phase, epoch = 0 } = trainer?.state ?? {};
  return { parts, model: trainer?.model ?? parts.model, index: phase?.index ?? 0, epoch };
}

const withSchedule = (phase: PhaseParts, learningRate: Schedule): PhaseParts => ({
  ...phase,
  optimizer: { ...phase.optimizer, learningRate },
});
