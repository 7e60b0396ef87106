import { basename, dirname, join, resolve } from 'node:path';
import { DatasetError } from '../../../../base/errors';
import type { ListContent, ListEntry, Place } from '../entry';
import { namesFor, type ReadingContext, videoNames } from './reading';
import { partNamed } from '../text/cells';
import { readTable, type Table } from '../text/table';
import { listNames, readBeginning } from '../text/text';

const PART_NAME = /^(.*?)(train|validation|validate|val|test)([^a-z].*)?\.csv$/i;
/** Of a part's folder, where videos are in one. */
const FOLDERS_OF_PART = { train: ['train'], validation: ['val', 'validate', 'validation'], test: ['test'] } as const;

/** Whether a file is one part's list, such as `train.csv` or `kinetics400_val.csv`, with the columns of Kinetics, labels among them. */
export async function listsYoutubeIds(file: string): Promise<boolean> {
  if (!PART_NAME.test(basename(file))) return false;
  try {
    const [header = ''] = (await readBeginning(file)).split(/[\r\n]/, 1);
    return /\byoutube_id\b/i.test(header) && /\blabel\b/i.test(header);
  } catch (error) {
    if (error instanceof DatasetError) return false;
    throw error;
  }
}

/**
 * Completes a list with the columns `label, youtube_id, time_start, time_end, split`. One that has one part only is read together with its neighbours, the
 * lists of the other parts: those without a column of parts are the part of their name.
 */
export async function completeKinetics(path: string, table: Table, context: ReadingContext): Promise<ListContent> {
  const names = await namesFor(context);
  const tables: Table[] = [table];
  const notes: string[] = [];
  const isVideo = videoNames(context.extensions);
  const parts = new Set(table.entries.map(({ part }) => part));
  const siblings = parts.size === 1 ? await siblingsOf(path) : [];
  for (const sibling of siblings) {
    try {
      const other = await readTable(sibling, { names, isVideo, signal: context.signal });
      if (!other.youtube || other.entries.length === 0) continue;
      if (other.entries.every(({ labels }) => labels.length === 0)) {
        notes.push(`${basename(sibling)}, beside ${basename(path)}, is left out: none of its rows has a label`);
        continue;
      }
      tables.push(partByName(other, sibling));
      notes.push(`${basename(sibling)}, beside ${basename(path)}, is read as well`);
    } catch (error) {
      // Official test lists may have no labels.
      if (!(error instanceof DatasetError)) throw error;
      notes.push(`${basename(sibling)}, beside ${basename(path)}, is left out: ${error.message}`);
    }
  }
  if (tables.length > 1) tables[0] = partByName(table, path);
  return {
    path,
    entries: tables.flatMap(({ entries }) => entries),
    broken: tables.flatMap(({ broken }) => broken),
    notes: [...notes, ...tables.flatMap((one) => one.notes)],
    names,
    places: placesById(),
    usualFolders: ['videos'],
  };
}

function partByName(table: Table, path: string): Table {
  const part = partNamed(PART_NAME.exec(basename(path))?.[2] ?? '');
  if (part === undefined || table.entries.some((entry) => entry.part !== undefined)) return table;
  return { ...table, entries: table.entries.map((entry) => ({ ...entry, part })) };
}

async function siblingsOf(path: string): Promise<string[]> {
  const match = PART_NAME.exec(basename(path));
  if (match === null) return [];
  const folder = dirname(resolve(path));
  const [, before = '', , after = ''] = match;
  return (await listNames(folder))
    .filter((name) => {
      const other = PART_NAME.exec(name);
      return name !== basename(path) && other?.[1] === before && (other[3] ?? '') === after;
    })
    .map((name) => join(folder, name));
}

/**
 * `{id}_{start}_{end}`, cut to the row's seconds, or `{id}`, the whole video; in a folder of the class, its name with spaces or underscores, or in none; in
 * a folder of the part, or in none.
 */
function placesById(): (entry: ListEntry) => readonly Place[] {
  const known = new Map<string, readonly string[]>();
  return ({ video, span, labels, part }) => {
    const [label = ''] = labels;
    const key = `${part} ${label}`;
    const folders = known.get(key) ?? foldersOf(label, part);
    known.set(key, folders);
    if (span === undefined) return folders.map((folder) => ({ folder, name: video }));
    const digits = (seconds: number): string => String(Math.floor(seconds)).padStart(6, '0');
    const trimmed = `${video}_${digits(span[0])}_${digits(span[1])}`;
    return [
      ...folders.map((folder) => ({ folder, name: trimmed, trimmed: true })),
      ...folders.map((folder) => ({ folder, name: video, trimmed: false })),
    ];
  };
}

function foldersOf(label: string, part: ListEntry['part']): readonly string[] {
  const partFolders = ['', ...(part === undefined ? [] : FOLDERS_OF_PART[part])];
  const classFolders = [...new Set([label, label.replaceAll(' ', '_'), ''])];
  return partFolders.flatMap((first) => classFolders.map((second) => (first === '' ? second : join(first, second))));
}
