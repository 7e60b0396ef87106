import type { Described } from '../../base/described';
import { givenOptions } from '../../base/check-options';
import { type ClipSpec, clipSpec, TUTORIAL_CLIP } from '../../base/clip';
import { probe } from '../../io/http';
import { downloadUcf101Subset, findUcf101Subset, UCF101_URL } from '../../data/lists/ucf101';
import { DownloadError, UsageError } from '../../base/errors';
import type { ModelId, MovinetOverrides } from '../../movinet/options';
import type { Addon } from '../../native/addon';
import type { Task } from '../../base/task';
import { type DatasetRecord, recordOf } from '../../data/lists/record/dataset-record';
import { type AdaptedModel, adaptModel } from '../../model/adapt-head';
import { loadModel, readBackbone, trainingOverrides } from '../../model/classifier';
import { isModelFolder, type ModelDescription, readModelDescription } from '../../model/model-folder';
import { createTransferModel } from '../../model/movinet-model';
import { modelIdOf } from '../../model/open-model';
import { seededUniform } from '../../movinet/initialize';
import { samePlace } from '../evaluation-data';
import { splitOptionsFrom } from '../program/data-options';
import type * as MotionClips from '../../sample/motion-clips';
import { SAMPLE_BACKBONE, SAMPLE_SETTINGS } from '../../sample/settings';
import { PRESET_NAME } from '../../model/pretrained/presets';
import { findWeights } from '../program/model-options';
import type { ProgressSink } from '../terminal/progress-sink';
import { rateOf } from './learning/schedule';
import type { TrainOptions } from './options';

/** How a run trains; everything here has a default that depends on the data. */
export interface TrainingSettings {
  readonly clip: ClipSpec;
  readonly batchSize: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** A name of the command's, or a description. */
  readonly schedule: string | Described<'schedule'>;
  readonly unfreeze: string;
}

/** A trained model that a run goes on from. */
export interface TrainedModel {
  readonly folder: string;
  readonly description: ModelDescription;
  /** What it was trained on. */
  readonly record: DatasetRecord | undefined;
}

/** What a run trains on and from. */
export interface TrainingInputs {
  readonly model: ModelId;
  readonly dataFolder: string;
  readonly split: string;
  /** The data set is that of the trained model's run, to be divided as that had it. */
  readonly recorded?: DatasetRecord;
  /** As the user named them, or as a run names them by default. */
  readonly weights: string;
  /** The trained model, or the checkpoint prefix of the backbone. */
  readonly start: TrainedModel | string;
  readonly settings: TrainingSettings;
}

