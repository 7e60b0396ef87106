import { relative } from 'node:path';
import { singleLabel, type Task } from '../../../../../lib/base/task';
import { type FolderListOptions, listFolders } from '../../../../../lib/data/lists/folders/list-folders';
import type { ListedRow, VideoList } from '../../../../../lib/data/lists/video-list';

export interface Asked extends Partial<FolderListOptions> {
  /** A trained model's. */
  readonly model?: readonly string[] | Task;
}

/** Lists a folder with the split `auto` where the test says nothing else. */
export function list(root: string, { model, ...options }: Asked = {}): Promise<VideoList> {
  const task = model === undefined || 'kind' in model ? model : singleLabel(model);
  return listFolders(root, { parts: 'auto', ...options }, { task });
}

/** `train: 0 train/a/1.avi`; without a part `0 a/1.avi`. */
export function text({ root, rows }: Pick<VideoList, 'root' | 'rows'>): string[] {
  return rows.map(
    ({ part, target, path }: ListedRow) =>
      `${part === undefined ? '' : `${part}: `}${target.join('+')} ${relative(root, path)}`,
  );
}

/** Below the root, each with its reason. */
export function brokenText({ root, broken }: VideoList): string[] {
  return broken.map(({ path, reason }) => `${relative(root, path)}: ${reason}`);
}
