import { CheckpointError, CheckpointMismatchError, TensorFlowError } from '../base/errors';
import type { Architecture, Parameter } from '../movinet/architecture';
import { Weights } from '../graph/weights';
import type { Addon } from '../native/addon';
import { readCheckpointIndex } from '../formats/checkpoint-index';
import { matchCheckpoint } from './match-checkpoint';
import { OBJECT_GRAPH_KEY, ObjectGraph } from '../formats/object-graph';
import { readTensors } from '../formats/tensor-bundle';

/**
 * The variables of `architecture` that `wanted` picks (all by default), from an official checkpoint of the model or of its backbone, or from a
 * SavedModel's variables; kernels of `2plus1d` and `3d_2plus1d` convolutions stand for each other.
 *
 * @throws CheckpointMismatchError that lists what is missing, of another shape and extra, where a variable is missing or of another shape, or a
 * layer has variables that the model's has not; CheckpointError that names the damaged file.
 */
export async function readCheckpoint(
  addon: Addon,
  prefix: string,
  architecture: Architecture,
  wanted: (parameter: Parameter) => boolean = () => true,
): Promise<Weights> {
  const index = await readCheckpointIndex(prefix);
  const graph = await readObjectGraph(addon, prefix);
  const objects = graph ?? ObjectGraph.ofKeys(index.map(({ key }) => key));
  const { keys, complete, ...differences } = matchCheckpoint(objects, index, architecture, wanted);
  const parameters = architecture.parameters.filter(wanted);
  if (!complete) throw new CheckpointMismatchError(`The checkpoint ${prefix}`, parameters.length, differences);
  const tensors = await reading(prefix, () =>
    readTensors(
      addon,
      prefix,
      parameters.map(({ path }) => keys.get(path) as string),
      'float32',
    ),
  );
  const weights = new Weights();
  try {
    parameters.forEach(({ path, shape }, position) => {
      const data = tensors[position]?.data() as Float32Array;
      weights.set(path, { shape, data: data.slice() });
    });
  } finally {
    tensors.forEach((tensor) => tensor.dispose());
  }
  return weights;
}

/** Reads a checkpoint's object graph; undefined for a checkpoint without one. */
export async function readObjectGraph(addon: Addon, prefix: string): Promise<ObjectGraph | undefined> {
  try {
    const [tensor] = await readTensors(addon, prefix, [OBJECT_GRAPH_KEY], 'string');
    using graph = tensor as NonNullable<typeof tensor>;
    return ObjectGraph.decode(graph.strings()[0] ?? new Uint8Array());
  } catch (error) {
    if (error instanceof TensorFlowError && error.status === 'NOT_FOUND' && error.message.includes(OBJECT_GRAPH_KEY)) {
      return undefined;
    }
    throw damaged(prefix, error);
  }
}

async function reading<T>(prefix: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw damaged(prefix, error);
  }
}

function damaged(prefix: string, error: unknown): unknown {
  if (!(error instanceof TensorFlowError)) return error;
  const reason = error.message.split('\n')[0] ?? '';
  return new CheckpointError(`The checkpoint ${prefix} cannot be read (${error.status}: ${reason}); fetch it again`, {
    cause: error,
  });
}
