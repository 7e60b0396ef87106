import { z } from 'zod';
import type { Described } from '../base/described';
import { checkOptions } from '../base/check-options';
import { callback } from '../base/option-kinds';
import type { Task } from '../base/task';
import { warnProcess } from '../base/shown';
import { defaultLoss, losses, type Loss } from '../learning/loss';
import { adam, optimizers } from '../learning/optimizer';
import { chosenMetrics, type MetricChoice } from '../metrics/meters';
import type { Metric } from '../metrics/metric';
import { type MovinetModel, modelSchema } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import type { Precision, SessionConfig } from '../runtime/session-config';
import type { Callback } from './callback';
import { type CallbackChoice, chosenCallbacks } from './callbacks/chosen-callbacks';
import { BATCH_NORM_MODES, type BatchNormMode } from './step/step-graph';
import type { StageRates, Unfreeze } from './step/stages';
import { builtPhases, type PhaseParts, type TrainingPhase } from './phases';
import { type ClassWeights, classWeightsSchema } from './class-weights';
import { featureCacheSchema } from '../inference/features/feature-caches';
import type { FeatureCacheOptions } from '../inference/features/feature-rows';
import { type GradientTransform, gradientTransforms } from '../learning/gradient-transform';
import { type WeightAverage, weightAverages } from '../learning/weight-average';

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
  /** Parts of the run in which other stages learn, one after the other, in place of one. */
  readonly phases?: readonly TrainingPhase[];
  /** Factors of the learning rate by stages. Default: 1. */
  readonly stageRates?: StageRates;
  /** What is done to the gradients of a step, in this order. Default: nothing. */
  readonly gradientTransforms?: readonly Described<'gradientTransform'>[];
  /** Batches whose gradients make one step, as one batch of all their clips would. Default 1. */
  readonly accumulate?: number;
  /** Averages of the weights, which are evaluated and kept in place of the weights themselves. Default: none. */
  readonly weightAverage?: Described<'weightAverage'>;
  /** Factors of the losses of each class's clips: by names, 1 where a class has none, or `balanced`, inversely proportional to how many each has. Default: 1. */
  readonly classWeights?: ClassWeights;
  /** Whether features of clips that are the same in each epoch are kept while the backbone is frozen, and how. Default true. */
  readonly featureCache?: boolean | FeatureCacheOptions;
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
  /** At least one. */
  readonly phases: readonly PhaseParts[];
  readonly loss: Loss;
  readonly gradientTransforms: readonly GradientTransform[];
  readonly weightAverage: WeightAverage | undefined;
  readonly featureCache: boolean | FeatureCacheOptions;
  readonly metrics: readonly Metric[];
  readonly monitor: string | undefined;
  readonly session: SessionConfig;
  readonly callbacks: readonly Callback[];
  readonly warn: (text: string) => void;
  /** As plain data. */
  readonly described: {
    readonly phases: readonly TrainingPhase[];
    readonly stageRates: StageRates;
    readonly gradientTransforms: readonly Described[];
    readonly accumulate: number;
    readonly weightAverage: Described | null;
    readonly classWeights: ClassWeights;
    readonly optimizer: Described;
    readonly loss: Described;
    readonly unfreeze: string;
    readonly batchNorm: BatchNormMode;
    readonly precision: Precision;
    readonly xla: boolean;
    readonly seed: number;
  };
}

const schema = z.object({
  model: modelSchema,
  optimizer: optimizers.schema().optional(),
  loss: losses.schema().optional(),
  metrics: z.array(z.custom<MetricChoice>()).optional(),
  monitor: z.string().optional(),
  unfreeze: z.string().default('head'),
  batchNorm: z.enum(BATCH_NORM_MODES).default('frozen'),
  phases: z.array(z.custom<TrainingPhase>()).default([]),
  stageRates: z.custom<StageRates>().default(1),
  gradientTransforms: z.array(gradientTransforms.schema()).default([]),
  accumulate: z.int().min(1).default(1),
  weightAverage: weightAverages.schema().optional(),
  classWeights: classWeightsSchema.default({}),
  featureCache: featureCacheSchema.default(true),
  session: z.custom<SessionConfig>().optional(),
  seed: z.int().default(0),
  callbacks: z.array(z.custom<CallbackChoice>()).optional(),
  onWarning: callback<(text: string) => void>().optional(),
  addon: z.custom<Addon>().optional(),
});

/** Throws {@link UsageError} for options that make no sense. */
export function trainerParts(given: TrainerOptions): TrainerParts {
  const { model, unfreeze, batchNorm, seed, phases, stageRates, accumulate, classWeights, ...options } = checkOptions(
    'Trainer',
    schema,
    given,
  );
  const optimizer = options.optimizer ?? adam();
  const loss = options.loss ?? defaultLoss(model.task.kind);
  return {
    addon: options.addon ?? loadAddon(),
    model,
    task: model.task,
    phases: builtPhases(model.architecture, phases, { unfreeze, optimizer, stageRates }),
    loss: losses.build(loss),
    gradientTransforms: options.gradientTransforms.map((transform) => gradientTransforms.build(transform)),
    weightAverage: options.weightAverage && weightAverages.build(options.weightAverage),
    featureCache: options.featureCache,
    metrics: chosenMetrics(options.metrics, model.task),
    monitor: options.monitor,
    session: options.session ?? {},
    callbacks: chosenCallbacks(options.callbacks ?? []),
    warn: options.onWarning ?? warnProcess,
    described: {
      ...{ optimizer, loss, unfreeze, batchNorm, seed, phases, stageRates, accumulate, classWeights },
      gradientTransforms: options.gradientTransforms,
      weightAverage: options.weightAverage ?? null,
      precision: options.session?.precision ?? 'float32',
      xla: options.session?.xla ?? false,
    },
  };
}
