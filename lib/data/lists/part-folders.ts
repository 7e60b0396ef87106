import { join } from 'node:path';
import { DatasetError } from '../../base/errors';
import { sideBySide } from '../../base/side-by-side';
import { isFolder } from '../../io/look';
import { byCodeUnits } from '../../base/sort';
import { classFolders, listVideoFolder } from './class-folders';
import type { DatasetPart, DatasetRow } from './row';

const FOLDER_OF_PART = { train: 'train', test: 'test', validation: 'val' } as const satisfies Record<
  DatasetPart,
  string
>;
const NEEDED: readonly DatasetPart[] = ['train', 'test'];

/** Whether `train/` and `test/` have class folders in them: a data set may well have classes named "train" and "test". */
export async function hasPartFolders(root: string, signal?: AbortSignal): Promise<boolean> {
  for (const part of NEEDED) {
    const folder = folderOf(root, part);
    if (!(await isFolder(folder)) || (await classFolders(folder, signal)).length === 0) return false;
  }
  return true;
}

/**
 * Lists `train/`, `test/` and, where it exists, `val/`, each with the class folders in it.
 *
 * @param modelClasses the class order of a trained model. Without it, the names of all class folders, sorted.
 * @throws DatasetError naming the part or the class folder that is missing; the signal's reason.
 */
export async function listPartFolders(
  root: string,
  modelClasses?: readonly string[],
  signal?: AbortSignal,
): Promise<{ classes: readonly string[]; rows: DatasetRow[] }> {
  await classFolders(root, signal);
  for (const part of NEEDED) {
    if (!(await isFolder(folderOf(root, part))))
      throw new DatasetError(
        `${root} has no folder "${part}", which the split "folders" needs: add it or choose another split`,
      );
  }
  const parts: readonly DatasetPart[] = (await isFolder(folderOf(root, 'validation')))
    ? [...NEEDED, 'validation']
    : NEEDED;
  const classes = modelClasses ?? (await trainedClasses(root, parts, signal));
  const rows: DatasetRow[] = [];
  for (const part of parts) {
    const listed = await listVideoFolder(folderOf(root, part), classes, signal);
    for (const row of listed.rows) rows.push({ ...row, part });
  }
  return { classes, rows };
}

const folderOf = (root: string, part: DatasetPart): string => join(root, FOLDER_OF_PART[part]);

/** The classes of all parts, each of which needs a folder in `train/`. */
async function trainedClasses(root: string, parts: readonly DatasetPart[], signal?: AbortSignal): Promise<string[]> {
  const ofParts = await sideBySide(parts, parts.length, (part) => classFolders(folderOf(root, part), signal));
  const classes = [...new Set(ofParts.flat())].sort(byCodeUnits);
  const trained = new Set(ofParts[parts.indexOf('train')]);
  const untrained = classes.find((name) => !trained.has(name));
  if (untrained !== undefined)
    throw new DatasetError(`Class "${untrained}" has no folder in ${folderOf(root, 'train')}: nothing to train it on`);
  return classes;
}
