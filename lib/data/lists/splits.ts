import { basename } from 'node:path';
import { DatasetError, UsageError } from '../../base/errors';
import { byCodeUnits, sortInTurns } from '../../base/sort';
import { derive } from '../../base/random';
import { Turn } from '../../base/turn';
import type { DatasetRow, VideoRow } from './row';

/** How a data set is divided into clips to train on and clips to evaluate on. */
export type SplitRule =
  /** By the group in UCF101's file names `v_CLASS_gGG_cCC.avi`: 01–07 test, 08–25 train, as UCF101's first official list. */
  | { readonly kind: 'ucf101' }
  /**
   * Of each class the first 30 files train, the next 20 test, in the order of their names. (The tutorial takes as many, but shuffles each class
   * first, without a seed; by name the clips of one group stay together, all but those of the group at the border.)
   */
  | { readonly kind: 'tutorial' }
  /** The sub-folders `train/`, `test/` and, where it exists, `val/`, each with the class folders in it. */
  | { readonly kind: 'folders' }
  /** Everything is for evaluation. */
  | { readonly kind: 'all' }
  /** Of each class, this share of its files, drawn by seed. In (0, 1). */
  | { readonly kind: 'ratio'; readonly train: number }
  /** `folders` where `train/` and `test/` exist, `ucf101` where all file names say so, else a ratio of 0.8. */
  | { readonly kind: 'auto' };

/** The rules that divide one list of files. */
export type FileSplitRule = Exclude<SplitRule, { kind: 'folders' | 'auto' }>;

export const TUTORIAL_TRAIN_FILES = 30;
export const TUTORIAL_TEST_FILES = 20;
export const DEFAULT_TRAIN_RATIO = 0.8;

const NAMED_RULES = ['auto', 'folders', 'ucf101', 'tutorial', 'all'] as const;
const UCF101_NAME = /^v_(?<name>[A-Za-z0-9]+)_g(?<group>\d{2})_c(?<clip>\d{2})\.avi$/;
const UCF101_LAST_TEST_GROUP = 7;

/** Reads a split rule as the command line gives it: a name, or the share of the files to train on, such as `0.8`. */
export function parseSplit(text: string): SplitRule {
  const named = NAMED_RULES.find((name) => name === text.trim().toLowerCase());
  if (named !== undefined) return { kind: named };
  const train = text.trim() === '' ? Number.NaN : Number(text);
  if (train > 0 && train < 1) return { kind: 'ratio', train };
  throw new UsageError(
    `Unknown split "${text}": choose ${NAMED_RULES.join(', ')} or the share to train on, between 0 and 1, such as 0.8`,
  );
}

/** The inverse of {@link parseSplit}. */
export function formatSplit(rule: SplitRule): string {
  return rule.kind === 'ratio' ? String(rule.train) : rule.kind;
}

/** What a UCF101 file name says, or undefined where it is none. */
export function parseUcf101Name(path: string): { className: string; group: number; clip: number } | undefined {
  const parts = UCF101_NAME.exec(basename(path))?.groups;
  if (parts === undefined) return undefined;
  return { className: parts['name'] as string, group: Number(parts['group']), clip: Number(parts['clip']) };
}

/**
 * Gives each row its part: first the rows to train on, then those to test on, each by class and in its order. The seed matters for `ratio` only, where
 * a class's draw depends on the seed and its name alone. Many rows are divided in turns of the event loop.
 *
 * @throws DatasetError for a file name without a UCF101 group, and for a class that would have no clip to train on, or none would to evaluate on.
 */
export async function assignParts<Row extends VideoRow>(
  rows: readonly Row[],
  classes: readonly string[],
  rule: FileSplitRule,
  seed = 0,
): Promise<(Row & DatasetRow)[]> {
  const turn = new Turn();
  if (rule.kind === 'all') return inPart([rows], 'test', turn);
  const ofLabel = new Map<number, Row[]>();
  for (const row of rows) {
    const ofClass = ofLabel.get(row.label);
    if (ofClass === undefined) ofLabel.set(row.label, [row]);
    else ofClass.push(row);
    if (turn.over) await turn.next();
  }
  const divided: Divided<Row>[] = [];
  for (const [label, name] of classes.entries()) {
    const ofClass = ofLabel.get(label);
    if (ofClass === undefined) continue;
    const parts = await divideClass(ofClass, name, rule, seed, turn);
    if (parts.train.length === 0) {
      throw new DatasetError(
        `Split "${formatSplit(rule)}" leaves class "${name}" (${ofClass.length} files) no clip to train on: choose another split`,
      );
    }
    divided.push(parts);
  }
  if (divided.every(({ test }) => test.length === 0)) {
    throw new DatasetError(
      `Split "${formatSplit(rule)}" leaves no clip to evaluate on: choose another split, such as ${DEFAULT_TRAIN_RATIO}`,
    );
  }
  const train = divided.map((parts) => parts.train);
  const test = divided.map((parts) => parts.test);
  return (await inPart(train, 'train', turn)).concat(await inPart(test, 'test', turn));
}

interface Divided<Row> {
  readonly train: readonly Row[];
  readonly test: readonly Row[];
}

async function inPart<Row extends VideoRow>(
  lists: readonly (readonly Row[])[],
  part: DatasetRow['part'],
  turn: Turn,
): Promise<(Row & DatasetRow)[]> {
  const result: (Row & DatasetRow)[] = [];
  for (const rows of lists) {
    for (const row of rows) {
      result.push({ ...row, part });
      if (turn.over) await turn.next();
    }
  }
  return result;
}

async function divideClass<Row extends VideoRow>(
  rows: readonly Row[],
  name: string,
  rule: Exclude<FileSplitRule, { kind: 'all' }>,
  seed: number,
  turn: Turn,
): Promise<Divided<Row>> {
  switch (rule.kind) {
    case 'ucf101':
      return partition(rows, turn, ({ path }) => {
        const parsed = parseUcf101Name(path);
        if (parsed === undefined) {
          throw new DatasetError(
            `${path} is not named as UCF101 names its videos (v_CLASS_gGG_cCC.avi): choose another split, such as ${DEFAULT_TRAIN_RATIO}`,
          );
        }
        return parsed.group > UCF101_LAST_TEST_GROUP;
      });
    case 'tutorial': {
      const byName = await sortInTurns(rows, (a, b) => byCodeUnits(basename(a.path), basename(b.path)));
      const end = TUTORIAL_TRAIN_FILES + TUTORIAL_TEST_FILES;
      return { train: byName.slice(0, TUTORIAL_TRAIN_FILES), test: byName.slice(TUTORIAL_TRAIN_FILES, end) };
    }
    case 'ratio': {
      if (!(rule.train > 0 && rule.train < 1))
        throw new UsageError(`The share to train on must lie between 0 and 1, got ${rule.train}`);
      // Of two rows or more, each part gets one at least.
      const count =
        rows.length === 1 ? 1 : Math.min(Math.max(Math.round(rule.train * rows.length), 1), rows.length - 1);
      const drawn = new Set(derive(seed, 'split', name).shuffled(rows).slice(0, count));
      return partition(rows, turn, (row) => drawn.has(row));
    }
  }
}

async function partition<Row>(rows: readonly Row[], turn: Turn, trains: (row: Row) => boolean): Promise<Divided<Row>> {
  const parts = { train: [] as Row[], test: [] as Row[] };
  for (const row of rows) {
    parts[trains(row) ? 'train' : 'test'].push(row);
    if (turn.over) await turn.next();
  }
  return parts;
}
