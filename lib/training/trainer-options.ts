import { z } from 'zod';
import type { Described } from '../base/described';
import { checkOptions } from '../base/check-options';
import { callback } from '../base/option-kinds';
import type { Task } from '../base/task';
import { defaultLoss, losses, type Loss } from '../learning/loss';
import { adam, optimizers, type Optimizer } from '../learning/optimizer';
import { chosenMetrics, type MetricChoice } from '../metrics/meters';
import type { Metric } from '../metrics/metric';
import { type MovinetModel, modelSchema } from '../model/movinet-model';
import type { Stage } from '../movinet/architecture';
import { loadAddon, type Addon } from '../native/addon';
import type { SessionConfig } from '../runtime/session-config';
import type { Callback } from './callback';
import { type CallbackChoice, chosenCallbacks } from './callbacks/chosen-callbacks';
import { BATCH_NORM_MODES, type BatchNormMode } from './step-graph';
import { stagesToTrain, type Unfreeze } from './stages';

export interface TrainerOptions {
  readonly model: MovinetModel;
  /** Default: Adam with learning rate 1e-3. */
  readonly optimizer?: Described<'optimizer'>;
  /** Default: softmax cross-entropy from logits; binary cross-entropy for a multi-label model. */
  readonly loss?: Described<'loss'>;
  /** What is measured beside the loss, in training and in evaluation: kinds, descriptions, or metrics of one's own. Default: accuracy. */
  readonly metrics?: readonly MetricChoice[];
  /** The metric that decides which epoch is the best. Default: `val_loss`, without validation `loss`. */
  readonly monitor?: string;
  /** Which stages learn: `head` (default), `all`, or a stage such as `block4` with everything after it. */
  readonly unfreeze?: Unfreeze;
  /** Of the stages that learn. Default `frozen`. */
  readonly batchNorm?: BatchNormMode;
  /** Threads and devices. */
  readonly session?: SessionConfig;
  /** Seeds dropout and stochastic depth: an integer. Default 0. */
  readonly seed?: number;
  readonly callbacks?: readonly CallbackChoice[];
  /** Told of what goes on in spite of it, such as a callback that failed. Default: a warning of the process. */
  readonly onWarning?: (text: string) => void;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

/** What a trainer works with: options over defaults, checked and built. */
export interface TrainerParts {
  readonly addon: Addon;
  /** As it was given. */
  readonly model: MovinetModel;
  readonly task: Task;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly metrics: readonly Metric[];
  readonly monitor: string | undefined;
  readonly trainable: (stage: Stage) => boolean;
  readonly session: SessionConfig;
  readonly callbacks: readonly Callback[];
  readonly warn: (text: string) => void;
  /** As plain data. */
  readonly described: {
    readonly optimizer: Described;
    readonly loss: Described;
    readonly unfreeze: string;
    readonly batchNorm: BatchNormMode;
    readonly seed: number;
  };
}

const warnProcess = (text: string): void => process.emitWarning(text, 'MovinetWarning');

const schema = z.object({
  model: modelSchema,
  optimizer: optimizers.schema().optional(),
  loss: losses.schema().optional(),
  metrics: z.array(z.custom<MetricChoice>()).optional(),
  monitor: z.string().optional(),
  unfreeze: z.string().default('head'),
  batchNorm: z.enum(BATCH_NORM_MODES).default('frozen'),
  session: z.custom<SessionConfig>().optional(),
  seed: z.int().default(0),
  callbacks: z.array(z.custom<CallbackChoice>()).optional(),
  onWarning: callback<(text: string) => void>().optional(),
  addon: z.custom<Addon>().optional(),
});

/** Throws {@link UsageError} for options that make no sense. */
export function trainerParts(given: TrainerOptions): TrainerParts {
  const { model, unfreeze, batchNorm, seed, ...options } = checkOptions('Trainer', schema, given);
  const optimizer = options.optimizer ?? adam();
  const loss = options.loss ?? defaultLoss(model.task.kind);
  return {
    addon: options.addon ?? loadAddon(),
    model,
    task: model.task,
    optimizer: optimizers.build(optimizer),
    loss: losses.build(loss),
    metrics: chosenMetrics(options.metrics),
    monitor: options.monitor,
    trainable: stagesToTrain(model.architecture, unfreeze),
    session: options.session ?? {},
    callbacks: chosenCallbacks(options.callbacks ?? []),
    warn: options.onWarning ?? warnProcess,
    described: { optimizer, loss, unfreeze, batchNorm, seed },
  };
}
