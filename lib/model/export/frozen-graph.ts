import { z } from 'zod';
import { integer, value } from '../../base/option-kinds';
import type { TaskKind } from '../../base/task';
import { refuseToStream } from '../../movinet/model-id';
import { buildInferenceGraph } from '../../movinet/inference-graph';
import type { ModelId } from '../../movinet/options';
import type { Addon } from '../../native/addon';
import type { GraphShape, Output } from '../../native/graph';
import type { MovinetModel } from '../movinet-model';
import { probabilityOf } from './saved-model-graph';

/** Sizes of a frozen graph's input: a number, or `any`. */
export interface FrozenShape {
  /** Clips in a batch. Default `any`. */
  readonly batchSize?: number | 'any';
  /** Frames of a clip. Default: those of the model's clips; of a stream 1. */
  readonly frames?: number | 'any';
  /** Height and width in pixels, one number where both are the same. Default: that of the model's clips. */
  readonly size?: number | 'any' | readonly [height: number | 'any', width: number | 'any'];
}

const sizeOrAny = () =>
  value<number | 'any'>(
    (given) => given === 'any' || integer(1).safeParse(given).success,
    'must be a whole number of at least 1, or `any`',
  );

/** For schemas of options. */
export const frozenShapeSchema = z
  .object({
    batchSize: sizeOrAny(),
    frames: sizeOrAny(),
    size: z.union([sizeOrAny(), z.tuple([sizeOrAny(), sizeOrAny()])]),
  })
  .partial();

/** A tensor of a frozen graph; −1 in a shape for any size. */
export interface FrozenTensor {
  /** As TensorFlow names outputs of operations: `image:0`. */
  readonly tensor: Output;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
}

/** What goes into a frozen graph and comes out: the content of `signature.json`. */
export interface FrozenSignature {
  readonly format: 1;
  readonly model: ModelId;
  readonly task: TaskKind;
  /** float32 [batch, frames, height, width, 3], RGB in [0, 1]. */
  readonly image: FrozenTensor;
  /** [batch, classes]; of a stream of all frames so far. */
  readonly logits: FrozenTensor;
  /** Of these: softmaxes, or sigmoids of a multi-label model. */
  readonly probabilities: FrozenTensor;
  /** What a stream carries from call to call, zeros before the first one, by the official names; `next`: its new value. Empty where clips are whole. */
  readonly states: readonly (FrozenTensor & { readonly name: string; readonly next: Output })[];
}

/**
 * A classifier as one serialized GraphDef of constants, batch normalisation folded, of operations that converters know. `stream`: its states are inputs and outputs. Throws
 * {@link UsageError} for a stream of a model that is not causal.
 */
export async function freezeModel(
  addon: Addon,
  model: MovinetModel,
  { stream, ...shape }: FrozenShape & { readonly stream: boolean },
): Promise<{ graph: Uint8Array; signature: FrozenSignature }> {
  if (stream && !model.options.causal) refuseToStream(model.id);
  const { batchSize = 'any', frames = stream ? 1 : model.clip.frames, size = model.clip.size } = shape;
  const [batch, length, height, width] = [batchSize, frames, ...(typeof size === 'object' ? size : [size, size])].map(
    (one) => (one === 'any' ? -1 : one),
  ) as [number, number, number, number];
  const built = await buildInferenceGraph(addon, model, {
    ...{ values: 'constants', inputName: 'image', states: stream },
    clip: { batch, frames: length, size: [height, width] },
  });
  const { builder: g, clips, states } = built;
  const named = (name: string, from: Output): Output => g.op('Identity', [from], {}, { name });
  const logits = named('logits', built.logits);
  const probabilities = named('probabilities', g.op(probabilityOf(model), [logits]));
  const perClass = { dtype: 'float32', shape: [batch, model.classes.length] } as const;
  const signature: FrozenSignature = {
    ...{ format: 1, model: model.id, task: model.task.kind },
    image: { tensor: clips, dtype: 'float32', shape: [batch, length, height, width, 3] },
    logits: { tensor: logits, ...perClass },
    probabilities: { tensor: probabilities, ...perClass },
    states: states.map(({ name, dtype, shape: given, input, output }) => ({
      ...{ name, tensor: input, dtype: dtype as FrozenTensor['dtype'], shape: knownOf(given, batch) },
      // The network gives every state that it reads a new value.
      next: named(`next_${name}`, output as Output),
    })),
  };
  return { graph: await g.graph.toGraphDef(), signature };
}

function knownOf(shape: GraphShape, batch: number): number[] {
  return (shape ?? []).map((size, axis) => (axis === 0 && size === -1 ? batch : size));
}
