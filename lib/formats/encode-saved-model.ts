import { MetaGraphDef, SavedModel, VariableDef } from '../native/messages';
import type { GraphBuilder } from '../graph/builder';
import { stringConstant } from '../graph/ops';
import type { VariableKey, VariableStore } from '../graph/variables';
import type { GraphShape, Output } from '../native/graph';
import { checkpointKey } from './object-graph';

/** TensorFlow's numbers of the dtypes that signatures use (types.proto). */
const DTYPES = { float32: 1, int32: 3, string: 7 };
const SCHEMA_VERSION = 1;
/** Of `SaverDef`: checkpoints as tensor bundles. */
const SAVER_V2 = 2;

export interface SignatureTensor {
  readonly output: Output;
  readonly dtype: keyof typeof DTYPES;
  readonly shape: GraphShape;
}

export interface ExportedSignature {
  readonly inputs: Readonly<Record<string, SignatureTensor>>;
  readonly outputs: Readonly<Record<string, SignatureTensor>>;
}

/** A graph whose variables, where it has any, a SavedModel keeps under the official checkpoint's keys. */
export interface ExportedGraph {
  readonly builder: GraphBuilder;
  readonly store: VariableStore<VariableKey & { readonly trainable: boolean }>;
  readonly signatures: Readonly<Record<string, ExportedSignature>>;
  /** A file below `assets/`. */
  readonly asset: string;
}

function tensorInfo({ output, dtype, shape }: SignatureTensor): object {
  return {
    name: output,
    dtype: DTYPES[dtype],
    tensor_shape: shape === null ? { unknown_rank: true } : { dim: shape.map((size) => ({ size })) },
  };
}

function tensorInfos(tensors: Readonly<Record<string, SignatureTensor>>): Record<string, object> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensorInfo(tensor)]));
}

/** Adds what saves and restores the variables, and returns its `SaverDef`. */
function addSaver(g: GraphBuilder, store: ExportedGraph['store']): object {
  const entries = store.entries();
  const keys = entries.map(({ parameter }) => checkpointKey(`model/${parameter.path}`));
  const types = { dtypes: { types: entries.map(() => 'float32' as const) } };
  const prefix = stringConstant(g, ['model'], []);
  const names = stringConstant(g, keys);
  const slices = stringConstant(
    g,
    keys.map(() => ''),
  );
  const restored = g.outputs('RestoreV2', [prefix, names, slices], types);
  const assigns = entries.map(({ variable }, index) =>
    g.effect('AssignVariableOp', [variable.handle, restored[index]!], { dtype: { type: 'float32' } }),
  );
  const save = g.effect('SaveV2', [prefix, names, slices, entries.map(({ variable }) => variable.value)], types);
  return {
    filename_tensor_name: prefix,
    save_tensor_name: g.op('Identity', [prefix], {}, { name: 'save/control_dependency', controlInputs: [save] }),
    restore_op_name: g.group(assigns, 'restore_all'),
    max_to_keep: 1,
    version: SAVER_V2,
  };
}

/**
 * The serialized SavedModel of a graph, in the form that TensorFlow 1 wrote: every reader of SavedModels takes it, and its functions are plain
 * operations that need no compiler.
 */
export async function encodeExportedGraph({
  builder: g,
  store,
  signatures,
  asset,
}: ExportedGraph): Promise<Uint8Array> {
  // Of constants alone there is nothing to save, and a reader that finds no variables restores none.
  const isTrainable = store.entries().length > 0;
  const saver = isTrainable ? addSaver(g, store) : undefined;
  const assetName: SignatureTensor = { output: stringConstant(g, [asset], []), dtype: 'string', shape: [] };
  const variables = store.entries().map(({ parameter, variable }) =>
    VariableDef.encode({
      variable_name: `${variable.name}:0`,
      initializer_name: variable.assign,
      snapshot_name: variable.value,
      is_resource: true,
      initial_value_name: variable.initialValue,
      trainable: parameter.trainable,
    }).finish(),
  );
  const metaGraph = {
    meta_info_def: { tags: ['serve'], tensorflow_version: g.addon.tensorFlowVersion() },
    graph_def: await g.graph.toGraphDef(),
    ...(saver && { saver_def: saver, collection_def: { variables: { bytes_list: { value: variables } } } }),
    signature_def: Object.fromEntries(
      Object.entries(signatures).map(([name, { inputs, outputs }]) => [
        name,
        {
          inputs: tensorInfos(inputs),
          outputs: tensorInfos(outputs),
          method_name: 'tensorflow/serving/predict',
        },
      ]),
    ),
    asset_file_def: [{ tensor_info: tensorInfo(assetName), filename: asset }],
  };
  const problem = MetaGraphDef.verify(metaGraph);
  if (problem !== null) throw new Error(`The SavedModel's own description is wrong: ${problem}`);
  return SavedModel.encode({ saved_model_schema_version: SCHEMA_VERSION, meta_graphs: [metaGraph] }).finish();
}
