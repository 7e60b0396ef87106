import { UsageError } from '../../base/errors';
import type { Described } from '../../base/described';
import type { TaskKind } from '../../base/task';
import { defaultLoss } from '../../learning/loss';
import { adam } from '../../learning/optimizer';
import { cosineDecay } from '../../learning/schedule';
import type { Metric } from '../../metrics/metric';
import { defaultMonitor, namesInEpochs } from '../../metrics/shown';
import type { TrainingSettings } from './inputs';
import type { TrainOptions } from './options';

/** What the options say of the optimizer; a cosine is as long as the run, of so many steps. */
export function optimizerOf(
  { optimizer }: TrainOptions,
  { learningRate, schedule }: TrainingSettings,
  steps: number,
): Described<'optimizer'> {
  if (optimizer !== undefined) return optimizer;
  return adam({
    learningRate: schedule === 'cosine' ? cosineDecay({ initial: learningRate, steps }) : learningRate,
  });
}

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
