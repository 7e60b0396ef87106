import { CheckpointError, TensorFlowError } from '../errors';
import type { Architecture, Parameter } from '../movinet/architecture';
import { Weights } from '../movinet/weights';
import type { Addon } from '../native/addon';
import { OBJECT_GRAPH_KEY, ObjectGraph, checkpointKey } from './object-graph';
import { readTensors } from './tensor-bundle';

/** Where a checkpoint's model may stand in its object graph: below `model`, or at the root as in Keras SavedModels (specification §5.2). */
const MODEL_ROOTS = ['model/', ''];

/**
 * The variables of `architecture` that `wanted` picks (all by default), from an official checkpoint or a SavedModel's variables. Throws
 * {@link CheckpointError} that names what is missing or of another shape, or the damaged file.
 */
export async function readCheckpoint(
  addon: Addon,
  prefix: string,
  architecture: Architecture,
  wanted: (parameter: Parameter) => boolean = () => true,
): Promise<Weights> {
  const parameters = architecture.parameters.filter(wanted);
  const keys = await resolveKeys(addon, prefix, parameters);
  const missing = parameters.filter(({ path }) => !keys.has(path));
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).map(({ path }) => path);
    const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : '';
    throw new CheckpointError(
      `The checkpoint ${prefix} lacks ${missing.length} of ${parameters.length} variables: ${shown.join(', ')}${more}; is it another model's?`,
    );
  }
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
    parameters.forEach(({ path, shape }, index) => {
      const tensor = tensors[index];
      if (!tensor) return;
      if (tensor.shape.join() !== shape.join()) {
        throw new CheckpointError(
          `The checkpoint ${prefix} has ${path} with shape [${tensor.shape.join(', ')}], the model's is [${shape.join(', ')}]`,
        );
      }
      weights.set(path, { shape, data: (tensor.data() as Float32Array).slice() });
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
    if (error instanceof TensorFlowError && error.code === 'NOT_FOUND' && error.message.includes(OBJECT_GRAPH_KEY)) {
      return undefined;
    }
    throw damaged(prefix, error);
  }
}

async function resolveKeys(
  addon: Addon,
  prefix: string,
  parameters: readonly Parameter[],
): Promise<Map<string, string>> {
  const graph = await readObjectGraph(addon, prefix);
  const keys = new Map<string, string>();
  for (const { path } of parameters) {
    const key = graph
      ? MODEL_ROOTS.map((root) => graph.keyOf(root + path)).find((found) => found !== undefined)
      : checkpointKey(`model/${path}`);
    if (key !== undefined) keys.set(path, key);
  }
  return keys;
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
  return new CheckpointError(`The checkpoint ${prefix} cannot be read (${error.code}: ${reason}); fetch it again`, {
    cause: error,
  });
}
