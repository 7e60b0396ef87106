import { extname } from 'node:path';
import { DatasetError, UsageError } from '../../base/errors';
import { isListFile, readListFile } from './files/list-file';
import { listFolders } from './folders/list-folders';
import type { SplitRule } from './splits/rule';
import { videoExtensions } from './video-extensions';
import type { ListContext, ListOptions, VideoList } from './video-list';

export interface ReadList extends VideoList {
  /** The rule by which the rows have their parts, where they have. */
  readonly ownRule: 'folders' | 'listed';
}

/**
 * Reads a data set, whatever it is: a list file, or a folder of such, or folders of videos.
 *
 * @throws DatasetError that names what is missing; UsageError for a split that the kind of data set does not have; the signal's reason.
 */
export async function readList(
  data: string,
  split: SplitRule,
  options: ListOptions,
  context: ListContext,
): Promise<ReadList> {
  if (await isListFile(data)) {
    if (videoExtensions(options.extensions).includes(extname(data).toLowerCase()))
      throw new DatasetError(
        `${data} is a video: give a folder with one sub-folder of videos for each class, or a list of videos`,
      );
    if (split.kind === 'folders')
      throw new UsageError(`The split "folders" is one of folders, and ${data} is a list: choose listed`);
    const list = await readListFile(data, options, context);
    if (split.kind === 'listed' && !list.hasParts)
      throw new DatasetError(`${data} says of no row which part it is in: choose another split, such as 0.8`);
    return { ...list, ownRule: 'listed' };
  }
  if (split.kind === 'listed')
    throw new UsageError(`The split "listed" is one of lists, and ${data} is none: choose folders, or another split`);
  const parts = split.kind === 'auto' || split.kind === 'folders' ? split.kind : 'none';
  return { ...(await listFolders(data, { ...options, parts }, context)), ownRule: 'folders' };
}
