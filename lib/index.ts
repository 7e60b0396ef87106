/** The public surface: what a script that fine-tunes, evaluates or applies a classifier needs. */
export * from './base/errors';
export { loadAddon, type Addon } from './native/addon';
export type { BatchOptions, ClipBatch, ClipSource, ClipSourceReport } from './data/clip-source';
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
export type { Augmentation } from './data/augmentation/augmentation';
export type { AugmentationOptions } from './data/augmentation/draw';
export { describeAugmentations, parseAugmentations } from './data/augmentation/parse';
export type { ReadingOptions } from './native/video';
export { parseSplit, type SplitRule } from './data/lists/splits/rule';
export { listVideoDataset, type DatasetIndex, type SplitOptions } from './data/lists/video-dataset';
export { recordDataset, recordJson, recordOf, type DatasetRecord } from './data/lists/record/dataset-record';
export { listRecordedDataset } from './data/lists/record/recorded-dataset';
export { findOverlap, type OverlappingClip } from './data/lists/record/overlap';
export { downloadUcf101Subset, type Ucf101Download, type Ucf101Subset } from './data/lists/ucf101';
export { setProcessThreads, type SessionConfig } from './runtime/session-config';
export { RunProfile } from './runtime/run-profile';
export { MODEL_IDS } from './movinet/model-id';
export type { ModelId, MovinetOptions, MovinetOverrides } from './movinet/options';
export { MovinetModel } from './model/movinet-model';
export type { ClipOptions, ClipSpec, FrameSpacing, ShortVideos } from './base/clip';
export { ModelStream, type ModelStreamOptions } from './inference/model-stream';
export type { SavedState, SavedStateTensor } from './inference/stream-state';
export { createClassifier, loadModel, saveModel, type ClassifierOptions } from './model/classifier';
export { labelsAbove, multiLabel, probabilities, singleLabel, topClasses } from './base/task';
export type { Target, Task, TaskKind } from './base/task';
export { Trainer, type FitOptions, type FitResult, type TrainerOptions } from './training/trainer';
export { earlyStopping, type BatchLogs, type Callback, type EpochLogs } from './training/callbacks';
export type { ClassifiedClip, Evaluation } from './metrics/evaluation';
export { adam, sgd, type Optimizer } from './learning/optimizer';
export { cosineDecay, type Schedule } from './learning/schedule';
export { binaryCrossEntropy, sparseCategoricalCrossEntropy, type Loss } from './learning/loss';
export { chooseDevice, type ChosenDevice } from './runtime/device';
export { buildConfusionMatrix, type ConfusionMatrix } from './metrics/confusion-matrix';
export { scoreLabels, type LabelScores } from './metrics/label-scores';
export { historyJson, parseHistory, type History } from './metrics/history';
export { VideoFrames, type FrameSource, type VideoChunk, type VideoFramesOptions } from './data/video/video-frames';
export { ReconnectingVideo, type LostConnection, type ReconnectingVideoOptions } from './data/video/reconnecting-video';
export { classifyStream, type ClassifyStreamOptions, type StreamClassification } from './inference/classify-stream';
export { RecentStream } from './inference/recent-stream';
export { exportModel, EXPORT_FORMATS, type ExportFormat } from './model/export/export-model';
export { inspectPath, type Inspection } from './formats/inspect';
export { runSignature } from './formats/signatures';
export { openModel, type OpenModelOptions, type PretrainedOptions } from './model/open-model';
export { Predictor, type PredictorOptions } from './inference/predictor';
export type { Prediction } from './inference/file-views';
