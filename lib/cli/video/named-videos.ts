import { extname } from 'node:path';
import { DatasetError } from '../../base/errors';
import { isListFile, readListFile } from '../../data/lists/files/list-file';
import { videosBelow } from '../../data/lists/folders/videos-below';
import type { SkippedVideo } from '../../data/video/broken-videos';
import { isFolder } from '../../io/look';

/** The endings of lists of videos. */
const LISTS = ['.csv', '.tsv', '.txt', '.json'];

interface NamedVideos {
  readonly files: readonly string[];
  readonly broken: readonly SkippedVideo[];
}

/**
 * What the arguments of the command name: files as they are, all videos below a folder, those of a list. `broken`: what should be there and is not, folders
 * and lists without a video too.
 */
export async function namedVideos(names: readonly string[], signal: AbortSignal): Promise<NamedVideos> {
  const files: string[] = [];
  const broken: SkippedVideo[] = [];
  for (const name of names) {
    try {
      const found = await videosOf(name, signal);
      files.push(...found.files);
      broken.push(...found.broken);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      broken.push({ path: name, reason: error.message });
    }
  }
  return { files, broken };
}

async function videosOf(name: string, signal: AbortSignal): Promise<NamedVideos> {
  const isDirectory = await isFolder(name);
  if (isDirectory ? await isListFile(name) : LISTS.includes(extname(name).toLowerCase())) {
    const { rows, broken } = await readListFile(name, {}, { signal });
    return { files: [...new Set(rows.map(({ path }) => path))], broken };
  }
  if (!isDirectory) return { files: [name], broken: [] };
  const { paths, broken } = await videosBelow(name, signal);
  return { files: paths, broken };
}
