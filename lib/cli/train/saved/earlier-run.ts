import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UsageError } from '../../../base/errors';
import { DATASET_RECORD, recordOf } from '../../../data/lists/record/dataset-record';
import { removeFolder, removeIfEmpty } from '../../../io/folders';
import { outputError } from '../../../io/output-failure';
import { isModelFolder } from '../../../model/model-folder';
import { REPORT_FILES, type RunFolder } from '../../../report/run-folder';
import { RunStore } from '../../../training/store/run-store';
import { readSavedRun, RUN_FILE } from './saved-run';

/** A run's checkpoints and its model, by their places in its folder. */
export const CHECKPOINTS = 'checkpoints';
export const MODEL = 'model';

const FILES = [RUN_FILE, DATASET_RECORD, ...REPORT_FILES];
const SHOWN = 3;

/** What stands in a folder by the names that a run, or an evaluation, gives its results. */
async function resultsIn(folder: string): Promise<string[]> {
  const files = FILES.filter((name) => existsSync(join(folder, name)));
  const model = (await isModelFolder(join(folder, MODEL))) ? [`${MODEL}/`] : [];
  const stored = await new RunStore(join(folder, CHECKPOINTS)).list().catch(() => []);
  return [...files, ...model, ...(stored.length > 0 ? [`${CHECKPOINTS}/`] : [])];
}

/** Throws {@link UsageError} where a new run would replace the results of an earlier one. */
export async function refuseEarlierRun(folder: string): Promise<void> {
  const found = await resultsIn(folder);
  if (found.length === 0) return;
  const named = found.slice(0, SHOWN).join(', ') + (found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '');
  const goOn = found.includes(RUN_FILE) ? '--resume goes on with that run, ' : '';
  throw new UsageError(
    `${folder} holds the results of an earlier run or evaluation (${named}): ${goOn}--overwrite replaces it, or name another folder with --out`,
  );
}

/** Throws {@link UsageError} where what would be overwritten is not a run's, or is what the new one begins with. */
export async function checkOverwrite(folder: string, sources: readonly (string | undefined)[]): Promise<void> {
  if (existsSync(join(folder, RUN_FILE))) readSavedRun(folder);
  const record = join(folder, DATASET_RECORD);
  if (existsSync(record) && (await recordOf(folder)) === undefined)
    throw new UsageError(`${record} is no run's of this library: move it away, or name another folder with --out`);
  const model = resolve(folder, MODEL);
  const used = sources.find((source) => source !== undefined && !relative(model, resolve(source)).startsWith('..'));
  if (used !== undefined)
    throw new UsageError(
      `The run begins with ${used}, which --overwrite would remove: name another folder with --out, or move the model away`,
    );
}

/** Removes what a run has left in its folder, and nothing else. Throws {@link OutputError}. */
export async function removeRun(folder: RunFolder): Promise<void> {
  // First what says that there is a run to go on with.
  for (const name of FILES) await folder.remove(name);
  const checkpoints = folder.resolve(CHECKPOINTS);
  const model = folder.resolve(MODEL);
  try {
    for (const { path } of await new RunStore(checkpoints).list()) await removeFolder(path);
    await removeIfEmpty(checkpoints);
    if (await isModelFolder(model)) await removeFolder(model);
  } catch (error) {
    throw outputError('remove the earlier run in', folder.path, error);
  }
}
