import { DatasetError } from '../../../base/errors';
import type { DatasetPart } from '../row';
import type { Listing } from './class-clips';
import { type FolderContent, looksLikeClass, type SubFolder } from './folder-content';

/** The folders of the parts, as people name them. */
const NAMES: Readonly<Record<DatasetPart, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['val', 'valid', 'validation', 'dev'],
  test: ['test', 'testing'],
};
const PARTS: readonly DatasetPart[] = ['train', 'validation', 'test'];

export interface PartFolder extends SubFolder {
  readonly part: DatasetPart;
}

export interface PartQuestion {
  /** `auto`: part folders where they are; `folders`: they must be there; `none`: they are told apart, but the split is another. */
  readonly parts: 'auto' | 'folders' | 'none';
  /** Whether a trained model has a class of this name. Undefined without a model. */
  readonly isClass: ((name: string) => boolean) | undefined;
}

/**
 * The folders of parts among the sub-folders of `root`, in the order of {@link PARTS}; none where it has none. A part's folder holds class folders: classes
 * that happen to be called "train" and "test" hold videos.
 *
 * @throws DatasetError for two folders of one part, for one that has no counterpart, and for one whose clips are in no class folders.
 */
export async function partFolders(
  root: string,
  { folders }: FolderContent,
  { parts, isClass }: PartQuestion,
  listing: Listing,
): Promise<PartFolder[]> {
  const named: PartFolder[] = [];
  const direct: PartFolder[] = [];
  for (const folder of folders) {
    const part = partOf(folder.name);
    if (part === undefined || isClass?.(folder.name) === true) continue;
    const content = await listing.reader.look(folder);
    if (looksLikeClass(content, listing.kinds)) direct.push({ ...folder, part });
    else if (content.folders.length > 0 || content.failure !== undefined) named.push({ ...folder, part });
  }
  const found = PARTS.flatMap((part) => named.filter((folder) => folder.part === part));
  const has = (part: DatasetPart): boolean => found.some((folder) => folder.part === part);
  const evaluated = has('validation') || has('test');
  const besideClasses = isClass !== undefined && folders.some(({ name }) => isClass(name));
  if (parts === 'none') return found.length > 1 && !(besideClasses && !has('train')) ? found : [];
  if (has('train') && !evaluated) {
    refuseDirect(root, direct);
    return [];
  }
  if (!evaluated) return [];
  if (!has('train')) {
    if (besideClasses || (isClass === undefined && found.length === 1)) return [];
    if (isClass === undefined)
      throw new DatasetError(
        `${root} has ${namesOf(found)} but no folder "train": add it, or give the folder of one part and another split`,
      );
  }
  refuseTwins(root, found);
  return found;
}

export const partOf = (name: string): DatasetPart | undefined =>
  PARTS.find((part) => NAMES[part].includes(name.toLowerCase()));

/** `train/, val/ and test/`. */
export function namesOf(folders: readonly SubFolder[]): string {
  const names = folders.map(({ name }) => `${name}/`);
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((text) => text !== '').join(' and ');
}

function refuseTwins(root: string, found: readonly PartFolder[]): void {
  for (const [i, folder] of found.entries()) {
    const twin = found[i - 1];
    if (twin?.part === folder.part)
      throw new DatasetError(
        `${root} has two folders for the ${folder.part} part, ${namesOf([twin, folder])}: move one elsewhere, or put them together`,
      );
  }
}

/** Class folders to train on beside clips to test on without them: what class are these of? */
function refuseDirect(root: string, direct: readonly PartFolder[]): void {
  const [folder] = direct.filter(({ part }) => part !== 'train');
  if (folder !== undefined)
    throw new DatasetError(
      `${folder.path} holds videos and no class folders, unlike the folder to train on beside it: sort them into class folders, ` +
        `give the folder to train on, or choose another split where ${root} has a class "${folder.name}"`,
    );
}
