/**
 * The public surface for authors of extensions: what a loss, an optimizer, a schedule, a metric, an augmentation, a callback or a clip source is made of.
 *
 * @module movinet-native/extend
 */
export { z } from 'zod';
export * from './base/errors';
export type { Describe, Described, Given, Json, JsonSchema, Registry } from './base/described';
export type { ClipSpec, FrameSpacing, ShortVideos } from './base/clip';
export { type Random, type RandomState, derive } from './base/random';
export { decodeTargets, encodeTargets, multiLabel, probabilities, singleLabel } from './base/task';
export type { Target, Task, TaskKind } from './base/task';

export { loadAddon, type Addon } from './native/addon';
export type * from './native/graph';
export type * from './native/session';
export type * from './native/tensor';
export type * from './native/video';
export { GraphBuilder, type OperationOptions } from './graph/builder';
export * as ops from './graph/ops';
export { StepInputs, type StepCounter, type StepInput } from './graph/step-inputs';
export { addVariable, type Variable, type VariableKey } from './graph/variables';
export { Weights, type WeightArray } from './graph/weights';

export { losses, type Loss } from './learning/loss';
export { addSlot, optimizers, type LearnedVariable, type Optimizer, type OptimizerGraph } from './learning/optimizer';
export { gradientTransforms, type GradientTransform } from './learning/gradient-transform';
export { schedules, type Schedule } from './learning/schedule';
export { weightAverages, type WeightAverage } from './learning/weight-average';
export { MeanMeter, metrics } from './metrics/metrics';
export type { Measured, Meter, Metric, Metrics } from './metrics/metric';
export type { MetricChoice } from './metrics/meters';

export type {
  Augmentation,
  ClipAugmentation,
  DrawnTransform,
  MixingAugmentation,
} from './data/augmentation/augmentation';
export { augmentations } from './data/augmentation/augmentations';
export type { ClipBlend } from './data/augmentation/blend';
export type { ClipTransform, Crop } from './data/augmentation/clip-transform';
export { createClipBatch } from './data/clip-source';
export type { BatchOptions, ClipBatch, ClipSource, ClipSourceReport, PlannedClip } from './data/clip-source';
export type {
  BrokenOffVideo,
  DamagedVideo,
  OtherRate,
  ShortVideo,
  SkippedVideo,
  VideoPart,
} from './data/video/broken-videos';

export { callbacks, defineCallback } from './training/callbacks/registry';
export type { CallbackChoice } from './training/callbacks/chosen-callbacks';
export type { BatchLogs, Callback, Control, Ending, Phase, PhaseInfo, Run } from './training/callback';
export type { MovinetModel, MovinetModelParts } from './model/movinet-model';
export type { EpochRecord, RunState, Snapshot, ValidationRecord } from './training/run-state';

// What those mention.
export type { TrainingOptions } from './model/training-options';
export type { TrainingData, TrainingRecord } from './model/training-record';
export type {
  Architecture,
  BatchNorm,
  Block,
  Conv,
  Parameter,
  ParameterRole,
  SqueezeExcitation,
  Stage,
} from './movinet/architecture';
export type {
  Activation,
  ConvType,
  GatingActivation,
  ModelId,
  ModelKind,
  MovinetOptions,
  MovinetOverrides,
  SqueezeExcitationType,
} from './movinet/options';
export type { BlockVariant, Variant, VariantName } from './movinet/variants';

import { augmentations } from './data/augmentation/augmentations';
import { gradientTransforms } from './learning/gradient-transform';
import { losses } from './learning/loss';
import { optimizers } from './learning/optimizer';
import { schedules } from './learning/schedule';
import { weightAverages } from './learning/weight-average';
import { metrics } from './metrics/metrics';

/**
 * Adds a kind of loss and returns what describes one: a function of its options.
 *
 * @param options a zod object that states their defaults and ranges.
 * @param build makes it from checked options.
 * @throws UsageError where the kind exists.
 * @function
 */
export const defineLoss: typeof losses.define = (kind, options, build) => losses.define(kind, options, build);
/**
 * Adds a kind of optimizer and returns what describes one: a function of its options.
 *
 * @param options a zod object that states their defaults and ranges.
 * @param build makes it from checked options.
 * @throws UsageError where the kind exists.
 * @function
 */
export const defineOptimizer: typeof optimizers.define = (kind, options, build) =>
  optimizers.define(kind, options, build);
/**
 * Adds a kind of schedule of learning rates and returns what describes one: a function of its options.
 *
 * @param options a zod object that states their defaults and ranges.
 * @param build makes it from checked options.
 * @throws UsageError where the kind exists.
 * @function
 */
export const defineSchedule: typeof schedules.define = (kind, options, build) => schedules.define(kind, options, build);
/**
 * Adds a kind of metric and returns what describes one: a function of its options.
 *
 * @param options a zod object that states their defaults and ranges.
 * @param build makes it from checked options.
 * @throws UsageError where the kind exists.
 * @function
 */
export const defineMetric: typeof metrics.define = (kind, options, build) => metrics.define(kind, options, build);
/**
 * Adds a kind of augmentation of clips and returns what describes one: a function of its options.
 *
 * @param options a zod object that states their defaults and ranges.
 * @param build makes it from checked options.
 * @throws UsageError where the kind exists.
 * @function
 */
export const defineAugmentation: typeof augmentations.define = (kind, options, build) =>
  augmentations.define(kind, options, build);
/**
 * Adds a kind of transform of gradients and returns what describes one: a function of its options.
 *
 * @param options a zod object that states their defaults and ranges.
 * @param build makes it from checked options.
 * @throws UsageError where the kind exists.
 * @function
 */
export const defineGradientTransform: typeof gradientTransforms.define = (kind, options, build) =>
  gradientTransforms.define(kind, options, build);
/**
 * Adds a kind of average of weights and returns what describes one: a function of its options.
 *
 * @param options a zod object that states their defaults and ranges.
 * @param build makes it from checked options.
 * @throws UsageError where the kind exists.
 * @function
 */
export const defineWeightAverage: typeof weightAverages.define = (kind, options, build) =>
  weightAverages.define(kind, options, build);
