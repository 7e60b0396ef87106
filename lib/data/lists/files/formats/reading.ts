import { dirname, extname, resolve } from 'node:path';
import { UsageError } from '../../../../base/errors';
import { isFolder } from '../../../../io/look';
import type { ListOptions } from '../../video-list';
import { type ClassNames, readClassNames } from '../text/class-names';

/** What all readers of lists are told. */
export interface ReadingContext {
  readonly options: ListOptions;
  /** File name endings of videos, in lower case. */
  readonly extensions: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Tells by a name's ending whether it is a video's. */
export const videoNames =
  (extensions: readonly string[]) =>
  (name: string): boolean =>
    extensions.includes(extname(name).toLowerCase());

/** The folder of lists that is named, or that the named one is in. */
export async function folderOfLists(path: string): Promise<string> {
  return (await isFolder(path)) ? resolve(path) : dirname(resolve(path));
}

/** The user's file of names, else the one that belongs to the lists, where there is one. */
export async function namesFor({ options, signal }: ReadingContext, ofLists?: string): Promise<ClassNames | undefined> {
  const file = options.labels ?? ofLists;
  return file === undefined ? undefined : await readClassNames(file, signal);
}

/** Which official list is asked for: by the option, or by the name of the file. Throws a UsageError where they differ, and for a fold that is none. */
export function foldOf(file: string, named: string | undefined, fold: number | undefined): number {
  if (fold !== undefined && ![1, 2, 3].includes(fold))
    throw new UsageError(`There are the folds 1, 2 and 3 of ${file}, got ${fold}`);
  if (named === undefined) return fold ?? 1;
  if (fold !== undefined && fold !== Number(named))
    throw new UsageError(
      `${file} is of fold ${named}, and fold ${fold} is asked for: give the folder of the lists, or no fold`,
    );
  return Number(named);
}
