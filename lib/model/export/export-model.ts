import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MovinetModel } from '../movinet-model';
import { loadAddon, type Addon } from '../../native/addon';
import { exportCheckpoint } from './export-checkpoint';
import { writeFolderWhole } from '../../io/whole-folder';
import { saveModel } from '../model-folder';
import { CLASSES_ASSET } from './saved-model-graph';
import { encodeStreamSavedModel } from './stream-export-graph';

export const EXPORT_FORMATS = ['saved-model', 'stream', 'checkpoint'] as const;

/**
 * `saved-model`: a SavedModel of whole clips, signature `serving_default`. `stream`: a SavedModel with the official stream export's signatures
 * `call` and `init_states`. `checkpoint`: an official checkpoint, `ckpt-1`.
 */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * Writes a model for other programs. The folder appears, or replaces an earlier one, when it is complete. This library reads every format again:
 * both SavedModels as model folders, the checkpoint as weights. Throws {@link UsageError} for a stream of a model that is not causal, and
 * {@link OutputError}.
 */
export async function exportModel(
  model: MovinetModel,
  folder: string,
  format: ExportFormat,
  addon: Addon = loadAddon(),
): Promise<void> {
  switch (format) {
    case 'saved-model':
      await saveModel(addon, model, folder, { overwrite: true });
      return;
    case 'stream': {
      const graph = encodeStreamSavedModel(addon, model);
      await writeFolderWhole(folder, 'The export', async (temporary) => {
        await saveModel(addon, model, temporary);
        await writeFile(join(temporary, 'saved_model.pb'), graph);
      });
      return;
    }
    case 'checkpoint':
      await writeFolderWhole(folder, 'The export', async (temporary) => {
        await exportCheckpoint(addon, model, temporary);
        await writeFile(join(temporary, CLASSES_ASSET), model.classes.map((name) => `${name}\n`).join(''));
      });
      return;
  }
}
