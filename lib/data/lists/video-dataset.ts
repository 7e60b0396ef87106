import { z } from 'zod';
import { checkOptions, type OptionShape } from '../../base/check-options';
import { flag, integer, listOf, seed, signal, text, value } from '../../base/option-kinds';
import { anyTask, type Task } from '../../base/task';
import { Turn } from '../../base/turn';
import type { SkippedVideo } from '../video/broken-videos';
import { type ReadList, readList } from './read-list';
import type { DatasetRow } from './row';
import { type AssignedParts, assignParts } from './splits/assign-parts';
import { chooseRule, type ChosenRule } from './splits/choose-rule';
import { checkGroupBy, type Grouping, groupsOf } from './splits/groups';
import { nameBelow } from './splits/names';
import { dividedGroupsNote, missingClasses } from './splits/notes';
import { type AppliedRule, formatSplit, isSplitRule, type SplitRule } from './splits/rule';
import type { ListContext, ListedRow, ListOptions } from './video-list';

/** A data set, divided; the paths are listed, the videos not opened yet. */
export interface DatasetIndex {
  /** Absolute: the folder that relative paths start from. */
  readonly root: string;
  readonly task: Task;
  /** The rule that was applied: never `auto`. */
  readonly rule: AppliedRule;
  /** By part, then in the order of the list. */
  readonly rows: readonly DatasetRow[];
  /** What should be a clip and cannot be, found while listing. */
  readonly broken: readonly SkippedVideo[];
  /** What is worth a line, each one. */
  readonly notes: readonly string[];
  /** What makes figures mean less than they seem to: classes without a clip in a part, groups on both sides. */
  readonly warnings: readonly string[];
}

/** Whatever decides which videos a data set has, and which part each is in: plain data, so that a run can remember it. */
export interface SplitOptions extends ListOptions {
  /** Default `auto`. */
  readonly split?: SplitRule | undefined;
  /** For a split by ratio. Default 0. */
  readonly seed?: number | undefined;
  /**
   * For a split by ratio: a regular expression on a video's path below the root, with slashes; videos with the same first group, or else the same match, stay in one part. In
   * place of groups that a list gives.
   */
  readonly groupBy?: string | undefined;
}

export interface DatasetIndexOptions extends SplitOptions, ListContext {}

/** For schemas of options that are {@link DatasetIndexOptions} too, but for the split. */
export const listingShape = {
  ...{ videos: text(), fold: integer(1, 3), labels: text(), groupBy: text(), multiLabel: flag(), lenient: flag() },
  extensions: listOf<string>((given) => typeof given === 'string', 'must be a list of endings, such as .mp4'),
  ...{ seed: seed(), task: anyTask(), signal: signal() },
} satisfies OptionShape<Omit<DatasetIndexOptions, 'split'>>;

const indexSchema = z
  .object({ ...listingShape, split: value<SplitRule>(isSplitRule, 'must be { kind: … }, as parseSplit gives it') })
  .partial()
  .extend({ data: text() });

/**
 * Lists and divides a data set: `data` is a folder of videos by classes, or a list of them.
 *
 * @throws DatasetError that names what is missing; UsageError for options that do not fit together; the signal's reason.
 */
export async function listVideoDataset(data: string, options: DatasetIndexOptions = {}): Promise<DatasetIndex> {
  checkOptions('listVideoDataset', indexSchema, { ...options, data });
  const { split = { kind: 'auto' }, task, signal, ...others } = options;
  checkGroupBy(options.groupBy, split);
  const list = await readList(data, split, others, { task, signal });
  return divideList(list, { ...options, split });
}

/** Gives each row of a list its part, and says what is worth saying of it. */
export async function divideList(
  list: ReadList,
  {
    split = { kind: 'auto' },
    seed = 0,
    groupBy,
    task: model,
  }: Pick<DatasetIndexOptions, 'split' | 'seed' | 'groupBy' | 'task'> = {},
): Promise<DatasetIndex> {
  checkGroupBy(groupBy, split);
  const { root, task, broken } = list;
  const { rule, byUcf101, notes } = await ruleOf(list, { split, groupBy });
  const grouping = await groupsOf(list.rows, { root, groupBy, byUcf101 });
  const parts = await assignParts(list.rows, {
    root,
    task,
    rule,
    seed,
    groups: grouping.groups,
    learned: model !== undefined,
  });
  const rows = await byPart(list.rows, parts);
  return {
    ...{ root, task, rule, rows, broken },
    notes: [...list.notes, ...notes, ...grouping.notes, ...partNotes(list, rule, parts)],
    warnings: [...(await groupNotes(list, rule, parts, grouping)), ...missingClasses(rows, task)],
  };
}

/** The rule by which {@link divideList} divides a list, where `split` leaves it to the list. */
export async function ruleOf(
  list: ReadList,
  { split = { kind: 'auto' }, groupBy }: Pick<DatasetIndexOptions, 'split' | 'groupBy'>,
): Promise<ChosenRule> {
  if (split.kind !== 'auto') return { rule: split, byUcf101: false, notes: [] };
  if (list.hasParts) return { rule: { kind: list.ownRule }, byUcf101: false, notes: [] };
  const grouped = groupBy !== undefined || list.rows.some(({ group }) => group !== undefined);
  return chooseRule(list, { grouped });
}

function partNotes(list: ReadList, rule: AppliedRule, parts: AssignedParts): string[] {
  if (rule.kind !== list.ownRule)
    return list.hasParts
      ? [`The parts that the data set itself has are not used: the split is ${formatSplit(rule)}`]
      : [];
  const without = parts.filter((part) => part === undefined).length;
  return without === 0 ? [] : [`${without} of ${parts.length} rows are in no part: they are left out`];
}

/** A ratio heeds the groups that it is told of; the others do as they are told. */
async function groupNotes(
  { rows, root }: ReadList,
  rule: AppliedRule,
  parts: AssignedParts,
  { groups }: Grouping,
): Promise<string[]> {
  if (rule.kind === 'all') return [];
  // A whole video is a group with the spans of it.
  const cut = new Set(rows.flatMap(({ path, span }) => (span === undefined ? [] : [path])));
  const videos = rows.map(({ path }) => (cut.has(path) ? nameBelow(root, path) : undefined));
  const ofVideos = dividedGroupsNote(videos, parts, 'video');
  if (rule.kind !== 'ratio') return [...dividedGroupsNote(groups, parts, 'group'), ...ofVideos];
  if (groups.some((group) => group !== undefined)) return ofVideos;
  const { groups: recordings } = await groupsOf(rows, { root, byUcf101: true });
  return [
    ...dividedGroupsNote(recordings, parts, 'UCF101 group').map(
      (note) => `${note}; the split auto keeps them together`,
    ),
    ...ofVideos.map((note) => `${note}; \`groupBy\` ".+" keeps them together`),
  ];
}

async function byPart(rows: readonly ListedRow[], parts: AssignedParts): Promise<DatasetRow[]> {
  const turn = new Turn();
  const result: DatasetRow[] = [];
  for (const part of ['train', 'validation', 'test'] as const) {
    for (const [index, row] of rows.entries()) {
      if (parts[index] === part) result.push({ ...row, part });
      if (turn.over) await turn.next();
    }
  }
  return result;
}
