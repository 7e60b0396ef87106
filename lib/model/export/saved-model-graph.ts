import { buildInferenceGraph, type GraphValues } from '../../movinet/inference-graph';
import type { MovinetModel } from '../movinet-model';
import type { Addon } from '../../native/addon';
import type { Output } from '../../native/graph';
import { encodeExportedGraph, type SignatureTensor } from '../../formats/encode-saved-model';

/** The file below `assets/` that has the class names, a line each. */
export const CLASSES_ASSET = 'classes.txt';

/** Its content. */
export const classesText = ({ classes }: Pick<MovinetModel, 'classes'>): string =>
  classes.map((name) => `${name}\n`).join('');

/** The operation that makes probabilities of a model's logits. */
export const probabilityOf = ({ task }: Pick<MovinetModel, 'task'>): 'Sigmoid' | 'Softmax' =>
  task.kind === 'multi-label' ? 'Sigmoid' : 'Softmax';

/**
 * The serialized SavedModel of a classifier: signature `serving_default` from `image` float32 [batch, frames, height, width, 3], any sizes, RGB in
 * [0, 1], to `logits` and `probabilities` [batch, classes], softmaxes, or sigmoids of a multi-label model. Variables have the official checkpoint's keys;
 * constants have batch normalisation folded into them.
 */
export async function encodeSavedModel(
  addon: Addon,
  model: MovinetModel,
  values: GraphValues = 'variables',
): Promise<Uint8Array> {
  const {
    builder: g,
    clips,
    logits,
    store,
  } = await buildInferenceGraph(addon, model, { values, inputName: 'serving_default_image' });
  const perClass = (name: string, value: Output): SignatureTensor => ({
    output: g.op('Identity', [value], {}, { name }),
    dtype: 'float32',
    shape: [-1, model.classes.length],
  });
  return await encodeExportedGraph({
    builder: g,
    store,
    asset: CLASSES_ASSET,
    signatures: {
      serving_default: {
        inputs: { image: { output: clips, dtype: 'float32', shape: [-1, -1, -1, -1, 3] } },
        outputs: {
          logits: perClass('logits', logits),
          probabilities: perClass('probabilities', g.op(probabilityOf(model), [logits])),
        },
      },
    },
  });
}