export interface InputContext {
  readonly addon: Addon;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** The tutorial's values. */
export const TUTORIAL_SETTINGS: TrainingSettings = {
  clip: TUTORIAL_CLIP,
  batchSize: 8,
  epochs: 2,
  learningRate: 1e-3,
  schedule: 'constant',
  unfreeze: 'head',
};

export function sampleSettings(): TrainingSettings {
  const { size, frames, frameStep, batchSize, epochs, learningRate, schedule, unfreeze } = SAMPLE_SETTINGS;
  const clip = clipSpec({ size, frames, frameStep });
  return { clip, batchSize, epochs, learningRate, schedule, unfreeze };
}

/** How long a machine without a network may keep the user waiting. */
const REACHABLE_WITHIN_MS = 4000;

export const DEFAULT_MODEL: ModelId = 'a0-base';

/** The settings that the user gave, over the defaults. */
export function settingsFrom(defaults: TrainingSettings, options: TrainOptions): TrainingSettings {
  const { batchSize, epochs, learningRate, schedule, unfreeze, optimizer, frozenEpochs, fastDevRun } = options;
  return {
    ...defaults,
    // What suits Adam is nothing to another one.
    ...(optimizer === undefined ? {} : { learningRate: rateOf(optimizer), schedule: 'constant' }),
    ...(frozenEpochs === undefined ? {} : { unfreeze: 'all' }),
    ...givenOptions({ batchSize, epochs, learningRate, schedule, unfreeze }),
    // One of each phase.
    ...(fastDevRun ? { epochs: frozenEpochs === undefined ? 1 : 2 } : {}),
    clip: clipSpec(options, defaults.clip),
  };
}

/** The trained model that the options name, if they do. Throws UsageError for what is no model, CheckpointError, DatasetError. */
export async function findTrainedModel({
  model,
  weights,
  gatingActivation,
  sample,
}: TrainOptions): Promise<TrainedModel | undefined> {
  if (sample) return undefined;
  const given = {
    ...(weights === undefined ? {} : { weights }),
    ...(gatingActivation === undefined ? {} : { gating: gatingActivation }),
  };
  const id = model === undefined ? undefined : await modelIdOf(model, given);
  const isFolder = model !== undefined && id === undefined;
  const folder = isFolder ? model : weights;
  if (folder === undefined || !(isFolder || (await isModelFolder(folder)))) return undefined;
  const description = await readModelDescription(folder);
  if (id !== undefined && id !== description.model)
    throw new UsageError(`${folder} is a model of the network ${description.model}, not ${id}: leave out --model`);
  return { folder, description, record: await recordOf(folder) };
}

/** Finds or fetches what the options name. Throws DownloadError, CheckpointError, UsageError. */
export async function findTrainingInputs(
  options: TrainOptions,
  context: InputContext,
  trained?: TrainedModel,
): Promise<TrainingInputs> {
  const { data, weights = PRESET_NAME, sample } = options;
  if (sample) {
    if (data !== undefined || options.weights !== undefined)
      throw new UsageError('--sample brings its own data and weights: leave out --data and --weights');
    return sampleInputs(options, context);
  }
  if (trained !== undefined) return trainedInputs(options, trained);
  const model = (options.model === undefined ? undefined : await modelIdOf(options.model)) ?? DEFAULT_MODEL;
  const settings = settingsFrom(TUTORIAL_SETTINGS, options);
  const split = options.split ?? 'auto';
  if (data !== undefined || options.weights !== undefined) {
    const prefix = await findWeights(model, weights, context);
    const dataFolder = data ?? (await ucf101Subset(context));
    return { model, dataFolder, split, weights, start: prefix, settings };
  }
  try {
    if ((await findUcf101Subset()) === undefined)
      await probe(UCF101_URL, { connectTimeoutMs: REACHABLE_WITHIN_MS, signal: context.signal });
    const prefix = await findWeights(model, weights, context);
    return { model, dataFolder: await ucf101Subset(context), split, weights, start: prefix, settings };
  } catch (error) {
    if (!(error instanceof DownloadError) || model !== SAMPLE_SETTINGS.model) throw error;
    context.progress.line(
      `Using the embedded sample, because the UCF101 subset and the official weights cannot be had: ${error.message}`,
    );
    return sampleInputs(options, context);
  }
}

async function trainedInputs(options: TrainOptions, trained: TrainedModel): Promise<TrainingInputs> {
  const { folder, record, description } = trained;
  const data = options.data ?? record?.data;
  if (data === undefined)
    throw new UsageError(
      `${folder} has no record of what it was trained on (dataset.json beside it): say with --data what to train it on`,
    );
  const divided = Object.values(splitOptionsFrom(options, undefined)).some((value) => value !== undefined);
  // Divided anew, clips that it was trained on would become test clips.
  const recorded = record !== undefined && !divided && (await samePlace(data, record.data)) ? { recorded: record } : {};
  const { model, clip } = description;
  return {
    ...{ model, dataFolder: data, split: options.split ?? 'auto', ...recorded },
    ...{ weights: folder, start: trained },
    settings: settingsFrom({ ...TUTORIAL_SETTINGS, clip }, options),
  };
}

/** Reads the numbers that a run begins with; the model is made of them once its data set's task is known. */
export async function readStart(
  { model: id, start, weights, settings: { clip } }: TrainingInputs,
  { gatingActivation, dropoutRate, stochasticDepthDropRate, weightDecay, seed }: TrainOptions,
  addon: Addon,
): Promise<(task: Task) => Promise<AdaptedModel>> {
  const changes: MovinetOverrides = {
    ...(gatingActivation === undefined ? {} : { gatingActivation }),
    ...(dropoutRate === undefined ? {} : { dropoutRate }),
    ...(stochasticDepthDropRate === undefined ? {} : { stochasticDepthDropRate }),
    ...(weightDecay === undefined ? {} : { weightDecay }),
  };
  if (typeof start !== 'string') {
    const model = (await loadModel(start.folder, { addon, overrides: changes })).withClip(clip);
    return (task) => adaptModel(model, task, { seed });
  }
  const overrides = trainingOverrides(id, weights, changes);
  const backbone = await readBackbone(id, start, { overrides, addon });
  return async (task) => ({
    model: await createTransferModel({ id, task, clip, overrides }, backbone, seededUniform(seed)),
    head: 'new',
  });
}

async function sampleInputs(options: TrainOptions, { addon, progress, signal }: InputContext): Promise<TrainingInputs> {
  const { model } = SAMPLE_SETTINGS;
  if (options.model !== undefined && options.model !== model)
    throw new UsageError(`The embedded sample has weights for ${model} only, not for ${options.model}`);
  const prefix = await findWeights(model, SAMPLE_BACKBONE, { progress, signal });
  let started = false;
  // Only here: a run on other videos does not load what draws the sample's.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` needs an ES module under ts-node.
  const { writeSampleClips } = require('../../sample/motion-clips') as typeof MotionClips;
  const { root, files, reused } = await writeSampleClips(addon, {
    signal,
    onProgress(written, total) {
      if (!started) progress.start({ label: 'Writing the sample', total, unit: 'clips' });
      started = true;
      progress.update(written);
    },
  });
  if (!reused) progress.end(`Wrote ${files} sample clips to ${root}`);
  return {
    model,
    dataFolder: root,
    split: options.split ?? 'folders',
    weights: SAMPLE_BACKBONE,
    start: prefix,
    settings: settingsFrom(sampleSettings(), options),
  };
}

async function ucf101Subset({ progress, signal }: InputContext): Promise<string> {
  const stored = await findUcf101Subset();
  if (stored !== undefined) return stored.folder;
  let started = false;
  const { folder, fileCount } = await downloadUcf101Subset({
    signal,
    onProgress({ bytes, totalBytes, files, totalFiles }) {
      if (!started) progress.start({ label: 'Downloading UCF101 clips', total: totalBytes, unit: 'bytes' });
      started = true;
      progress.update(bytes, { files, of: totalFiles });
    },
  });
  progress.end(`Downloaded ${fileCount} clips of UCF101 to ${folder}`);
  return folder;
}
