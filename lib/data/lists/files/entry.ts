import { basename, dirname } from 'node:path';
import type { SkippedVideo } from '../../video/broken-videos';
import type { DatasetPart } from '../row';
import type { ClassNames } from './text/class-names';

/** A row of a list that is right in itself; its video was not looked for yet. */
export interface ListEntry {
  /** Of the list. */
  readonly file: string;
  /** The number of its line, counted from 1. */
  readonly row: number;
  /** As the list has it: a path, a file name, an id. */
  readonly video: string;
  /** Names, or numbers where nothing gives them names. None where the clip is of no class. */
  readonly labels: readonly string[];
  /** Seconds. */
  readonly span?: readonly [from: number, to: number];
  readonly part?: DatasetPart;
  readonly group?: string;
  /** Of its clips' losses in training. Default 1. */
  readonly weight?: number;
}

/** Where a row's video may be. */
export interface Place {
  /** Absolute, or below the folder of the videos: empty for that itself. */
  readonly folder: string;
  /** Without an ending, a file of any usual ending is meant, or a folder of pictures. */
  readonly name: string;
  /** Whether what stands there is cut to the row's span already. */
  readonly trimmed?: boolean;
}

/** What one reader of lists makes of them. */
export interface ListContent {
  /** The file or folder that the user named. */
  readonly path: string;
  readonly entries: readonly ListEntry[];
  /** Rows that are wrong in themselves. */
  readonly broken: readonly SkippedVideo[];
  readonly notes: readonly string[];
  /** The classes by number, where a file tells. */
  readonly names?: ClassNames | undefined;
  /** Likeliest first. */
  readonly places: (entry: ListEntry) => readonly Place[];
  /** Usual names of the folder of videos that stands in the list's folder, or beside it. */
  readonly usualFolders: readonly string[];
}

/** `1 video`, `2 videos`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const whereIs = ({ file, row }: { readonly file: string; readonly row: number }): string =>
  `${basename(file)}, row ${row}`;

/** Where a path of a list may lead: as it is, with the separators of Windows, and below the folder of the videos where it begins with a slash. */
export function placesOfPath(path: string): readonly Place[] {
  const forms = path.includes('\\') ? [path, path.replaceAll('\\', '/')] : [path];
  const below = forms.filter((form) => form.startsWith('/')).map((form) => form.replace(/^\/+/, ''));
  const all = below.length === 0 ? forms : [...forms, ...below.filter((form) => form !== '')];
  return all.map((form) => ({ folder: dirname(form), name: basename(form) }));
}
