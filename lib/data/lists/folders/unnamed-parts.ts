import { DatasetError } from '../../../base/errors';
import { holdsClip, type Listing } from './class-clips';
import { composed } from './disk-names';
import { looksLikeClass, type Place, type SubFolder } from './folder-content';
import { namesOf, type PartQuestion } from './part-folders';

/** How the names of parts begin, however they go on: `Training Set`, `val_videos`. */
const LIKE_A_PART = /^(train|val|test|eval|dev)/i;

/**
 * Folders that are parts by all but their names: one of them is named much like a part, and they have the same sub-folders of clips. Where they would be the
 * split they are refused, as its parts would be taken for classes; where another split was chosen they are classes, and a note says so.
 */
export async function checkUnnamedParts(
  root: Place,
  { parts, isClass }: PartQuestion,
  listing: Listing,
): Promise<void> {
  const { folders } = await listing.reader.look(root);
  const unknown = folders.filter(({ name }) => isClass?.(name) !== true);
  const suspects = unknown.filter(({ name }) => LIKE_A_PART.test(name));
  for (const suspect of suspects) {
    const classes = new Set(await classesIn(suspect, listing));
    if (classes.size === 0) continue;
    const alike: SubFolder[] = [];
    for (const other of unknown)
      if (other === suspect || (await classesIn(other, listing)).some((name) => classes.has(name))) alike.push(other);
    if (alike.length < 2) continue;
    const what = `${root.path} has the same folders of clips in ${namesOf(alike)}`;
    if (parts === 'none') {
      listing.findings.note(`${what}: they are taken for classes; if they are parts, name them train, val and test`);
      return;
    }
    throw new DatasetError(
      `${what}: if they are the parts of the data set, name them train, val and test; if they are classes, choose another split, such as 0.8`,
    );
  }
}

/** Names of the sub-folders with clips; none of a folder that is a class itself. */
async function classesIn(folder: SubFolder, listing: Listing): Promise<string[]> {
  const content = await listing.reader.look(folder);
  if (looksLikeClass(content, listing.kinds)) return [];
  const names: string[] = [];
  for (const below of content.folders) if (await holdsClip(below, listing)) names.push(composed(below.name));
  return names;
}
