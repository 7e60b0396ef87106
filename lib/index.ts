/** The public surface: what a script that fine-tunes, evaluates or applies a classifier needs. */
export * from './base/errors';
export { loadAddon, type Addon } from './native/addon';
export type { BatchOptions, ClipBatch, ClipSource, ClipSourceReport } from './data/clip-batch';
export { loadVideoDataset, LoadedVideoDataset, type LoadVideoDatasetOptions } from './data/load-video-dataset';
export { VideoClipDataset, type VideoClipDatasetOptions } from './data/clip-dataset';
export { parseSplit, type SplitRule } from './data/splits';
export { downloadUcf101Subset, type Ucf101Download, type Ucf101Subset } from './data/ucf101';
export { setProcessThreads } from './runtime/session-config';
export { MODEL_IDS } from './movinet/model-id';
export type { ModelId, MovinetOptions, MovinetOverrides } from './movinet/options';
export { MovinetModel } from './model/movinet-model';
export type { ClipOptions } from './base/clip';
export type { ModelStream, ModelStreamOptions } from './movinet/stream/model-stream';
export type { SavedState, SavedStateTensor } from './movinet/stream/saved-state';
export { createClassifier, loadModel, saveModel, type ClassifierOptions } from './model/classifier';
export {
  classifyVideos,
  topClasses,
  type ClassifyVideosOptions,
  type VideoClassification,
} from './training/classify-videos';
export { Trainer, type FitOptions, type FitResult, type TrainerOptions } from './training/trainer';
export { earlyStopping, type BatchLogs, type Callback, type EpochLogs } from './training/callbacks';
export type { ClassifiedClip, Evaluation } from './training/evaluate-source';
export { adam, sgd, type Optimizer } from './training/optimizer';
export { cosineDecay, type Schedule } from './training/schedule';
export { sparseCategoricalCrossEntropy, type Loss } from './training/loss';
export { chooseDevice, type ChosenDevice } from './runtime/device';
export { buildConfusionMatrix, type ConfusionMatrix } from './report/confusion-matrix';
export { historyJson, parseHistory, type History } from './report/history';
export { VideoFrames, type VideoChunk, type VideoFramesOptions } from './streaming/video-frames';
export { classifyStream, type StreamClassification } from './streaming/classify-stream';
export { exportModel, EXPORT_FORMATS, type ExportFormat } from './model/export/export-model';
export { inspectPath, type Inspection } from './formats/inspect';
export { runSignature } from './formats/signatures';
export { openModel, type OpenModelOptions, type PretrainedOptions } from './model/open-model';
