import { UsageError } from '../../../base/errors';
import type { Described } from '../../../base/described';
import type { TaskKind } from '../../../base/task';
import { defaultLoss } from '../../../learning/loss';
import type { Metric } from '../../../metrics/metric';
import { defaultMonitor, namesInEpochs } from '../../../metrics/shown';
import type { TrainerOptions } from '../../../training/trainer-options';
import type { TrainOptions } from '../options';

export function lossOf({ loss, labelSmoothing = 0 }: TrainOptions, kind: TaskKind): Described<'loss'> {
  return loss ?? defaultLoss(kind, { labelSmoothing });
}

/** The metric that decides which epoch is the best. Throws {@link UsageError} for one that the run will not measure. */
export function monitorOf({ monitor, validation }: TrainOptions, metrics: readonly Metric[]): string {
  const names = namesInEpochs(metrics, validation);
  const wanted = monitor ?? defaultMonitor(validation);
  if (names.includes(wanted)) return wanted;
  throw new UsageError(`Option --monitor: "${wanted}" is not measured in this run: there is ${names.join(', ')}`);
}

/** What a trainer is told of how its numbers learn, beside optimizer and phases. */
export function learningChoices(options: TrainOptions, kind: TaskKind): Omit<TrainerOptions, 'model'> {
  const { accumulate, ema, classWeights, featureCache, batchNorm, stageRates, frozenEpochs, seed } = options;
  const gradientTransforms = clippingOf(options);
  return {
    ...{ seed, featureCache, loss: lossOf(options, kind) },
    ...(batchNorm === undefined ? {} : { batchNorm }),
    ...(accumulate === undefined ? {} : { accumulate }),
    ...(classWeights === undefined ? {} : { classWeights }),
    ...(gradientTransforms.length === 0 ? {} : { gradientTransforms }),
    ...(ema === undefined
      ? {}
      : { weightAverage: { kind: 'exponentialMovingAverage', ...(ema === true ? {} : { momentum: ema }) } }),
    // Of a run in phases the last one has them.
    ...(stageRates === undefined || frozenEpochs !== undefined ? {} : { stageRates }),
  };
}

function clippingOf({ clipNorm, clipGlobalNorm, clipValue }: TrainOptions): Described<'gradientTransform'>[] {
  return [
    ...(clipValue === undefined ? [] : [{ kind: 'clipByValue', value: clipValue }]),
    ...(clipNorm === undefined ? [] : [{ kind: 'clipByNorm', norm: clipNorm }]),
    ...(clipGlobalNorm === undefined ? [] : [{ kind: 'clipByGlobalNorm', norm: clipGlobalNorm }]),
  ];
}
