import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DatasetError, UsageError } from '../../../base/errors';
import { sideBySide } from '../../../base/side-by-side';
import { Turn } from '../../../base/turn';
import { errorCode } from '../../../io/output-failure';
import { fileKinds, videoExtensions } from '../video-extensions';
import type { ListContext, ListOptions, VideoList } from '../video-list';
import { checkTrainable, noClip, noteClasses, refuseLostClasses } from './class-checks';
import { clipsOf, type Listing } from './class-clips';
import { Findings, someOf } from './findings';
import { classesOf, KnownClasses, labelFolders, rowsOfFolders, taskKind } from './folder-classes';
import type { Place } from './folder-content';
import { FolderReader, reasonOf } from './folder-reader';
import { findLayout } from './layout';

export interface FolderListOptions extends ListOptions {
  /** `folders`: the data set's part folders are its split; `auto`: they are, where they are there; `none`: another rule divides all clips. */
  readonly parts: 'auto' | 'folders' | 'none';
}

/** Class folders that are listed side by side. */
const AT_ONCE = 8;

/**
 * Lists a data set of folders: one folder for each class, named for it, with its clips at any depth; in folders of parts or not, wrapped in other folders or
 * not. A clip is a video file, or a folder of pictures below a class folder. What is hidden or a system's own is no part of it. Links are followed, but within
 * a class no file and no folder is taken twice. Names are compared, and kept, in NFC.
 *
 * @throws DatasetError naming what is missing or contradicts itself: the folder, its parts, its classes, a class that the model lacks; UsageError for endings
 * that are none, and for options that are for lists; the signal's reason.
 */
export async function listFolders(
  root: string,
  options: FolderListOptions,
  { task: model, lenient = false, signal }: ListContext = {},
): Promise<VideoList> {
  const endings = videoExtensions(options.extensions);
  const kinds = fileKinds(endings);
  refuseListOptions(root, options);
  const kind = taskKind(options.multiLabel, model);
  const findings = new Findings(kinds);
  // One turn for all that is listed side by side: together they keep the event loop no longer than one would.
  const listing: Listing = { reader: new FolderReader(kinds, new Turn(), signal), kinds, findings };
  const known = model && new KnownClasses(model.classes);
  const isClass = known && ((name: string): boolean => known.labelOf(name) !== undefined);
  const layout = await findLayout(await openRoot(root, listing), { parts: options.parts, isClass }, listing);
  const found = await sideBySide(layout.folders, AT_ONCE, async (folder) => ({
    ...(await clipsOf(folder, listing)),
    folder,
  }));
  const { broken } = findings;
  const withClips = found.filter(({ clips }) => clips.length > 0);
  if (withClips.length === 0) throw new DatasetError(noClip(layout, found, broken, endings));
  if (model === undefined) refuseLostClasses(found, broken);
  const usable = lenient && isClass ? withClips.filter(({ folder }) => isClass(folder.name)) : withClips;
  if (usable.length < withClips.length) {
    const unknown = withClips.filter((one) => !usable.includes(one));
    findings.note(`folders of no class of the model, left out: ${someOf(unknown, ({ folder }) => folder.name)}`);
  }
  const labelled = labelFolders(usable, known);
  const task = model ?? { kind, classes: classesOf(withClips) };
  if (model === undefined) checkTrainable(layout, labelled, task.classes);
  noteClasses(layout, found, labelled, findings);
  const { rows, inTwoParts, ...more } = await rowsOfFolders(labelled, { kind, lenient }, listing.reader.turn);
  for (const note of more.notes) findings.note(note);
  if (inTwoParts.length > 0) findings.note(`clips that are in another part too: ${someOf(inTwoParts)}`);
  return {
    ...{ root: resolve(root), task, rows, hasParts: layout.hasParts, broken, notes: findings.notes() },
    ...(lenient ? { otherNames: more.otherNames } : {}),
  };
}

function refuseListOptions(root: string, { fold, videos, labels }: ListOptions): void {
  for (const [name, value] of Object.entries({ fold, videos, labels }))
    if (value !== undefined)
      throw new UsageError(`--${name} is for lists of videos, and ${root} is a folder of class folders`);
}

/** Looks at the folder itself, which alone is no part that a data set could do without. */
async function openRoot(root: string, { reader }: Listing): Promise<Place> {
  reader.signal?.throwIfAborted();
  const path = resolve(root);
  try {
    const place = { path, real: await realpath(path) };
    const { failure } = await reader.look(place);
    if (failure === undefined) return place;
    throw new DatasetError(cannotRead(root, failure));
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw new DatasetError(cannotRead(root, { code: errorCode(error) ?? '', reason: reasonOf(error) }));
  }
}

function cannotRead(folder: string, { code, reason }: { readonly code: string; readonly reason: string }): string {
  if (code === 'ENOENT') return `No such folder: ${folder}. Give a folder with one sub-folder of videos for each class`;
  if (code === 'ENOTDIR') return `${folder} is a file: give a folder with one sub-folder of videos for each class`;
  return `Cannot read folder ${folder}: ${reason}`;
}
