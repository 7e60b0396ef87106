import { z } from 'zod';
import { checkOptions, type OptionShape } from '../base/check-options';
import { clipSpecSchema } from '../base/clip';
import { anything, classNames, oneOf, seed as anySeed, signal as anySignal, text } from '../base/option-kinds';
import { type TaskKind, TASK_KINDS } from '../base/task';
import { architectureOf } from '../movinet/describe-movinet';
import { createModel, createTransferModel, type MovinetModel, modelSchema } from './movinet-model';
import { UsageError } from '../base/errors';
import { isHead } from '../movinet/architecture';
import { seededUniform } from '../movinet/initialize';
import { parseModelId } from '../movinet/model-id';
import { checkOverrides, type ModelId, type MovinetOverrides } from '../movinet/options';
import type { Weights } from '../graph/weights';
import { loadAddon, type Addon } from '../native/addon';
import { adaptModel } from './adapt-head';
import * as modelFolder from './model-folder';
import { presetPlaces } from './pretrained/preset-places';
import { PRESET_NAME } from './pretrained/presets';
import { readCheckpoint } from './read-checkpoint';
import { resolveWeights } from './pretrained/resolve-weights';
import type { TrainingOptions } from './training-options';

export { seededUniform };

export interface ClassifierOptions {
  readonly model: ModelId;
  /** Names in the order of the outputs. */
  readonly classes: readonly string[];
  /** Whether a clip has one class or any number of them. Default `single-label`. */
  readonly kind?: TaskKind;
  /**
   * `kinetics600` (default): the official weights, from the cache or downloaded. Otherwise the folder of a model of this library, whose head stays where its classes are
   * these; a checkpoint's prefix, a folder or an archive with a checkpoint or a SavedModel in it, or an archive's address: of these the backbone.
   */
  readonly weights?: string;
  /** How the clips will be cut; stored with the model. Default: that of a model's folder, else 224², 8 frames, frame step 15. */
  readonly clip?: MovinetModel['clip'];
  /** For a new head. Default 0. */
  readonly seed?: number;
  /** Changes to the model's own options, such as `{ dropoutRate: 0.2 }`; they are stored with the model. Of a model's folder only options of training. */
  readonly overrides?: MovinetOverrides;
  readonly signal?: AbortSignal;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

const optional = z
  .object({
    ...{ kind: oneOf(TASK_KINDS), weights: text(), clip: clipSpecSchema, seed: anySeed() },
    ...{ overrides: anything<MovinetOverrides>(), signal: anySignal(), addon: anything<Addon>() },
  } satisfies OptionShape<Omit<ClassifierOptions, 'model' | 'classes'>>)
  .partial();
const schema = z.object({ model: anything<ModelId>(), classes: classNames(), ...optional.shape });

/** Throws UsageError that names the option; the overrides are checked with the network. */
function checkClassifier(what: string, options: ClassifierOptions): void {
  parseModelId(checkOptions(what, schema, options).model);
}

/** The numbers of a checkpoint's backbone. Its head may have any number of classes. */
export async function readBackbone(
  model: ModelId,
  prefix: string,
  { overrides, addon = loadAddon() }: Pick<ClassifierOptions, 'overrides' | 'addon'> = {},
): Promise<Weights> {
  // The backbone does not depend on the number of classes.
  const architecture = architectureOf(model, 1, overrides);
  return readCheckpoint(addon, prefix, architecture, (parameter) => !isHead(parameter));
}

/** What the weights' origin says of the network: the published stream weights of 2021 had Keras' hard sigmoid of that time. */
export function publishedOverrides(model: ModelId, weights: string): MovinetOverrides {
  const published = weights === PRESET_NAME || presetPlaces(model).some(({ url }) => url === weights);
  return published && model.endsWith('-stream') ? { gatingActivation: 'keras_hard_sigmoid' } : {};
}

/** Options of networks to train; the fused batch normalisation differs from the official one by rounding only. */
export function trainingOverrides(model: ModelId, weights: string, given: MovinetOverrides = {}): MovinetOverrides {
  return { ...publishedOverrides(model, weights), fusedBatchNorm: true, ...checkOverrides(given) };
}

/**
 * A classifier to fine-tune: the backbone of a checkpoint under a new head for these classes, or a trained model, see {@link adaptModel}.
 *
 * @throws UsageError for options that are none, and for a model's folder of another network; CheckpointError, DownloadError.
 */
export async function createClassifier(options: ClassifierOptions): Promise<MovinetModel> {
  checkClassifier('createClassifier', options);
  const { model, classes, kind = 'single-label', weights = PRESET_NAME, clip, seed = 0, addon, signal } = options;
  if (await modelFolder.isModelFolder(weights)) {
    const loaded = await loadModel(weights, {
      ...(options.overrides ? { overrides: options.overrides } : {}),
      ...(addon ? { addon } : {}),
    });
    if (loaded.id !== model)
      throw new UsageError(`${weights} is a model of the network ${loaded.id}, not ${model}: name ${loaded.id}`);
    const { model: adapted } = await adaptModel(loaded, { kind, classes }, { seed });
    return clip ? adapted.withClip(clip) : adapted;
  }
  const overrides = trainingOverrides(model, weights, options.overrides);
  const prefix = await resolveWeights(weights, model, { signal });
  const backbone = await readBackbone(model, prefix, { overrides, ...(addon ? { addon } : {}) });
  return createTransferModel(
    { id: model, task: { kind, classes }, overrides, ...(clip ? { clip } : {}) },
    backbone,
    seededUniform(seed),
  );
}

/** A classifier as it stands in a checkpoint, head and all. Throws as {@link createClassifier}, also for another number of classes. */
export async function readClassifier(options: Omit<ClassifierOptions, 'seed'>): Promise<MovinetModel> {
  checkClassifier('readClassifier', options);
  const { model, classes, kind = 'single-label', weights = PRESET_NAME, clip, addon = loadAddon(), signal } = options;
  const overrides = { ...publishedOverrides(model, weights), ...checkOverrides(options.overrides ?? {}) };
  const prefix = await resolveWeights(weights, model, { signal });
  const read = await readCheckpoint(addon, prefix, architectureOf(model, classes.length, overrides));
  return createModel({ id: model, task: { kind, classes }, overrides, ...(clip ? { clip } : {}) }, read);
}

export interface AddonOption {
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

export interface LoadModelOptions extends AddonOption {
  /** How the model shall be trained from now on, see {@link MovinetModel.withOptions}. */
  readonly overrides?: TrainingOptions;
}

const folderSchema = z.object({ folder: text(), addon: anything<Addon>().optional() });
const loadSchema = folderSchema.extend({ overrides: anything<TrainingOptions>().optional() });

/**
 * Reads a model folder that {@link saveModel} wrote, head and all: a Trainer goes on from it.
 *
 * @throws CheckpointError; UsageError for options out of range, and for those of the architecture.
 */
export async function loadModel(folder: string, options: LoadModelOptions = {}): Promise<MovinetModel> {
  checkOptions('loadModel', loadSchema, { ...options, folder });
  const { addon = loadAddon(), overrides = {} } = options;
  return (await modelFolder.loadModel(addon, folder)).withOptions(overrides);
}

/** Writes a SavedModel folder, whole or not at all. Throws OutputError. */
export async function saveModel(model: MovinetModel, folder: string, options: AddonOption = {}): Promise<void> {
  checkOptions('saveModel', folderSchema.extend({ model: modelSchema }), { ...options, folder, model });
  const { addon = loadAddon() } = options;
  return modelFolder.saveModel(addon, model, folder);
}
