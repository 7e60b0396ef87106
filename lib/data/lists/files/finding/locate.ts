import { dirname, join, resolve } from 'node:path';
import { DatasetError } from '../../../../base/errors';
import type { Turn } from '../../../../base/turn';
import { isFolder } from '../../../../io/look';
import type { SkippedVideo } from '../../../video/broken-videos';
import type { ListOptions } from '../../video-list';
import { counted, type ListContent, type ListEntry, whereIs } from '../entry';
import { FolderListings } from './folder-listing';
import { type Findings, findVideos, type LocatedEntry } from './video-finder';

export interface LocatedEntries {
  /** Absolute: the folder of the videos. */
  readonly root: string;
  readonly located: readonly LocatedEntry[];
  readonly broken: readonly SkippedVideo[];
  readonly notes: readonly string[];
}

export interface LocateContext {
  /** File name endings of videos, in lower case. */
  readonly extensions: readonly string[];
  readonly turn: Turn;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the videos of a list: below the folder that the user says or the list's own, else in a folder of a usual name, else beside the folder. Throws a
 * DatasetError where there is no such folder, and where none of the videos is there.
 */
export async function locate(
  content: ListContent,
  options: ListOptions,
  { extensions, turn, signal }: LocateContext,
): Promise<LocatedEntries> {
  const listFolder = (await isFolder(content.path)) ? resolve(content.path) : dirname(resolve(content.path));
  const base = options.videos === undefined ? listFolder : resolve(options.videos);
  if (!(await isFolder(base)))
    throw new DatasetError(`No such folder: ${options.videos ?? base}. Give the folder of the videos as \`videos\``);
  const listings = new FolderListings(extensions, turn, signal);
  for (const root of likelyRoots(base, content.usualFolders)) {
    if (root !== base && !(await isFolder(root))) continue;
    const findings = await findVideos(content, root, listings, turn);
    const { located, broken } = findings;
    if (located.length === 0) continue;
    const elsewhere = root === base ? [] : [`none of the videos is in ${base}: they are taken from ${root}`];
    return { root, located, broken, notes: [...elsewhere, ...notesOn(findings)] };
  }
  const [entry] = content.entries as readonly [ListEntry];
  throw new DatasetError(
    `None of the ${counted(content.entries.length, 'video')} of ${content.path} is in ${base}, such as ${entry.video} (${whereIs(entry)}): ` +
      'give their folder as `videos`',
  );
}

function likelyRoots(base: string, usualFolders: readonly string[]): readonly string[] {
  const within = (folder: string): string[] => [folder, ...usualFolders.map((name) => join(folder, name))];
  return [...new Set([...within(base), ...within(dirname(base))])];
}

function notesOn({ otherEndings, example, trimmed, whole }: Findings): string[] {
  const notes: string[] = [];
  if (otherEndings > 0)
    notes.push(`${counted(otherEndings, 'video')} of another ending than the list says, such as ${example}`);
  if (whole > 0)
    notes.push(
      `${counted(whole, 'whole video')}, of which the seconds of the list are taken` +
        (trimmed > 0 ? `; ${trimmed} cut to them already` : ''),
    );
  return notes;
}
