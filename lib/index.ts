/**
 * The public surface: what a script that fine-tunes, evaluates or applies a classifier needs.
 *
 * @module movinet-native
 */
export * from './base/errors';
export { loadAddon, type Addon } from './native/addon';
export type { BatchOptions, ClipBatch, ClipSource, ClipSourceReport, PlannedClip } from './data/clip-source';
export { loadVideoDataset, LoadedVideoDataset, type LoadVideoDatasetOptions } from './data/load-video-dataset';
export { VideoClipDataset, type VideoClipDatasetOptions } from './data/video-clip-dataset';
export type {
  BrokenOffVideo,
  DamagedVideo,
  OtherRate,
  ShortVideo,
  SkippedVideo,
  VideoPart,
} from './data/video/broken-videos';
export {
  colourJitter,
  cutMix,
  grey,
  horizontalFlip,
  mixUp,
  randomResizedCrop,
  temporalJitter,
} from './data/augmentation/augmentations';
export { describeAugmentations, parseAugmentations } from './data/augmentation/parse';
export type { ReadingOptions } from './native/video';
export { parseSplit, type SplitRule } from './data/lists/splits/rule';
export { listVideoDataset, type DatasetIndex, type SplitOptions } from './data/lists/video-dataset';
export { recordDataset, recordJson, recordOf, type DatasetRecord } from './data/lists/record/dataset-record';
export { listRecordedDataset } from './data/lists/record/recorded-dataset';
export { findOverlap, type OverlappingClip } from './data/lists/record/overlap';
export { downloadUcf101Subset, type Ucf101Download, type Ucf101Subset } from './data/lists/ucf101';
export type { KernelKind } from './native/kernels';
export { setProcessThreads, type Precision, type SessionConfig } from './runtime/session-config';
export { RunProfile, type OperationTime } from './runtime/run-profile';
export { MODEL_IDS } from './movinet/model-id';
export type { ModelId, MovinetOptions, MovinetOverrides } from './movinet/options';
export { MovinetModel, type MovinetModelParts } from './model/movinet-model';
export type { ClipOptions, ClipSpec, FrameSpacing, PixelType, ShortVideos } from './base/clip';
export { ModelStream, type ModelStreamOptions } from './inference/model-stream';
export type { SavedState, SavedStateTensor } from './inference/saved-state';
export {
  createClassifier,
  loadModel,
  saveModel,
  type AddonOption,
  type ClassifierOptions,
  type LoadModelOptions,
} from './model/classifier';
export { adaptModel, replaceHead, type AdaptedModel, type HeadOptions, type HeadOrigin } from './model/adapt-head';
export { softwareVersions, type TrainingData, type TrainingRecord } from './model/training-record';
export type { TrainingOptions } from './model/training-options';
export { labelsAbove, multiLabel, probabilities, singleLabel, topClasses } from './base/task';
export type { Target, Task, TaskKind } from './base/task';
export { Trainer, type FitOptions, type FitResult } from './training/trainer';
export type { TrainerOptions } from './training/trainer-options';
export type { BatchNormMode } from './training/step/step-graph';
export type { StageRates, Unfreeze } from './training/step/stages';
export type { TrainingPhase } from './training/phases';
export type { ClassWeights } from './training/class-weights';
export type { FeatureCacheOptions } from './inference/features/feature-rows';
export {
  fineTune,
  type FineTuneOptions,
  fineTunePhases,
  type FineTuneResult,
  type UnfreezingOptions,
} from './training/tuning/fine-tune';
export {
  findLearningRate,
  type FindLearningRateOptions,
  type LearningRateRange,
} from './training/tuning/find-learning-rate';
export type { RateSuggestion } from './training/tuning/rate-suggestion';
export { learningRateChart, type LearningRates } from './report/svg/learning-rate-chart';
export type { Chart } from './report/svg/confusion-matrix-chart';
export { limitOf, type TrainingLimit } from './metrics/history/training-limit';
export type { BatchLogs, Callback, Control, Ending, Phase, PhaseInfo, Run } from './training/callback';
export type { CallbackChoice } from './training/callbacks/chosen-callbacks';
export { earlyStopping } from './training/callbacks/early-stopping';
export { reduceOnPlateau } from './training/callbacks/reduce-on-plateau';
export { checkpoints } from './training/callbacks/checkpoints';
export { csvLog } from './training/logs/csv-log';
export { jsonLinesLog } from './training/logs/json-lines-log';
export { tensorBoard } from './training/logs/tensor-board';
export { RunStore, type LoadedSnapshot, type RunStoreOptions, type StoredSnapshot } from './training/store/run-store';
export type { RunState, Snapshot, ValidationRecord } from './training/run-state';
export { Weights, type WeightArray } from './graph/weights';
export type { ClassifiedClip, Evaluation } from './metrics/evaluation';
export type { Measured, Meter, Metric, Metrics } from './metrics/metric';
export {
  accuracy,
  cohenKappa,
  confusionMatrix,
  expectedCalibrationError,
  f1,
  hammingLoss,
  loss,
  meanAveragePrecision,
  MeanMeter,
  precision,
  recall,
  subsetAccuracy,
  topK,
} from './metrics/metrics';
export {
  readAveragePrecision,
  readConfusion,
  readPerClass,
  readReliability,
  type ClassAveragePrecision,
  type Details,
  type ReliabilityBin,
} from './metrics/details';
export type { MetricChoice } from './metrics/meters';
export { shownMetrics, type ShownMetrics } from './metrics/shown';
export type { Described, Json } from './base/described';
export { adam, adamW, rmsprop, sgd } from './learning/optimizer';
export {
  constant,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  piecewiseConstant,
  polynomialDecay,
  stepDecay,
  warmUp,
} from './learning/schedule';
export { clipByGlobalNorm, clipByNorm, clipByValue } from './learning/gradient-transform';
export { exponentialMovingAverage } from './learning/weight-average';
export {
  binaryCrossEntropy,
  binaryFocalCrossEntropy,
  categoricalCrossEntropy,
  categoricalFocalCrossEntropy,
  defaultLoss,
} from './learning/loss';
export { chooseDevice, type ChosenDevice } from './runtime/device';
export { buildConfusionMatrix, type ConfusionMatrix } from './metrics/confusion-matrix';
export { scoreLabels, type LabelScores } from './metrics/label-scores';
export { historyJson, parseHistory, type EpochRecord, type EpochTiming, type History } from './metrics/history/history';
export { VideoFrames, type FrameSource, type VideoChunk, type VideoFramesOptions } from './data/video/video-frames';
export { ReconnectingVideo, type LostConnection, type ReconnectingVideoOptions } from './data/video/reconnecting-video';
export { classifyStream, type ClassifyStreamOptions, type StreamClassification } from './inference/classify-stream';
export { RecentStream } from './inference/recent-stream';
export { exportModel, EXPORT_FORMATS, type ExportFormat, type ExportOptions } from './model/export/export-model';
export type { FrozenShape, FrozenSignature, FrozenTensor } from './model/export/frozen-graph';
export { inspectPath, type Inspection } from './formats/inspect';
export { runSignature } from './formats/signatures';
export { openModel, type OpenModelOptions, type PretrainedOptions } from './model/open-model';
export { Predictor, type CallOptions, type PredictorOptions, type VideoInput } from './inference/predictor';
export type { RgbFrames } from './data/rgb-frames';
export type { Prediction } from './inference/file-views';

