import { join } from 'node:path';
import { writeInto } from '../../io/whole-folder';
import { GraphBuilder } from '../../graph/builder';
import { floatConstant, stringConstant } from '../../graph/ops';
import type { MovinetModel } from '../movinet-model';
import type { Addon } from '../../native/addon';
import type { Output } from '../../native/graph';
import type { DType, NativeTensor } from '../../native/tensor';
import { OBJECT_GRAPH_KEY, checkpointKey, encodeObjectGraph } from '../../formats/object-graph';

const NAME = 'ckpt-1';
/** `tf.train.Checkpoint` counts its own saves in a variable, and misses it in a checkpoint without it. */
const SAVE_COUNTER = 'save_counter';

interface Saved {
  readonly key: string;
  readonly dtype: DType;
  readonly value: Output;
}

/**
 * Writes `ckpt-1` as `tf.train.Checkpoint(model=model).save(…)` does, with the `checkpoint` file that names it the latest, into a folder that
 * exists: `restore(…).assert_existing_objects_matched()` passes with the official Python model.
 */
export async function exportCheckpoint(addon: Addon, model: MovinetModel, folder: string): Promise<void> {
  const g = new GraphBuilder(addon);
  const { parameters } = model.architecture;
  const paths = parameters.map(({ path }) => `model/${path}`);
  const saved: Saved[] = parameters.map((parameter, index) => {
    const { data, shape } = model.weights.get(parameter);
    return { key: checkpointKey(paths[index]!), dtype: 'float32', value: floatConstant(g, data, [...shape]) };
  });
  saved.push({ key: checkpointKey(SAVE_COUNTER), dtype: 'int64', value: saveCount(g, 1n) });
  const objects = Buffer.from(encodeObjectGraph([...paths, SAVE_COUNTER]));
  const objectGraph = constant(g, 'string', addon.createStringTensor([objects], []));
  saved.push({ key: OBJECT_GRAPH_KEY, dtype: 'string', value: objectGraph });

  const prefix = stringConstant(g, [join(folder, NAME)], []);
  const keys = stringConstant(
    g,
    saved.map(({ key }) => key),
  );
  const slices = stringConstant(
    g,
    saved.map(() => ''),
  );
  const save = g.effect('SaveV2', [prefix, keys, slices, saved.map(({ value }) => value)], {
    dtypes: { types: saved.map(({ dtype }) => dtype) },
  });
  using session = await addon.createSession(g.graph);
  await session.run(session.prepare([], [], [save]), []);
  const state = `model_checkpoint_path: "${NAME}"\nall_model_checkpoint_paths: "${NAME}"\n`;
  await writeInto(folder, 'checkpoint', state);
}

function saveCount(g: GraphBuilder, count: bigint): Output {
  const tensor = g.addon.createTensor('int64', []);
  (tensor.data() as BigInt64Array).set([count]);
  return constant(g, 'int64', tensor);
}

/** Takes the tensor. */
function constant(g: GraphBuilder, dtype: DType, tensor: NativeTensor): Output {
  using value = tensor;
  return g.op('Const', [], { dtype: { type: dtype }, value: { tensor: value } });
}
