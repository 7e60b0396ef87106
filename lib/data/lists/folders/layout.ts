import { dirname } from 'node:path';
import { DatasetError } from '../../../base/errors';
import type { DatasetPart } from '../row';
import { holdsClip, type Listing } from './class-clips';
import { composed } from './disk-names';
import { someOf } from './findings';
import { type FolderContent, looksLikeClass, type Place, type SubFolder } from './folder-content';
import { namesOf, partFolders, partOf, type PartFolder, type PartQuestion } from './part-folders';
import { checkUnnamedParts } from './unnamed-parts';

/** A folder of clips of one class. */
export interface ClassFolder extends SubFolder {
  readonly part?: DatasetPart;
}

export interface Layout {
  /** The data set's own folder, below the one that was given where that wraps it. */
  readonly top: string;
  /** By part, then in the order of names. */
  readonly folders: readonly ClassFolder[];
  readonly hasParts: boolean;
}

/**
 * Finds the class folders of a data set: below the folders of its parts where it has them, and through folders that only wrap others.
 *
 * @throws DatasetError naming what is wrong: a class folder in place of the data set's, parts that are asked for and are not there or do not fit together.
 */
export async function findLayout(root: Place, question: PartQuestion, listing: Listing): Promise<Layout> {
  const isClass = (name: string): boolean => question.isClass?.(name) === true;
  let top = root;
  const through: string[] = [];
  let found: readonly PartFolder[];
  for (;;) {
    found = await partFolders(top.path, await listing.reader.look(top), question, listing);
    const inner = found.length > 0 ? undefined : await wrapped(top, isClass, listing);
    if (inner === undefined) break;
    // A lone part is not gone into: the error is about what stands beside it, or does not.
    if (question.parts === 'folders' && partOf(inner.name) !== undefined) break;
    await enter(top, [inner], listing);
    through.push(inner.name);
    top = inner;
  }
  if (through.length > 0) listing.findings.note(`${through.join('/')}/ was seen through`);
  const content = await listing.reader.look(top);
  if (found.length > 0) {
    await enter(top, found, listing);
    const hasParts = question.parts !== 'none';
    noteParts(found, hasParts, listing);
    return { top: top.path, folders: await foldersOf(found, isClass, hasParts, listing), hasParts };
  }
  if (question.parts === 'folders') throw new DatasetError(noParts(top.path, content));
  const known = content.folders.some(({ name }) => isClass(name));
  if (!known && looksLikeClass(content, listing.kinds)) throw new DatasetError(isOneClass(top.path, content));
  await checkUnnamedParts(top, question, listing);
  await enter(top, content.folders, listing);
  return { top: top.path, folders: content.folders, hasParts: false };
}

/** Reads a folder of folders for the last time, and says what is in it beside those that are listed. */
async function enter(folder: Place, listed: readonly SubFolder[], listing: Listing): Promise<void> {
  const content = await listing.reader.take(folder);
  const { failure, folders } = content;
  if (failure !== undefined) listing.findings.addBroken({ path: folder.path, reason: failure.reason });
  await listing.findings.addAstray(content, listing.reader.turn);
  const entered = new Set(listed.map(({ path }) => path));
  const beside = folders.filter(({ path }) => !entered.has(path));
  if (beside.length > 0)
    listing.findings.note(`folders beside ${namesOf(listed)}, left out: ${someOf(beside, ({ name }) => name)}`);
}

/** The one sub-folder that holds clips, where it holds them in folders of its own and is no class by its name. */
async function wrapped(
  folder: Place,
  isClass: (name: string) => boolean,
  listing: Listing,
): Promise<SubFolder | undefined> {
  const { folders, videos } = await listing.reader.look(folder);
  if (videos.length > 0) return undefined;
  let only: SubFolder | undefined;
  for (const below of folders) {
    if (!(await holdsClip(below, listing))) continue;
    if (only !== undefined) return undefined;
    only = below;
  }
  if (only === undefined || isClass(only.name)) return undefined;
  const inside = await listing.reader.look(only);
  if (inside.videos.length > 0) return undefined;
  for (const below of inside.folders) if (await holdsClip(below, listing)) return only;
  return undefined;
}

function noteParts(found: readonly PartFolder[], hasParts: boolean, { findings }: Listing): void {
  if (!hasParts) findings.note(`${namesOf(found)} were put together, to be divided anew`);
  else if (!found.some(({ part }) => part === 'test'))
    findings.note('There is no test part: the validation part is evaluated');
}

/** The class folders of all parts. Those to train on come first: they tell classes from wrappers in the other parts. */
async function foldersOf(
  found: readonly PartFolder[],
  isClass: (name: string) => boolean,
  hasParts: boolean,
  listing: Listing,
): Promise<ClassFolder[]> {
  const all: ClassFolder[] = [];
  const trained = new Set<string>();
  const isTrained = (name: string): boolean => isClass(name) || trained.has(composed(name));
  for (const partFolder of found) {
    const { name, part } = partFolder;
    let at: SubFolder = partFolder;
    const through = [name];
    for (let inner = await wrapped(at, isTrained, listing); inner; inner = await wrapped(at, isTrained, listing)) {
      await enter(at, [inner], listing);
      through.push(inner.name);
      at = inner;
    }
    if (through.length > 1) listing.findings.note(`${through.join('/')}/ was seen through`);
    const { folders } = await listing.reader.look(at);
    await enter(at, folders, listing);
    for (const folder of folders) all.push(hasParts ? { ...folder, part } : folder);
    if (part === 'train') for (const folder of folders) trained.add(composed(folder.name));
  }
  return all;
}

function noParts(root: string, { folders }: FolderContent): string {
  const parts = new Set(folders.map(({ name }) => partOf(name)));
  const choose = 'or choose another split';
  if (!parts.has('train'))
    return `${root} has no folder "train", which the split "folders" needs: add it, with class folders in it, ${choose}`;
  if (!parts.has('validation') && !parts.has('test'))
    return `${root} has no folder "test" or "val", one of which the split "folders" needs: add it, with class folders in it, ${choose}`;
  return `The folders of the parts in ${root} hold no class folders, which the split "folders" needs: sort their videos into class folders, ${choose}`;
}

function isOneClass(root: string, { videos, lost }: FolderContent): string {
  const some = videos[0]?.name ?? lost[0]?.name;
  return `${root} holds videos itself, such as ${some}, in place of one folder of videos for each class: if it is one class of a data set, give the folder above it, ${dirname(root)}`;
}
