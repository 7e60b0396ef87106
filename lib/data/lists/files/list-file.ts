import type { Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { DatasetError, UsageError } from '../../../base/errors';
import type { Target } from '../../../base/task';
import { Turn } from '../../../base/turn';
import { statIfAny } from '../../../io/look';
import { videoExtensions } from '../video-extensions';
import type { SkippedVideo } from '../../video/broken-videos';
import type { ListContext, ListedRow, ListOptions, VideoList } from '../video-list';
import { withoutDuplicates } from './duplicates';
import { brokenRow } from './bad-row';
import type { ListContent, ListEntry } from './entry';
import { locate } from './finding/locate';
import { isHmdb51List, readHmdb51Lists } from './formats/hmdb51-lists';
import { listsYoutubeIds } from './formats/kinetics-lists';
import type { ReadingContext } from './formats/reading';
import { readSomethingLists, somethingPrefix } from './formats/something-lists';
import { readTableList } from './formats/table-list';
import { isUcf101List, readUcf101Lists } from './formats/ucf101-lists';
import { isMultiLabel, taskOfList } from './list-task';
import { listNames, unreadable } from './text/text';

/** Whether a path is a list of videos: any file, or a folder with the official lists of UCF101, HMDB51, Kinetics or Something-Something v2 in it. */
export async function isListFile(path: string): Promise<boolean> {
  const found = await look(path);
  if (found?.isDirectory() !== true) return found !== undefined;
  return (await listInFolder(path)) !== undefined;
}

/**
 * Reads a list of videos, of whatever kind, and looks where they are; docs/data.md shows all kinds. Rows that are wrong, and videos that are not
 * there, are left out and listed.
 *
 * @throws DatasetError for what is no list, for one whose header makes no sense or that has no usable row, where none of its videos is found, for fewer than two
 * classes without a model's task, and for rows that do not fit one; UsageError for a fold that is none; the signal's reason.
 */
export async function readListFile(path: string, options: ListOptions, context: ListContext): Promise<VideoList> {
  const extensions = videoExtensions(options.extensions);
  const { signal, lenient = false } = context;
  const turn = new Turn();
  const content = await readContent(path, { options, extensions, signal });
  const multi = isMultiLabel(content.entries, options, context);
  const whole = await consistent(content, multi, turn);
  if (whole.entries.length === 0) throw nothingUsable(whole);
  const { root, located, ...found } = await locate(whole, options, { extensions, turn, signal });
  const single = await withoutDuplicates(located, { lenient }, turn);
  const broken = [...whole.broken, ...found.broken, ...single.broken];
  if (single.kept.length === 0) throw nothingUsable({ path, broken });
  const { task, targetOf, notes } = await taskOfList(single.kept, whole, options, context, turn);
  const rows: ListedRow[] = [];
  for (const { entry, path: video, span } of single.kept) {
    const target = targetOf(entry);
    if (target !== undefined) rows.push(listedRow(entry, video, target, span));
    if (turn.over) await turn.next();
    signal?.throwIfAborted();
  }
  const hasParts = rows.some(({ part }) => part !== undefined);
  return { root, task, rows, hasParts, broken, notes: [...content.notes, ...found.notes, ...single.notes, ...notes] };
}

function listedRow(
  { part, group, weight }: ListEntry,
  path: string,
  target: Target,
  span: ListedRow['span'] | undefined,
): ListedRow {
  const row: { -readonly [Key in keyof ListedRow]: ListedRow[Key] } = { path, target };
  if (span !== undefined) row.span = span;
  if (group !== undefined) row.group = group;
  if (part !== undefined) row.part = part;
  if (weight !== undefined) row.weight = weight;
  return row;
}

async function readContent(path: string, context: ReadingContext): Promise<ListContent> {
  const found = await look(path);
  if (found === undefined) throw new DatasetError(`No such file: ${path}`);
  const read = found.isDirectory() ? await listInFolder(path) : readerOf(basename(path));
  if (read === undefined)
    throw new DatasetError(`${path} has no list of videos of UCF101, HMDB51, Kinetics or Something-Something v2 in it`);
  const { fold } = context.options;
  if (fold !== undefined && read !== readUcf101Lists && read !== readHmdb51Lists)
    throw new UsageError(`\`fold\` is for the official lists of UCF101 and HMDB51, and ${path} is none of them`);
  return read(path, context);
}

type Reader = (path: string, context: ReadingContext) => Promise<ListContent>;

function readerOf(name: string): Reader {
  if (isUcf101List(name)) return readUcf101Lists;
  if (isHmdb51List(name)) return readHmdb51Lists;
  return name.toLowerCase().endsWith('.json') ? readSomethingLists : readTableList;
}

async function listInFolder(folder: string): Promise<Reader | undefined> {
  const names = await listNames(folder);
  if (names.some(isUcf101List)) return readUcf101Lists;
  if (names.some(isHmdb51List)) return readHmdb51Lists;
  if (somethingPrefix(names) !== undefined) return readSomethingLists;
  for (const name of names) {
    const file = join(folder, name);
    if (await listsYoutubeIds(file)) return (_, context) => readTableList(file, context);
  }
  return undefined;
}

async function look(path: string): Promise<Stats | undefined> {
  try {
    return await statIfAny(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Without the rows that do not go with the others, or with what is asked for. */
async function consistent(content: ListContent, multi: boolean, turn: Turn): Promise<ListContent> {
  const someParts = content.entries.some(({ part }) => part !== undefined);
  const faultOf = ({ labels, part }: ListEntry): string | undefined => {
    if (someParts && part === undefined) return 'it has no split value, and other rows have';
    if (multi || labels.length === 1) return undefined;
    return labels.length === 0
      ? 'it has no label (clips may be of no class with `multiLabel`)'
      : `it has ${labels.length} labels, and one for each clip is asked for`;
  };
  if (!someParts && multi) return content;
  const entries: ListEntry[] = [];
  const broken: SkippedVideo[] = [...content.broken];
  for (const entry of content.entries) {
    const fault = faultOf(entry);
    if (fault === undefined) entries.push(entry);
    else broken.push(brokenRow(entry.file, entry.row, fault));
    if (turn.over) await turn.next();
  }
  return { ...content, entries, broken };
}

function nothingUsable({ path, broken }: Pick<ListContent, 'path' | 'broken'>): DatasetError {
  const [first] = broken;
  return new DatasetError(
    first === undefined
      ? `${path} has no rows: a row for each video is expected, such as videos/a.avi,run`
      : `None of the ${broken.length} rows of ${path} can be used, such as ${first.path}: ${first.reason}`,
  );
}