// What those mention.
export type { AnyIterable } from './base/in-order';
export type { ClipBlend } from './data/augmentation/blend';
export type { ClipTransform, Crop } from './data/augmentation/clip-transform';
export type { AllocateTensor } from './data/clip-decoding';
export type { ClipPlan, ClipPlanner, Redraw } from './data/clip-planner';
export type { Sampling } from './data/epochs/balanced-sampling';
export type { VideoReport } from './data/clip-report';
export type { RecordedVideo } from './data/lists/record/dataset-record';
export type { DatasetPart, DatasetRow, VideoRow } from './data/lists/row';
export type { AppliedRule } from './data/lists/splits/rule';
export type { Ucf101Selection } from './data/lists/ucf101';
export type { DatasetIndexOptions } from './data/lists/video-dataset';
export type { ListContext, ListOptions } from './data/lists/video-list';
export type { BrokenVideos } from './data/video/broken-videos';
export type { ClipPosition, StartMode } from './data/video/sampling';
export type { VideoIndexer } from './data/video/video-indexer';
export type { InspectedGraph, InspectedSignature, InspectedTensor } from './formats/inspect-saved-model';
export type { InspectedVariable } from './formats/inspect';
export type { VariableKey } from './graph/variables';
export type { FileDownloadProgress } from './io/file-download';
export type { HttpOptions } from './io/http';
export type { FileSize } from './io/look';
export type { DownloadOptions, DownloadProgress } from './io/member-download';
export type { RemoteFileOptions } from './io/remote-file';
export type { ClassScores, MacroScores } from './metrics/class-scores';
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
export type { Activation, ConvType, GatingActivation, ModelKind, SqueezeExcitationType } from './movinet/options';
export type { BlockVariant, Variant, VariantName } from './movinet/variants';
export type { AttributeValue, GraphShape, NativeGraph, OperationSpec, Output } from './native/graph';
export type { DeviceInfo, LoadedSavedModel, NativeSession, RunPlan, TracedRun } from './native/session';
export type { DType, NativeTensor, TensorData } from './native/tensor';
export type {
  ClipMix,
  ClipRequest,
  ClipResult,
  FrameTransform,
  IndexOptions,
  IndexResult,
  NativeClipDecoder,
  NativeVideoReader,
  NativeVideoWriter,
  OpenVideoOptions,
  ReadPosition,
  VideoAddon,
  VideoIndex,
  VideoInfo,
  VideoNote,
} from './native/video';
export type { PassedOver } from './training/store/run-store';
