import { basename } from 'node:path';
import { DatasetError, UsageError } from '../../../base/errors';
import { byCodeUnits, sortInTurns } from '../../../base/sort';
import { Turn } from '../../../base/turn';
import type { Task } from '../../../base/task';
import { type DatasetPart, labelOf } from '../row';
import type { ListedRow } from '../video-list';
import { drawParts } from './draw';
import { parseUcf101Name } from './names';
import { type AppliedRule, DEFAULT_TRAIN_RATIO, formatSplit, TUTORIAL_TEST_FILES, TUTORIAL_TRAIN_FILES } from './rule';

/** The last group of UCF101's names that its first official list tests on. */
const UCF101_LAST_TEST_GROUP = 7;

export interface AssignOptions {
  readonly root: string;
  readonly task: Task;
  readonly rule: AppliedRule;
  /** Whether a model has learned the classes: then none needs a clip to train on. Default false. */
  readonly learned?: boolean;
  /** For a ratio. */
  readonly seed: number;
  /** For each row its group, undefined where it is one of its own: for a ratio. */
  readonly groups: readonly (string | undefined)[];
}

/** For each row its part, or undefined where the rule leaves it out. */
export type AssignedParts = readonly (DatasetPart | undefined)[];

/**
 * Gives each row its part. Many rows are divided in turns of the event loop.
 *
 * @throws DatasetError for a name without a UCF101 group, for a class of a single-label data set that would have no clip to train on and is not learned, and where none would be left to
 * evaluate on. UsageError for a rule that the task does not allow.
 */
export async function assignParts(rows: readonly ListedRow[], options: AssignOptions): Promise<AssignedParts> {
  const { rule, task, learned = false } = options;
  const parts = await partsByRule(rows, options);
  if (rule.kind === 'all' || rule.kind === 'folders') return parts;
  const trains = parts.includes('train');
  if (rule.kind === 'listed' && !trains) return parts;
  if (!learned && (task.kind === 'single-label' || !trains)) {
    const untrained = untrainedClass(rows, parts);
    if (untrained !== undefined) {
      const files = rows.filter((row) => labelOf(row) === untrained).length;
      throw new DatasetError(
        `Split "${formatSplit(rule)}" leaves class "${task.classes[untrained]}" (${files} files) no clip to train on: choose another split`,
      );
    }
  }
  if (rule.kind !== 'listed' && !parts.includes('test'))
    throw new DatasetError(
      `Split "${formatSplit(rule)}" leaves no clip to evaluate on: choose another split${rule.kind === 'ratio' ? ', or add videos' : `, such as ${DEFAULT_TRAIN_RATIO}`}`,
    );
  return parts;
}

async function partsByRule(
  rows: readonly ListedRow[],
  { root, task, rule, seed, groups }: AssignOptions,
): Promise<AssignedParts> {
  switch (rule.kind) {
    case 'all':
      return rows.map(() => 'test');
    case 'folders':
    case 'listed':
      return rows.map(({ part }) => part);
    case 'ucf101':
      return ucf101Parts(rows);
    case 'tutorial':
      if (task.kind !== 'single-label')
        throw new UsageError('The split "tutorial" is for clips of one class each: choose another one, such as 0.8');
      return tutorialParts(rows);
    case 'ratio':
      return drawParts(rows, { root, classes: task.classes, rule, seed, groups });
  }
}

async function ucf101Parts(rows: readonly ListedRow[]): Promise<AssignedParts> {
  const turn = new Turn();
  const parts: DatasetPart[] = [];
  for (const { path } of rows) {
    const parsed = parseUcf101Name(path);
    if (parsed === undefined)
      throw new DatasetError(
        `${path} is not named as UCF101 names its videos (v_CLASS_gGG_cCC): choose another split, such as ${DEFAULT_TRAIN_RATIO}`,
      );
    parts.push(parsed.group > UCF101_LAST_TEST_GROUP ? 'train' : 'test');
    if (turn.over) await turn.next();
  }
  return parts;
}

async function tutorialParts(rows: readonly ListedRow[]): Promise<AssignedParts> {
  const turn = new Turn();
  const byName = await sortInTurns([...rows.entries()], ([, a], [, b]) =>
    byCodeUnits(basename(a.path), basename(b.path)),
  );
  const parts = new Array<DatasetPart | undefined>(rows.length).fill(undefined);
  const taken = new Map<number, number>();
  for (const [index, row] of byName) {
    const before = taken.get(labelOf(row)) ?? 0;
    taken.set(labelOf(row), before + 1);
    if (before < TUTORIAL_TRAIN_FILES) parts[index] = 'train';
    else if (before < TUTORIAL_TRAIN_FILES + TUTORIAL_TEST_FILES) parts[index] = 'test';
    if (turn.over) await turn.next();
  }
  return parts;
}

/** The first class, in their order, that has rows and none to train on. */
function untrainedClass(rows: readonly ListedRow[], parts: AssignedParts): number | undefined {
  const trained = new Set<number>();
  const all = new Set<number>();
  rows.forEach((row, index) => {
    for (const label of row.target) {
      all.add(label);
      if (parts[index] === 'train') trained.add(label);
    }
  });
  return [...all].filter((label) => !trained.has(label)).sort((a, b) => a - b)[0];
}
