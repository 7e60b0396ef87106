import { basename, dirname, join } from 'node:path';
import { OutputError } from '../base/errors';
import type { VariableKey } from '../graph/variables';
import type { WeightArray, Weights } from '../graph/weights';
import type { Addon } from '../native/addon';
import { OBJECT_GRAPH_KEY, checkpointKey, encodeObjectGraph } from './object-graph';
import { withFolderBeside } from '../io/folders';
import { placeFiles } from '../io/whole-file';
import { writeTensors } from './tensor-bundle';

/**
 * Writes an official checkpoint: `tf.train.Checkpoint(model=model).restore(prefix)` takes it. The files appear under their names when they are
 * complete. `wanted` picks the variables, all by default. Throws {@link OutputError}.
 */
export async function writeCheckpoint<Key extends VariableKey>(
  addon: Addon,
  prefix: string,
  { parameters }: { readonly parameters: readonly Key[] },
  weights: Weights,
  wanted: (parameter: Key) => boolean = () => true,
): Promise<void> {
  const arrays = new Map<string, WeightArray>();
  const paths: string[] = [];
  for (const parameter of parameters.filter(wanted)) {
    const path = `model/${parameter.path}`;
    paths.push(path);
    arrays.set(checkpointKey(path), weights.get(parameter));
  }
  const name = basename(prefix);
  try {
    await withFolderBeside(prefix, async (temporary) => {
      const graph = new Map([[OBJECT_GRAPH_KEY, encodeObjectGraph(paths)]]);
      await writeTensors(addon, join(temporary, name), arrays, graph);
      // The index last: a checkpoint without it does not exist.
      await placeFiles(temporary, dirname(prefix), [`${name}.data-00000-of-00001`, `${name}.index`]);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new OutputError(`The checkpoint ${prefix} cannot be written: ${reason}`, { cause: error });
  }
}
