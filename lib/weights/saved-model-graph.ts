import { MetaGraphDef, SavedModel, VariableDef } from '../graph/messages';
import { stringConstant } from '../graph/ops';
import { buildInferenceGraph } from '../movinet/inference-graph';
import type { MovinetModel } from '../movinet/model';
import type { Addon } from '../native/addon';
import type { GraphShape, Output } from '../native/graph';
import { checkpointKey } from './object-graph';

/** TensorFlow's numbers of the dtypes that signatures use (types.proto). */
const DT_FLOAT = 1;
const DT_STRING = 7;
const SAVED_MODEL_SCHEMA_VERSION = 1;
/** Of `SaverDef`: checkpoints as tensor bundles. */
const SAVER_V2 = 2;

/** The file below `assets/` that has the class names, a line each. */
export const CLASSES_ASSET = 'classes.txt';

function tensorInfo(name: Output, dtype: number, shape: GraphShape): object {
  return {
    name,
    dtype,
    tensor_shape: shape === null ? { unknown_rank: true } : { dim: shape.map((size) => ({ size })) },
  };
}

/**
 * The serialized SavedModel of a classifier: signature `serving_default` from `image` float32 [batch, frames, height, width, 3], any sizes, RGB in
 * [0, 1], to `logits` and `probabilities` [batch, classes]. Its variables have the official checkpoint's keys.
 */
export function encodeSavedModel(addon: Addon, model: MovinetModel): Uint8Array {
  const {
    builder: g,
    clips,
    logits,
    store,
  } = buildInferenceGraph(addon, model, {
    values: 'variables',
    inputName: 'serving_default_image',
  });
  const named = (name: string, value: Output): Output => g.op('Identity', [value], {}, { name });
  const outputs = { logits: named('logits', logits), probabilities: named('probabilities', g.op('Softmax', [logits])) };

  const entries = store.entries();
  const keys = entries.map(({ parameter }) => checkpointKey(`model/${parameter.path}`));
  const prefix = stringConstant(g, ['model'], []);
  const names = stringConstant(g, keys);
  const slices = stringConstant(
    g,
    keys.map(() => ''),
  );
  const restored = g.outputs('RestoreV2', [prefix, names, slices], {
    dtypes: { types: entries.map(() => 'float32') },
  });
  const assigns = entries.map(({ variable }, index) =>
    g.effect('AssignVariableOp', [variable.handle, restored[index] as Output], { dtype: { type: 'float32' } }),
  );
  const restore = g.group(assigns, 'restore_all');
  const save = g.effect('SaveV2', [prefix, names, slices, entries.map(({ variable }) => variable.value)], {
    dtypes: { types: entries.map(() => 'float32') },
  });
  const saved = g.op('Identity', [prefix], {}, { name: 'save/control_dependency', controlInputs: [save] });
  const classesAsset = stringConstant(g, [CLASSES_ASSET], []);

  const variables = entries.map(({ parameter, variable }) =>
    VariableDef.encode({
      variable_name: `${variable.name}:0`,
      initializer_name: variable.assign,
      snapshot_name: variable.value,
      is_resource: true,
      initial_value_name: variable.initialValue,
      trainable: parameter.trainable,
    }).finish(),
  );
  const classes = model.classes.length;
  const metaGraph = {
    meta_info_def: { tags: ['serve'], tensorflow_version: addon.tensorFlowVersion() },
    graph_def: g.graph.toGraphDef(),
    saver_def: {
      filename_tensor_name: prefix,
      save_tensor_name: saved,
      restore_op_name: restore,
      max_to_keep: 1,
      version: SAVER_V2,
    },
    collection_def: { variables: { bytes_list: { value: variables } } },
    signature_def: {
      serving_default: {
        inputs: { image: tensorInfo(clips, DT_FLOAT, [-1, -1, -1, -1, 3]) },
        outputs: {
          logits: tensorInfo(outputs.logits, DT_FLOAT, [-1, classes]),
          probabilities: tensorInfo(outputs.probabilities, DT_FLOAT, [-1, classes]),
        },
        method_name: 'tensorflow/serving/predict',
      },
    },
    asset_file_def: [{ tensor_info: tensorInfo(classesAsset, DT_STRING, []), filename: CLASSES_ASSET }],
  };
  const problem = MetaGraphDef.verify(metaGraph);
  if (problem !== null) throw new Error(`The SavedModel's own description is wrong: ${problem}`);
  return SavedModel.encode({
    saved_model_schema_version: SAVED_MODEL_SCHEMA_VERSION,
    meta_graphs: [metaGraph],
  }).finish();
}
