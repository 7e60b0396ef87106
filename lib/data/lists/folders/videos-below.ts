import { realpath } from 'node:fs/promises';
import { DatasetError } from '../../../base/errors';
import { Turn } from '../../../base/turn';
import type { SkippedVideo } from '../../video/broken-videos';
import { fileKinds, VIDEO_EXTENSIONS } from '../video-extensions';
import { clipsOf } from './class-clips';
import { Findings } from './findings';
import { FolderReader } from './folder-reader';

/**
 * All videos below a folder, at any depth, whatever its folders mean: files, and folders of pictures; itself, where it is one. By path.
 *
 * @throws DatasetError for a folder without any; the signal's reason.
 */
export async function videosBelow(
  folder: string,
  signal?: AbortSignal,
): Promise<{ readonly paths: readonly string[]; readonly broken: readonly SkippedVideo[] }> {
  const kinds = fileKinds(VIDEO_EXTENSIONS);
  const findings = new Findings(kinds);
  const reader = new FolderReader(kinds, new Turn(), signal);
  const { clips, holdsPictures } = await clipsOf(
    { path: folder, real: await realpath(folder) },
    { reader, kinds, findings },
  );
  const paths = holdsPictures && clips.length === 0 ? [folder] : clips.map((clip) => clip.path);
  const { broken } = findings;
  if (paths.length + broken.length === 0)
    throw new DatasetError(`${folder} holds no video (${VIDEO_EXTENSIONS.join(' ')})`);
  return { paths, broken };
}
