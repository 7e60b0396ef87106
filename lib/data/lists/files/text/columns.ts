import { DatasetError } from '../../../../base/errors';
import { oneLine } from '../bad-row';

export type ColumnRole = 'path' | 'youtube' | 'label' | 'start' | 'end' | 'part' | 'group' | 'weight';

/** Of several columns with one role the earliest name here counts. */
const NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  path: [
    ...['path', 'video_path', 'file_path', 'filepath', 'clip_path', 'video', 'file', 'filename', 'file_name'],
    ...['video_file', 'video_name', 'video_id', 'clip'],
  ],
  youtube: ['youtube_id'],
  label: [
    ...['labels', 'label_name', 'class_name', 'classname', 'label', 'class', 'category', 'action', 'tag'],
    ...['label_id', 'class_id'],
  ],
  start: ['start', 'start_time', 'time_start', 'start_seconds', 'begin'],
  end: ['end', 'end_time', 'time_end', 'end_seconds', 'stop'],
  part: ['split', 'part', 'subset', 'set', 'partition'],
  group: ['group', 'group_id'],
  weight: ['weight', 'sample_weight'],
};
const ROLES = Object.keys(NAMES) as ColumnRole[];
const ROLE_OF = new Map(ROLES.flatMap((role) => NAMES[role].map((name) => [name, role] as const)));

/** Which cell of a row is what. */
export interface Columns {
  readonly at: Readonly<Partial<Record<ColumnRole, number>>>;
  /** Of a row; undefined where each row may have its own. */
  readonly count: number | undefined;
  /** What is worth a line. */
  readonly notes: readonly string[];
}

const plain = (cell: string): string => cell.trim().toLowerCase().replaceAll(/[ -]/g, '_');

/** Whether a list's first row names its columns: classes may be called "start" or "set", and no video is. */
export function isHeader(cells: readonly string[], isVideo: (cell: string) => boolean): boolean {
  if (cells.some((cell) => isVideo(cell) || /[/\\]/.test(cell))) return false;
  const roles = new Set(cells.map((cell) => ROLE_OF.get(plain(cell))).filter((role) => role !== undefined));
  return roles.size >= 2 || ((roles.has('path') || roles.has('youtube')) && cells.length > 1);
}

/** The columns that a header names. Throws a DatasetError for one without a path or a label, and for a name that is there twice. */
export function namedColumns(file: string, header: readonly string[]): Columns {
  const names = header.map(plain);
  const twice = names.find((name, i) => ROLE_OF.has(name) && names.indexOf(name) < i);
  if (twice !== undefined) throw new DatasetError(`${file}: its header has the column ${twice} twice: remove one`);
  const at: Partial<Record<ColumnRole, number>> = {};
  const notes: string[] = [];
  for (const role of ROLES) {
    const found = NAMES[role].map((name) => names.indexOf(name)).filter((index) => index >= 0);
    if (found[0] !== undefined) at[role] = found[0];
    if (found.length > 1)
      notes.push(`${file}: of the columns ${found.map((i) => names[i]).join(' and ')} the first is read`);
  }
  const has = oneLine(`it has ${header.map((cell) => cell.trim()).join(', ')}`);
  if (at.path === undefined && at.youtube === undefined)
    throw new DatasetError(`${file}: its header has no column "path" (or video, file, filename); ${has}`);
  if (at.label === undefined)
    throw new DatasetError(`${file}: its header has no column "label" (or class, class_name, labels); ${has}`);
  if ((at.start === undefined) !== (at.end === undefined))
    throw new DatasetError(`${file}: its header has "start" or "end" alone: give both, or neither; ${has}`);
  return { at, count: header.length, notes };
}

/** The columns of a row without a header, `path label [start end] [split]`, by their number; undefined where it is none of these. */
export function usualColumns(count: number): Columns | undefined {
  const times = count >= 4 ? { start: 2, end: 3 } : {};
  const part = count % 2 === 1 ? { part: count - 1 } : {};
  return count < 2 || count > 5
    ? undefined
    : { at: { path: 0, label: 1, ...times, ...part }, count: undefined, notes: [] };
}
