import { DATASET_RECORD, type DatasetRecord, recordJson } from '../../data/lists/record/dataset-record';
import { exists } from '../../io/look';
import type { RunFolder } from '../../report/run-folder';

/** Saves a model by `save`, so that at no time it stands beside the record of another one. */
export type Keep = (save: () => Promise<unknown>) => Promise<void>;

/**
 * Writes what a run is trained on into its folder before the work, which saves its model by `keep`. Where an earlier run's model is in the folder, its record stays until then, and is gone before
 * that model is replaced; where the work fails, no record stays without a model, and none beside a model that it is not of.
 */
export async function rememberDataset<T>(
  folder: RunFolder,
  record: DatasetRecord,
  work: (keep: Keep) => Promise<T>,
): Promise<T> {
  const text = await recordJson(record);
  const hasModel = (): Promise<boolean> => exists(folder.resolve('model'));
  if (await hasModel())
    return work(async (save) => {
      await folder.remove(DATASET_RECORD);
      await save();
      await folder.writeAtomically(DATASET_RECORD, text);
    });
  await folder.writeAtomically(DATASET_RECORD, text);
  try {
    return await work(async (save) => {
      await save();
    });
  } catch (error) {
    if (!(await hasModel())) await folder.remove(DATASET_RECORD);
    throw error;
  }
}
