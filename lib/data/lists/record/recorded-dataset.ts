import { sep } from 'node:path';
import { DatasetError } from '../../../base/errors';
import { Turn } from '../../../base/turn';
import type { SkippedVideo } from '../../video/broken-videos';
import { type ReadList, readList } from '../read-list';
import type { DatasetPart, DatasetRow } from '../row';
import { pathBelow } from '../splits/names';
import { missingClasses } from '../splits/notes';
import type { DatasetIndex } from '../video-dataset';
import type { ListContext, ListedRow } from '../video-list';
import { type DatasetRecord, type RecordedVideo, recordedPath, rowKey } from './dataset-record';

const PARTS = ['train', 'validation', 'test'] as const satisfies readonly DatasetPart[];

/**
 * The data set of a run once more: the videos that it recorded, each in its part, whatever lies beside them now. What is gone is broken, what was added is
 * noted.
 *
 * @param context `parts`: those that will be used. Default: all.
 * @throws DatasetError where the data set cannot be listed any more, or nothing is left of a part; the signal's reason.
 */
export async function listRecordedDataset(
  record: DatasetRecord,
  context: ListContext & { readonly parts?: readonly DatasetPart[] } = {},
): Promise<DatasetIndex> {
  const { parts = PARTS, task = record.task, signal } = context;
  const { data, options, rule } = record;
  const list = await readList(data, rule, options, { task, lenient: true, signal });
  const turn = new Turn();
  const listed = await ListedRows.of(list, record, turn);
  const reasons = new Map(list.broken.map(({ path, reason }) => [path, reason]));
  const rows: DatasetRow[] = [];
  const broken: SkippedVideo[] = [];
  const lost: string[] = [];
  for (const part of PARTS) {
    const missing: RecordedVideo[] = [];
    for (const video of record.parts[part]) {
      const row = listed.take(video);
      if (row === undefined) missing.push(video);
      else if (parts.includes(part)) rows.push(rowOf(row, part, video));
      if (turn.over) await turn.next();
    }
    if (!parts.includes(part)) continue;
    const gone = missing.map((video) => recordedPath(record, video));
    if (gone.length > 0 && gone.length === record.parts[part].length)
      throw new DatasetError(
        `Of the run's ${gone.length} ${part} videos none is left in ${data}, such as ${gone[0]}: put them back, or name another data set as \`data\``,
      );
    lost.push(...gone);
    for (const path of gone)
      broken.push({ path, reason: reasons.get(path) ?? `it is no longer there, and was in the run's ${part} part` });
  }
  if (list.ownRule === 'folders') refuseLostClass(lost, rows, list);
  return {
    ...{ root: list.root, task: list.task, rule, rows, broken },
    notes: [...list.notes, ...addedNotes(record, listed.rest())],
    warnings: missingClasses(rows, list.task),
  };
}

/** What the run learned with counts, not what the list says now. */
function rowOf({ path, target, span, group }: ListedRow, part: DatasetPart, { weight }: RecordedVideo): DatasetRow {
  return {
    path,
    target,
    part,
    ...(span && { span }),
    ...(group !== undefined && { group }),
    ...(weight !== undefined && { weight }),
  };
}

/** What is listed now, to be taken by what was recorded: the very path goes first, then one whose name reads the same, then another name of a file. */
class ListedRows {
  private readonly exact = new Map<string, ListedRow>();
  /** Of rows whose very path was not recorded. */
  private readonly composed = new Map<string, ListedRow>();
  private readonly others = new Map<string, ListedRow>();
  private readonly taken = new Set<ListedRow>();

  static async of(
    { root, rows: all, otherNames = [] }: ReadList,
    { parts }: DatasetRecord,
    turn: Turn,
  ): Promise<ListedRows> {
    const rows = new ListedRows();
    const recorded = new Set(PARTS.flatMap((part) => parts[part].map(({ path, span }) => rowKey(path, span))));
    const keyOf = ({ path, span }: ListedRow): string => rowKey(pathBelow(root, path), span);
    for (const row of all) {
      const key = keyOf(row);
      rows.exact.set(key, row);
      if (!recorded.has(key)) rows.composed.set(key.normalize('NFC'), row);
      if (turn.over) await turn.next();
    }
    for (const row of otherNames) rows.others.set(keyOf(row), row);
    return rows;
  }

  take({ path, span }: RecordedVideo): ListedRow | undefined {
    const key = rowKey(path, span);
    const row = this.exact.get(key) ?? this.composed.get(key.normalize('NFC')) ?? this.others.get(key);
    if (row !== undefined) this.taken.add(row);
    return row;
  }

  /** What was not taken. */
  rest(): ListedRow[] {
    return [...this.exact.values()].filter((row) => !this.taken.has(row));
  }
}

/** The folders of a video that is gone tell its class. */
function refuseLostClass(lost: readonly string[], rows: readonly DatasetRow[], { root, task }: ReadList): void {
  const left = new Set(rows.flatMap(({ target }) => target));
  const labels = new Map(task.classes.map((name, label) => [name.normalize('NFC'), label]));
  for (const path of lost) {
    const folders = pathBelow(root, path).normalize('NFC').split(sep).slice(0, -1);
    const name = folders.find((folder) => labels.has(folder));
    if (name !== undefined && !left.has(labels.get(name)!))
      throw new DatasetError(
        `Of the run's videos of class "${name}" none is left, such as ${path}: put them back, or name another data set as \`data\``,
      );
  }
}

/** What the run left out on purpose was not added. */
function addedNotes({ rule, data }: DatasetRecord, rows: readonly ListedRow[]): string[] {
  const added = rule.kind === 'tutorial' ? [] : rule.kind === 'listed' ? rows.filter(({ part }) => part) : rows;
  if (added.length === 0) return [];
  const count = added.length === 1 ? '1 video was' : `${added.length} videos were`;
  return [`${count} added to ${data} since the run, such as ${added[0]?.path}: left out`];
}
