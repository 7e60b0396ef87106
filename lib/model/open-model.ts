import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import type { ClipSpec } from '../base/clip';
import { CheckpointError, CheckpointMismatchError, UsageError } from '../base/errors';
import { anything, callback, oneOf, signal as anySignal, text } from '../base/option-kinds';
import type { FileDownloadProgress } from '../io/file-download';
import { exists } from '../io/look';
import type { Architecture } from '../movinet/architecture';
import { architectureOf } from '../movinet/describe-movinet';
import { MODEL_IDS, parseModelId } from '../movinet/model-id';
import { GATING_ACTIVATIONS, type GatingActivation, type ModelId } from '../movinet/options';
import { VARIANTS } from '../movinet/variants';
import { loadAddon, type Addon } from '../native/addon';
import { loadModel, publishedOverrides, readClassifier } from './classifier';
import { readModelDescription } from './model-folder';
import type { MovinetModel } from './movinet-model';
import { kinetics600Labels } from './pretrained/kinetics-labels';
import { PRESET_NAME } from './pretrained/presets';
import { resolveWeights } from './pretrained/resolve-weights';

/** What a model id needs beside it; the folder of a model has its own. */
export interface PretrainedOptions {
  /** The prefix of a checkpoint or one of its files, a folder of a checkpoint or a SavedModel, a `.tar.gz`, `.tgz` or `.tar` of either, the http(s) address of one, or `kinetics600`: the official weights, the default. */
  readonly weights?: string;
  /** A file with the names of the weights' classes, one a line. Default: Kinetics-600's. */
  readonly labels?: string;
  /** Which sigmoid the gates of a stream model have. Default: that of the weights where they are the published ones, else the model id's. */
  readonly gatingActivation?: GatingActivation;
}

export interface OpenModelOptions extends PretrainedOptions {
  readonly onDownload?: (progress: FileDownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

const schema = z
  .object({
    ...{ weights: text(), labels: text(), gatingActivation: oneOf(GATING_ACTIVATIONS), signal: anySignal() },
    onDownload: callback<NonNullable<OpenModelOptions['onDownload']>>(),
    addon: anything<Addon>(),
  } satisfies OptionShape<OpenModelOptions>)
  .partial();

/** Frames of a video that a pretrained model's clip spans. */
const CLIP_FRAMES = 80;

/** The model id that `model` is; undefined where it is a folder. Throws {@link UsageError} for what is neither. */
export async function modelIdOf(model: string, pretrained: PretrainedOptions = {}): Promise<ModelId | undefined> {
  if (await exists(model)) {
    const { weights, labels, gatingActivation } = pretrained;
    if ([weights, labels, gatingActivation].every((option) => option === undefined)) return undefined;
    throw new UsageError('`weights`, `labels` and `gatingActivation` go with a model id; a model folder has its own');
  }
  const id = MODEL_IDS.find((candidate) => candidate === model);
  if (id === undefined) {
    throw new UsageError(
      `There is no model "${model}": give the folder model/ of a run, or one of ${MODEL_IDS.join(', ')}`,
    );
  }
  return id;
}

/** What network {@link openModel} would open and how its clips are cut, before any weights are fetched or read. */
export async function modelToOpen(
  model: string,
  pretrained: PretrainedOptions = {},
): Promise<{ id: ModelId; architecture: Architecture; clip: ClipSpec }> {
  const id = await modelIdOf(model, pretrained);
  if (id !== undefined) return { id, architecture: architectureOf(id, 1), clip: pretrainedClip(id) };
  const { model: own, task, options, clip } = await readModelDescription(model);
  return { id: own, architecture: architectureOf(own, task.classes.length, options), clip };
}

/**
 * Opens the folder of a model, such as `runs/first/model`, or a pretrained classifier with its own head by its model id, such as `a2-base`.
 *
 * @throws UsageError for what is neither; CheckpointError, DownloadError; the signal's reason.
 */
export async function openModel(model: string, options: OpenModelOptions = {}): Promise<MovinetModel> {
  checkOptions('openModel', schema, options);
  const { addon = loadAddon() } = options;
  const id = await modelIdOf(model, options);
  return id === undefined ? loadModel(model, { addon }) : readPretrained(id, { ...options, addon });
}

/** Weights of a stream model do not say which of two hard sigmoids they were trained with, and the wrong one costs accuracy silently. */
export function gateNote(id: ModelId, weights: string, gatingActivation: string | undefined): string | undefined {
  const isKnown = gatingActivation !== undefined || 'gatingActivation' in publishedOverrides(id, weights);
  if (isKnown || !id.endsWith('-stream')) return undefined;
  return 'Gates: hard_sigmoid, the official code’s since 2022; for weights published in 2021 give `gatingActivation` keras_hard_sigmoid';
}

/** Some three seconds of a video as the published weights were trained on it (specification §1.2). */
function pretrainedClip(id: ModelId): ClipSpec {
  const { nativeSize, nativeFrameStep } = VARIANTS[parseModelId(id).variant];
  return {
    size: nativeSize,
    frames: Math.round(CLIP_FRAMES / nativeFrameStep),
    every: { frames: nativeFrameStep },
    short: 'zero',
  };
}

async function readPretrained(id: ModelId, options: OpenModelOptions & { addon: Addon }): Promise<MovinetModel> {
  const { weights = PRESET_NAME, labels, gatingActivation, onDownload, signal, addon } = options;
  const classes = labels === undefined ? kinetics600Labels() : await readLabels(labels);
  const prefix = await resolveWeights(weights, id, { signal, onProgress: onDownload });
  const overrides = { ...publishedOverrides(id, weights), ...(gatingActivation ? { gatingActivation } : {}) };
  const clip = pretrainedClip(id);
  try {
    return await readClassifier({
      ...{ model: id, classes, weights: prefix, clip, overrides, addon },
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    const actual = error instanceof CheckpointMismatchError ? otherClassCount(error) : undefined;
    if (actual === undefined) throw error;
    throw new CheckpointError(
      labels === undefined
        ? `The weights ${weights} have ${actual} classes, not the ${classes.length} of Kinetics-600: give \`labels\`, a file with their names`
        : `The weights ${weights} have ${actual} classes, but ${labels} has ${classes.length} labels: does it belong to them?`,
      { cause: error },
    );
  }
}

/** How many classes the weights have, where that is all in which they differ from the model. */
function otherClassCount({ missing, mismatched, extra }: CheckpointMismatchError): number | undefined {
  const onlyClassifier = mismatched.every(({ path }) => path.startsWith('layer_with_weights-1/_classifier/'));
  return onlyClassifier && missing.length + extra.length === 0 ? mismatched[0]?.actual.at(-1) : undefined;
}

async function readLabels(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`Cannot read the labels ${path}: ${(error as Error).message}`);
  });
  const labels = text.split(/\r?\n/).map((line) => line.trim());
  while (labels.at(-1) === '') labels.pop();
  if (labels.length === 0) throw new UsageError(`${path} has no labels: give a file with the name of one class a line`);
  const wrong = labels.findIndex((label, at) => label === '' || labels.indexOf(label) !== at);
  if (wrong >= 0)
    throw new UsageError(
      `${path}:${wrong + 1} ${labels[wrong] === '' ? 'is empty' : `has "${labels[wrong]}" once more`}: each line names another class`,
    );
  return labels;
}
