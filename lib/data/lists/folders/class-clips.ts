import { stat } from 'node:fs/promises';
import { sideBySide } from '../../../base/side-by-side';
import { byCodeUnits, sortInTurns } from '../../../base/sort';
import { seriesFault } from '../picture-series';
import type { FileKinds } from '../video-extensions';
import type { Findings } from './findings';
import { type FileEntry, isPictureClip, type Place } from './folder-content';
import { type FolderReader, reasonOf } from './folder-reader';

/** What the folders of one data set are listed with. */
export interface Listing {
  readonly reader: FolderReader;
  readonly kinds: FileKinds;
  readonly findings: Findings;
}

/** The clips of one class folder. */
export interface ClassClips {
  /** By path: video files and folders of pictures. */
  readonly clips: readonly Place[];
  /** Whether it holds pictures as if they were the clips. */
  readonly holdsPictures: boolean;
  /** Names of its sub-folders. */
  readonly subFolders: readonly string[];
}

/** Files whose sizes are asked for side by side. */
const AT_ONCE = 16;

/** The clips below a class folder, at any depth; no folder is gone into twice. What is broken or ignored goes to the findings. */
export async function clipsOf(classFolder: Place, { reader, kinds, findings }: Listing): Promise<ClassClips> {
  const { turn, signal } = reader;
  const seen = new Set<string>();
  const clips: Place[] = [];
  let holdsPictures = false;
  let subFolders: readonly string[] = [];
  const visit = async (folder: Place): Promise<void> => {
    if (seen.has(folder.real)) return;
    seen.add(folder.real);
    const content = await reader.take(folder);
    const { failure, folders, pictures } = content;
    if (failure !== undefined) findings.addBroken({ path: folder.path, reason: failure.reason });
    const atTop = folder === classFolder;
    const isClip = !atTop && isPictureClip(content, kinds);
    const fault = isClip ? seriesFault(pictures.map(({ name }) => name)) : undefined;
    if (fault !== undefined) findings.addBroken({ path: folder.path, reason: fault });
    else if (isClip) clips.push(folder);
    if (atTop) {
      holdsPictures = pictures.length > 0 && folders.length === 0;
      subFolders = folders.map(({ name }) => name);
    }
    await findings.addRest(content, turn, !isClip);
    await sideBySide(content.videos, AT_ONCE, async (video) => {
      signal?.throwIfAborted();
      const reason = await unfit(video);
      if (reason === undefined) clips.push(video);
      else findings.addBroken({ path: video.path, reason });
      if (turn.over) await turn.next();
    });
    for (const below of folders) await visit(below);
  };
  await visit(classFolder);
  const sorted = await sortInTurns(clips, (a, b) => byCodeUnits(a.path, b.path), turn);
  return { clips: sorted, holdsPictures, subFolders };
}

/** Why a file cannot be a video, as far as that shows without opening it. */
async function unfit({ path, bytes }: FileEntry): Promise<string | undefined> {
  try {
    return (bytes ?? (await stat(path)).size) === 0 ? 'the file is empty (0 bytes)' : undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Whether a class folder would have a clip, or something that should be one, at any depth. Ends with the first. */
export async function holdsClip(folder: Place, listing: Listing, seen = new Set<string>()): Promise<boolean> {
  if (seen.has(folder.real)) return false;
  const top = seen.size === 0;
  seen.add(folder.real);
  const content = await listing.reader.look(folder);
  if (content.videos.length > 0 || content.lost.length > 0 || (!top && isPictureClip(content, listing.kinds)))
    return true;
  for (const below of content.folders) if (await holdsClip(below, listing, seen)) return true;
  return false;
}
