import { z } from 'zod';
import { checkOptions, type OptionShape } from '../../base/check-options';
import { anything, oneOf, text } from '../../base/option-kinds';
import { type MovinetModel, modelSchema } from '../movinet-model';
import { loadAddon, type Addon } from '../../native/addon';
import { exportCheckpoint } from './export-checkpoint';
import { writeFolderWhole, writeInto } from '../../io/whole-folder';
import { isEarlierExport, refuseToReplace } from './export-folder';
import { saveModel } from '../model-folder';
import { CLASSES_ASSET } from './saved-model-graph';
import { encodeStreamSavedModel } from './stream-export-graph';

export const EXPORT_FORMATS = ['saved-model', 'stream', 'checkpoint'] as const;

/**
 * `saved-model`: a SavedModel of whole clips, signature `serving_default`. `stream`: a SavedModel with the official stream export's signatures
 * `call` and `init_states`. `checkpoint`: an official checkpoint, `ckpt-1`.
 */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  /** What the folder may replace, beside an empty one: an earlier export (default), or whatever stands there. */
  readonly overwrite?: 'export' | 'anything';
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

const schema = z.object({
  ...{ model: modelSchema, folder: text(), format: oneOf(EXPORT_FORMATS) },
  ...{ overwrite: oneOf(['export', 'anything']).optional(), addon: anything<Addon>().optional() },
} satisfies OptionShape<ExportOptions> & Record<'model' | 'folder' | 'format', z.ZodType>);

/**
 * Writes a model for other programs. The folder appears, or replaces an earlier export, when it is complete. This library reads every format
 * again: both SavedModels as model folders, the checkpoint as weights.
 *
 * @throws UsageError for a stream of a model that is not causal, and for a folder that holds other things; OutputError.
 */
export async function exportModel(
  model: MovinetModel,
  folder: string,
  format: ExportFormat,
  options: ExportOptions = {},
): Promise<void> {
  checkOptions('exportModel', schema, { ...options, model, folder, format });
  const { overwrite = 'export', addon = loadAddon() } = options;
  await refuseToReplace(folder, overwrite);
  const mayReplace = overwrite === 'anything' ? overwrite : isEarlierExport;
  const whole = { what: 'The export', mayReplace };
  switch (format) {
    case 'saved-model':
      await saveModel(addon, model, folder, { mayReplace });
      return;
    case 'stream': {
      const graph = await encodeStreamSavedModel(addon, model);
      await writeFolderWhole(folder, whole, async (temporary) => {
        await saveModel(addon, model, temporary);
        await writeInto(temporary, 'saved_model.pb', graph);
      });
      return;
    }
    case 'checkpoint':
      await writeFolderWhole(folder, whole, async (temporary) => {
        await exportCheckpoint(addon, model, temporary);
        await writeInto(temporary, CLASSES_ASSET, model.classes.map((name) => `${name}\n`).join(''));
      });
      return;
  }
}
