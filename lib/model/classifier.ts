import type { TaskKind } from '../base/task';
import { derive } from '../base/random';
import { architectureOf } from '../movinet/describe-movinet';
import { createModel, createTransferModel, type MovinetModel } from './movinet-model';
import { isHead } from '../movinet/architecture';
import type { Uniform } from '../movinet/initialize';
import { checkOverrides, type ModelId, type MovinetOverrides } from '../movinet/options';
import type { Weights } from '../graph/weights';
import { loadAddon, type Addon } from '../native/addon';
import * as modelFolder from './model-folder';
import { presetPlaces } from './pretrained/preset-places';
import { PRESET_NAME } from './pretrained/presets';
import { readCheckpoint } from './read-checkpoint';
import { resolveWeights } from './pretrained/resolve-weights';

export interface ClassifierOptions {
  readonly model: ModelId;
  /** Names in the order of the outputs. */
  readonly classes: readonly string[];
  /** Whether a clip has one class or any number of them. Default `single-label`. */
  readonly kind?: TaskKind;
  /**
   * `kinetics600` (default): the official weights, from the cache or downloaded. Otherwise a checkpoint's prefix, a folder or an archive with a
   * checkpoint or a SavedModel in it, or an archive's address.
   */
  readonly weights?: string;
  /** How the clips will be cut; stored with the model. Default: 224², 8 frames, frame step 15. */
  readonly clip?: MovinetModel['clip'];
  /** For the new head. Default 0. */
  readonly seed?: number;
  /** Changes to the model's own options, such as `{ dropoutRate: 0.2 }`; they are stored with the model. */
  readonly overrides?: MovinetOverrides;
  readonly signal?: AbortSignal;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
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

/** Uniform numbers for initial weights: an independent stream for each variable. */
export function seededUniform(seed: number): Uniform {
  return (path) => {
    const random = derive(seed, 'weights', path);
    return () => random.float();
  };
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
 * A classifier to fine-tune: the backbone of a checkpoint under a new head for these classes. Throws UsageError for options that are none,
 * CheckpointError, DownloadError.
 */
export async function createClassifier(options: ClassifierOptions): Promise<MovinetModel> {
  const { model, classes, kind = 'single-label', weights = PRESET_NAME, clip, seed = 0, addon, signal } = options;
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
  const { model, classes, kind = 'single-label', weights = PRESET_NAME, clip, addon = loadAddon(), signal } = options;
  const overrides = { ...publishedOverrides(model, weights), ...checkOverrides(options.overrides ?? {}) };
  const prefix = await resolveWeights(weights, model, { signal });
  const read = await readCheckpoint(addon, prefix, architectureOf(model, classes.length, overrides));
  return createModel({ id: model, task: { kind, classes }, overrides, ...(clip ? { clip } : {}) }, read);
}

interface AddonOption {
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

/** Reads a model folder that {@link saveModel} wrote. Throws CheckpointError. */
export function loadModel(folder: string, { addon = loadAddon() }: AddonOption = {}): Promise<MovinetModel> {
  return modelFolder.loadModel(addon, folder);
}

/** Writes a SavedModel folder, whole or not at all. Throws OutputError. */
export function saveModel(
  model: MovinetModel,
  folder: string,
  { addon = loadAddon() }: AddonOption = {},
): Promise<void> {
  return modelFolder.saveModel(addon, model, folder);
}
