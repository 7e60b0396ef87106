import type { Task } from '../base/task';
import { type WeightArray, Weights } from '../graph/weights';
import { seededUniform } from '../movinet/initialize';
import { overridesOf } from '../movinet/options';
import { createModel, createTransferModel, type MovinetModel } from './movinet-model';

/** Where a model's head comes from: as it was, its outputs in another order, or drawn anew. */
export type HeadOrigin = 'kept' | 'reordered' | 'new';

export interface AdaptedModel {
  readonly model: MovinetModel;
  readonly head: HeadOrigin;
}

export interface HeadOptions {
  /** Of a new head's initial weights. Default 0. */
  readonly seed?: number;
}

/**
 * A trained model for the task of a data set. Where that has the model's kind and the same names, in whatever order, the head stays, its outputs in the data
 * set's order; otherwise the backbone gets a new one.
 */
export async function adaptModel(model: MovinetModel, task: Task, options: HeadOptions = {}): Promise<AdaptedModel> {
  const origins = task.kind === model.task.kind ? originsOf(model.classes, task.classes) : undefined;
  if (origins === undefined) return { model: await replaceHead(model, task, options), head: 'new' };
  const inOrder = origins.every((origin, index) => origin === index);
  const weights = inOrder ? model.weights : model.weights.with(reordered(model, origins));
  const { id, clip, frameRate, training, overrides } = partsOf(model);
  return {
    model: createModel({ id, task, clip, frameRate, training, overrides }, weights),
    head: inOrder ? 'kept' : 'reordered',
  };
}

/**
 * The model's backbone under a new head for other classes, which has learned nothing, so without its record of training; network, clip and frame rate are the
 * model's. Keras' transfer learning, timm's `reset_classifier`.
 */
export async function replaceHead(
  model: MovinetModel,
  task: Task,
  { seed = 0 }: HeadOptions = {},
): Promise<MovinetModel> {
  const { id, clip, frameRate, overrides } = partsOf(model);
  return await createTransferModel({ id, task, clip, frameRate, overrides }, model.weights, seededUniform(seed));
}

function partsOf({ id, clip, frameRate, training, options }: MovinetModel) {
  return { id, clip, frameRate, training, overrides: overridesOf(options) };
}

/** For each class its index among the present ones; undefined where the names are not the same, each once. */
function originsOf(present: readonly string[], wanted: readonly string[]): number[] | undefined {
  if (present.length !== wanted.length) return undefined;
  // A file system may have taken a name apart into letters and accents.
  const [from, to] = [present, wanted].map((names) => names.map((name) => name.normalize('NFC'))) as [
    string[],
    string[],
  ];
  if (from.every((name, index) => name === to[index])) return [...from.keys()];
  const indices = new Map(from.map((name, index) => [name, index]));
  const origins = to.flatMap((name) => indices.get(name) ?? []);
  return new Set(origins).size === from.length ? origins : undefined;
}

/** The classifier's variables, whose last axis is the classes. */
function reordered({ architecture, weights }: MovinetModel, origins: readonly number[]): Weights {
  const { kernel, bias } = architecture.classifier;
  const result = new Weights();
  for (const parameter of bias === undefined ? [kernel] : [kernel, bias])
    result.set(parameter.path, reorderedLast(weights.get(parameter), origins));
  return result;
}

function reorderedLast({ shape, data }: WeightArray, origins: readonly number[]): WeightArray {
  const width = origins.length;
  const moved = data.map((_, i) => data[i - (i % width) + (origins[i % width] as number)] as number);
  return { shape, data: moved };
}
