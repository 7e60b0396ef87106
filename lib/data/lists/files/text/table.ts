import { basename } from 'node:path';
import { Readable, pipeline } from 'node:stream';
import { type CsvError, type Info, parse } from 'csv-parse';
import { DatasetError } from '../../../../base/errors';
import { Turn } from '../../../../base/turn';
import type { SkippedVideo } from '../../../video/broken-videos';
import { checkPath, labelCells, parsePart, parseSpan, parseWeight } from './cells';
import type { ClassNames } from './class-names';
import { type Columns, type ColumnRole, isHeader, namedColumns, usualColumns } from './columns';
import { csvOptions, type Delimiter, findDelimiter } from './dialect';
import { BadRow, tryRow } from '../bad-row';
import type { ListEntry } from '../entry';
import { readBeginning, readText } from './text';

export interface TableOptions {
  readonly names?: ClassNames | undefined;
  /** Whether a cell has a video's ending. */
  readonly isVideo: (cell: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A list in columns, as it was read. */
export interface Table {
  readonly entries: readonly ListEntry[];
  readonly broken: readonly SkippedVideo[];
  readonly notes: readonly string[];
  /** Whether its videos are named by YouTube's ids, as Kinetics' are. */
  readonly youtube: boolean;
}

interface Row {
  readonly cells: readonly string[];
  readonly row: number;
}

/**
 * Reads a list in columns, separated by commas, tabs, semicolons or spaces: with a header, or of rows `path label [start end] [split]`. Rows that are wrong
 * in themselves are left out and listed. Throws a DatasetError for a header that makes no sense and for a quote that is never closed.
 */
export async function readTable(file: string, { names, isVideo, signal }: TableOptions): Promise<Table> {
  const delimiter = findDelimiter(await readBeginning(file, signal), isVideo);
  const entries: ListEntry[] = [];
  const broken: SkippedVideo[] = [];
  const notes: string[] = [];
  const read = rowReader(file, { delimiter, names, isVideo });
  let header: Columns | undefined;
  let first = true;
  const comments = { count: 0 };
  const turn = new Turn();
  for await (const { cells, row } of rowsOf(file, delimiter, comments, signal)) {
    if (first && isHeader(cells, isVideo)) {
      header = namedColumns(basename(file), cells);
      notes.push(...header.notes);
    } else {
      const entry = tryRow(file, row, broken, () => read(cells, row, header));
      if (entry !== undefined) entries.push(entry);
    }
    first = false;
    if (turn.over) await turn.next();
  }
  if (comments.count > 0)
    notes.push(
      `${basename(file)}: ${comments.count === 1 ? '1 line that begins' : `${comments.count} lines that begin`} with # left out; a path that begins so needs quotes`,
    );
  return { entries, broken, notes, youtube: header?.at.youtube !== undefined };
}

async function* rowsOf(
  file: string,
  delimiter: Delimiter,
  comments: { count: number },
  signal?: AbortSignal,
): AsyncGenerator<Row> {
  const parser = parse({ ...csvOptions(delimiter), info: true });
  // Failures of either are thrown where the parser is read.
  pipeline(Readable.from(readText(file, signal)), parser, () => undefined);
  let last = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const trimmed = record.map((cell) => cell.trim());
      const cells = delimiter === ' ' ? trimmed.filter((cell) => cell !== '') : trimmed;
      const inner = record.reduce((lines, cell) => lines + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
      last = info.lines;
      comments.count = info.comment_lines;
      if (cells.some((cell) => cell !== '')) yield { cells, row: info.lines - inner };
    }
  } catch (error) {
    const code = (error as CsvError).code;
    if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE')
      throw new DatasetError(`${file}: a quote (") that is opened after row ${last} is never closed`);
    throw error;
  }
}

interface RowOptions {
  readonly delimiter: Delimiter;
  readonly names: ClassNames | undefined;
  readonly isVideo: (cell: string) => boolean;
}

type RowReader = (cells: readonly string[], row: number, header: Columns | undefined) => ListEntry;

function rowReader(file: string, { delimiter, names, isVideo }: RowOptions): RowReader {
  const labelsOf = labelCells(names);
  return (given, row, header) => {
    const cells = delimiter === ' ' ? joinPath(given, header, isVideo) : given;
    const { at } = columnsOf(cells, header, delimiter);
    const cell = (role: ColumnRole): string => cells[at[role] ?? -1] ?? '';
    const span = parseSpan(cell('start'), cell('end'));
    const part = at.part === undefined ? undefined : parsePart(cell('part'));
    const weight = parseWeight(cell('weight'));
    const video = checkPath(cell(at.path === undefined ? 'youtube' : 'path'));
    const entry: { -readonly [Key in keyof ListEntry]: ListEntry[Key] } = {
      file,
      row,
      video,
      labels: labelsOf(cell('label')),
    };
    if (span !== undefined) entry.span = span;
    if (part !== undefined) entry.part = part;
    if (cell('group') !== '') entry.group = cell('group');
    if (weight !== undefined) entry.weight = weight;
    return entry;
  };
}

function columnsOf(cells: readonly string[], header: Columns | undefined, delimiter: Delimiter): Columns {
  const hint = delimiter === ' ' ? '; a path with spaces needs quotes (")' : '';
  if (header === undefined) {
    const columns = usualColumns(cells.length);
    if (columns === undefined)
      throw new BadRow(`it has ${fields(cells.length)}, and \`path label [start end] [split]\` is expected${hint}`);
    return columns;
  }
  const { count = 0 } = header;
  const surplus = cells.slice(count).some((cell) => cell !== '');
  if (cells.length < count || surplus)
    throw new BadRow(`it has ${fields(cells.length)} where the header has ${count}${hint}`);
  return header;
}

/** Spaces separate, and may be in a path as well: it ends where a video's name does, where just one field does. */
function joinPath(
  cells: readonly string[],
  header: Columns | undefined,
  isVideo: (cell: string) => boolean,
): readonly string[] {
  if (cells.length <= (header?.count ?? 2)) return cells;
  const at = header?.at.path ?? 0;
  const ends = cells.flatMap((cell, i) => (i >= at && isVideo(cell) ? [i] : []));
  const [end] = ends;
  if (end === undefined || end === at) return cells;
  if (ends.length > 1) throw new BadRow(`where its path ends cannot be told: put quotes (") around a path with spaces`);
  return [...cells.slice(0, at), cells.slice(at, end + 1).join(' '), ...cells.slice(end + 1)];
}

const fields = (count: number): string => (count === 1 ? '1 field' : `${count} fields`);
