import { z } from 'zod';
import { checkOptions, type OptionShape } from '../../base/check-options';
import { UsageError } from '../../base/errors';
import { anything, flag, oneOf, text } from '../../base/option-kinds';
import { type MovinetModel, modelSchema } from '../movinet-model';
import { loadAddon, type Addon } from '../../native/addon';
import { exportCheckpoint } from './export-checkpoint';
import { writeFolderWhole, writeInto } from '../../io/whole-folder';
import { isEarlierExport, refuseToReplace } from './export-folder';
import { saveModel } from '../model-folder';
import { freezeModel, type FrozenShape, frozenShapeSchema } from './frozen-graph';
import { CLASSES_ASSET, classesText, encodeSavedModel } from './saved-model-graph';
import { encodeStreamSavedModel } from './stream-export-graph';

export const EXPORT_FORMATS = ['saved-model', 'stream', 'frozen', 'frozen-stream', 'checkpoint'] as const;

/**
 * `saved-model`: a SavedModel of whole clips, signature `serving_default`. `stream`: a SavedModel with the official stream export's signatures
 * `call` and `init_states`. `frozen`: one GraphDef of constants for whole clips, `frozen_graph.pb`, with `signature.json` ({@link FrozenSignature}) and `classes.txt`;
 * `frozen-stream`: the same with the states of a stream. `checkpoint`: an official checkpoint, `ckpt-1`.
 */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  /** What the folder may replace, beside an empty one: an earlier export (default), or whatever stands there. */
  readonly overwrite?: 'export' | 'anything';
  /**
   * Of a SavedModel: whether it keeps variables, and batch normalisation by its moving statistics, so that it can be trained on and opened as a model again. Default false: both are folded into
   * constants, which takes two thirds of the time.
   */
  readonly trainable?: boolean;
  /** Of a frozen graph: sizes of its input. */
  readonly shape?: FrozenShape;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

const schema = z.object({
  ...{ model: modelSchema, folder: text(), format: oneOf(EXPORT_FORMATS) },
  ...{ overwrite: oneOf(['export', 'anything']).optional(), addon: anything<Addon>().optional() },
  ...{ trainable: flag().optional(), shape: frozenShapeSchema.optional() },
} satisfies OptionShape<ExportOptions> & Record<'model' | 'folder' | 'format', z.ZodType>);

const isSavedModel = (format: ExportFormat): boolean => format === 'saved-model' || format === 'stream';
const isFrozen = (format: ExportFormat): boolean => format === 'frozen' || format === 'frozen-stream';

/**
 * Writes a model for other programs. The folder appears, or replaces an earlier export, when it is complete. This library reads SavedModels again that were exported with `trainable`,
 * as model folders, and checkpoints, as weights.
 *
 * @throws UsageError for a stream of a model that is not causal, for options that a format has not, and for a folder that holds other things; OutputError.
 */
export async function exportModel(
  model: MovinetModel,
  folder: string,
  format: ExportFormat,
  options: ExportOptions = {},
): Promise<void> {
  checkOptions('exportModel', schema, { ...options, model, folder, format });
  const { overwrite = 'export', trainable = false, shape, addon = loadAddon() } = options;
  if (trainable && !isSavedModel(format))
    throw new UsageError(`\`trainable\` is for SavedModels, not for the format ${format}`);
  if (shape !== undefined && !isFrozen(format))
    throw new UsageError(`\`shape\` is for frozen graphs: what ${format} takes is of any size`);
  await refuseToReplace(folder, overwrite);
  const mayReplace = overwrite === 'anything' ? overwrite : isEarlierExport;
  const whole = { what: 'The export', mayReplace };
  const values = trainable ? 'variables' : 'constants';
  switch (format) {
    case 'saved-model':
    case 'stream': {
      const encode = format === 'stream' ? encodeStreamSavedModel : encodeSavedModel;
      await saveModel(addon, model, folder, { mayReplace, graph: await encode(addon, model, values), values });
      return;
    }
    case 'frozen':
    case 'frozen-stream': {
      const { graph, signature } = await freezeModel(addon, model, { ...shape, stream: format === 'frozen-stream' });
      await writeFolderWhole(folder, whole, async (temporary) => {
        await writeInto(temporary, 'frozen_graph.pb', graph);
        await writeInto(temporary, 'signature.json', `${JSON.stringify(signature, null, 2)}\n`);
        await writeInto(temporary, CLASSES_ASSET, classesText(model));
      });
      return;
    }
    case 'checkpoint':
      await writeFolderWhole(folder, whole, async (temporary) => {
        await exportCheckpoint(addon, model, temporary);
        await writeInto(temporary, CLASSES_ASSET, classesText(model));
      });
      return;
  }
}
