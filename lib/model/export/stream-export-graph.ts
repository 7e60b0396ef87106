import { GraphBuilder } from '../../graph/builder';
import { cast, intConstant, placeholder } from '../../graph/ops';
import type { MovinetModel } from '../movinet-model';
import type { GraphValues } from '../../movinet/inference-graph';
import { MovinetNetwork } from '../../movinet/network/network';
import { NetworkParameters } from '../../movinet/network/parameters';
import { StreamStates, type StateTensor } from '../../movinet/network/build-context';
import { refuseToStream } from '../../movinet/model-id';
import { VariableStore } from '../../graph/variables';
import type { Addon } from '../../native/addon';
import type { GraphShape, Output } from '../../native/graph';
import type { DType } from '../../native/tensor';
import { encodeExportedGraph, type ExportedSignature, type SignatureTensor } from '../../formats/encode-saved-model';
import { CLASSES_ASSET } from './saved-model-graph';
import type { Architecture, Parameter } from '../../movinet/architecture';

/** The states under the names that the official export gives to the inputs of `call`. */
class CallStates extends StreamStates {
  constructor(private readonly builder: GraphBuilder) {
    super(builder);
  }

  override add(name: string, dtype: DType, shape: GraphShape): StateTensor {
    const input = placeholder(this.builder, dtype, shape, `call_${name}`);
    const state: StateTensor = { name, dtype, shape, input, output: undefined };
    this.tensors.push(state);
    return state;
  }
}

/**
 * The serialized SavedModel of a causal classifier, with the two signatures of the official stream export (specification §3.3): `call` from
 * `image` float32 [batch, frames, height, width, 3] and every state to `logits` [batch, classes] of all frames so far and every state's new value;
 * `init_states` from `input_shape` int32 [5] (what an `image` will have; the number of frames does not matter) to every state of a stream that has
 * seen nothing. Throws {@link UsageError} for a model that is not causal.
 */
export async function encodeStreamSavedModel(
  addon: Addon,
  model: MovinetModel,
  values: GraphValues = 'variables',
): Promise<Uint8Array> {
  if (!model.options.causal) refuseToStream(model.id);
  const g = new GraphBuilder(addon);
  const store = new VariableStore<Parameter>(g);
  const states = new CallStates(g);
  const call = await addCall(g, model, store, states, values);
  const initStates = addInitStates(g, model, states.tensors);
  return await encodeExportedGraph({
    builder: g,
    store,
    asset: CLASSES_ASSET,
    signatures: { call, init_states: initStates },
  });
}

async function addCall(
  g: GraphBuilder,
  model: MovinetModel,
  store: VariableStore<Parameter>,
  states: StreamStates,
  values: GraphValues,
): Promise<ExportedSignature> {
  const parameters = new NetworkParameters(g, store, {
    weights: model.weights,
    variables: () => values === 'variables',
    statistics: 'moving',
  });
  const image: SignatureTensor = {
    output: placeholder(g, 'float32', [-1, -1, -1, -1, 3], 'call_image'),
    dtype: 'float32',
    shape: [-1, -1, -1, -1, 3],
  };
  const network = new MovinetNetwork(g, model.architecture, parameters, { states });
  const logits = network.logits(await network.features(image.output));
  const sorted = byName(states.tensors);
  const results = withOfficialNames(g, 'StatefulPartitionedCall', [
    logits,
    // The network gives every state that it reads a new value.
    ...sorted.map(({ output }) => output as Output),
  ]);
  return {
    inputs: {
      image,
      ...Object.fromEntries(sorted.map((state) => [state.name, signatureTensor(state, state.input)])),
    },
    outputs: {
      logits: { output: results[0]!, dtype: 'float32', shape: [-1, model.classes.length] },
      ...Object.fromEntries(
        sorted.map((state, index) => [state.name, withAnyLength(signatureTensor(state, results[index + 1]!))]),
      ),
    },
  };
}

function addInitStates(g: GraphBuilder, model: MovinetModel, states: readonly StateTensor[]): ExportedSignature {
  const input = placeholder(g, 'int32', [5], 'init_states_input_shape');
  const sorted = byName(states);
  const zeros = g.inScope('init_states', () => {
    const inputShape = g.op('Identity', [input]);
    const [batch, height, width] = [0, 2, 3].map((axis) => element(g, inputShape, axis)) as [Output, Output, Output];
    const levels = halvings(model.architecture);
    return sorted.map(({ name, dtype, shape }) => {
      const given = [batch, undefined, ...[height, width].map((size) => halved(g, size, levels.get(name) ?? 0))];
      const sizes = (shape ?? []).map((size, axis) => (size >= 0 ? intConstant(g, size) : given[axis]!));
      return g.op('Fill', [g.op('Pack', [sizes]), cast(g, intConstant(g, 0), dtype)]);
    });
  });
  const results = withOfficialNames(g, 'PartitionedCall', zeros);
  return {
    inputs: { input_shape: { output: input, dtype: 'int32', shape: [5] } },
    outputs: Object.fromEntries(sorted.map((state, index) => [state.name, signatureTensor(state, results[index]!)])),
  };
}

/** The official export's outputs are those of one operation, in alphabetical order; clients may address them by its name. */
function withOfficialNames(g: GraphBuilder, name: string, values: Output[]): Output[] {
  return g.outputs('IdentityN', [values], {}, { name });
}

function byName(states: readonly StateTensor[]): StateTensor[] {
  return [...states].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function signatureTensor({ name, dtype, shape }: StateTensor, output: Output): SignatureTensor {
  if (dtype !== 'float32' && dtype !== 'int32') throw new Error(`The state ${name} has the dtype ${dtype}`);
  return { output, dtype, shape };
}

/** The official export does not know how many frames the buffers that it returns have. */
function withAnyLength(tensor: SignatureTensor): SignatureTensor {
  const isBuffer = tensor.shape?.[2] === -1;
  return isBuffer ? { ...tensor, shape: tensor.shape.with(1, -1) } : tensor;
}

function element(g: GraphBuilder, vector: Output, index: number): Output {
  return g.op('StridedSlice', [vector, intConstant(g, [index]), intConstant(g, [index + 1]), intConstant(g, [1])], {
    shrink_axis_mask: { int: 1 },
  });
}

/** ⌈size / 2^times⌉. */
function halved(g: GraphBuilder, size: Output, times: number): Output {
  const divisor = 2 ** times;
  return g.op('FloorDiv', [g.op('AddV2', [size, intConstant(g, divisor - 1)]), intConstant(g, divisor)]);
}

/**
 * How many times the frame's height and width are halved, rounding up, before each stream buffer, by the state's name. The buffer of a (2+1)-D
 * convolution stands behind the spatial half and its stride, that of a 3-D one before it (specification §3.1).
 */
function halvings({ stem, blocks }: Architecture): Map<string, number> {
  const result = new Map<string, number>();
  let level = Math.log2(stem.stride);
  for (const { name, feature, temporal } of blocks) {
    const before = level;
    level += Math.log2(feature.stride);
    result.set(`state_${name}_stream_buffer`, temporal ? level : before);
  }
  return result;
}
