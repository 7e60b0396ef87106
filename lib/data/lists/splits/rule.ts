import { UsageError } from '../../../base/errors';
import type { DatasetPart } from '../row';

/** How a data set is divided into clips to train on and clips to evaluate on. */
export type SplitRule =
  /** By the group in UCF101's file names `v_CLASS_gGG_cCC`: 01–07 test, 08–25 train, as UCF101's first official list. */
  | { readonly kind: 'ucf101' }
  /**
   * Of each class the first 30 files train, the next 20 test, in the order of their names. (The tutorial takes as many, but shuffles each class
   * first, without a seed; by name the clips of one group stay together, all but those of the group at the border.)
   */
  | { readonly kind: 'tutorial' }
  /** The folders of the parts, such as `train/`, `val/` and `test/`, each with the class folders in it. */
  | { readonly kind: 'folders' }
  /** The parts that a list gives its rows. */
  | { readonly kind: 'listed' }
  /** Everything is for evaluation. */
  | { readonly kind: 'all' }
  /**
   * Of each class this share trains, drawn by seed; with `validation` that share validates; the rest tests. Each share is above 0, their sum below 1. Groups stay whole.
   */
  | { readonly kind: 'ratio'; readonly train: number; readonly validation?: number }
  /**
   * The parts that folders or a list give; else `ucf101` where all names allow it; else a ratio of 0.8, in which clips of one UCF101 group, where there are any, stay together.
   */
  | { readonly kind: 'auto' };

export type RatioRule = Extract<SplitRule, { kind: 'ratio' }>;
/** A rule that says for each row where it goes. */
export type AppliedRule = Exclude<SplitRule, { kind: 'auto' }>;

export const TUTORIAL_TRAIN_FILES = 30;
export const TUTORIAL_TEST_FILES = 20;
export const DEFAULT_TRAIN_RATIO = 0.8;

const NAMED_RULES = ['auto', 'folders', 'listed', 'ucf101', 'tutorial', 'all'] as const;
const KINDS: readonly SplitRule['kind'][] = [...NAMED_RULES, 'ratio'];
/** How far the shares may be from 1 in all: thirds are written as 0.333. */
const ROUNDING = 1.5e-3;

/** Whether it is a rule of any kind; {@link sharesOf} checks those of a ratio. */
export const isSplitRule = (given: unknown): given is SplitRule =>
  typeof given === 'object' && given !== null && 'kind' in given && KINDS.some((kind) => kind === given.kind);

/**
 * Reads a split rule as the command line gives it: a name; the share to train on, such as `0.8`; or the shares of train/test or train/validation/test, such
 * as `0.7/0.15/0.15`. Throws {@link UsageError}.
 */
export function parseSplit(text: string): SplitRule {
  const named = NAMED_RULES.find((name) => name === text.trim().toLowerCase());
  if (named !== undefined) return { kind: named };
  const shares = text.split('/').map((share) => (share.trim() === '' ? Number.NaN : Number(share)));
  if (shares.length > 3 || !shares.every((share) => share > 0 && share < 1)) {
    throw new UsageError(
      `Unknown split "${text}": choose ${NAMED_RULES.join(', ')} or the share to train on, between 0 and 1, such as ` +
        `${DEFAULT_TRAIN_RATIO}, or those of train, validation and test, such as 0.7/0.15/0.15`,
    );
  }
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length > 1 && Math.abs(sum - 1) > ROUNDING)
    throw new UsageError(`The shares of the split "${text}" must sum to 1; they sum to ${rounded(sum)}`);
  const [train, validation] = shares as [number, number];
  return shares.length === 3 ? { kind: 'ratio', train, validation } : { kind: 'ratio', train };
}

/** The inverse of {@link parseSplit}. */
export function formatSplit(rule: SplitRule): string {
  if (rule.kind !== 'ratio') return rule.kind;
  if (rule.validation === undefined) return String(rule.train);
  return [rule.train, rule.validation, rounded(1 - rule.train - rule.validation)].join('/');
}

/** The parts and their shares, which sum to 1. Throws {@link UsageError} for a share that is none. */
export function sharesOf({ train, validation }: RatioRule): readonly (readonly [part: DatasetPart, share: number])[] {
  if (!(train > 0 && train < 1)) throw new UsageError(`The share to train on must lie between 0 and 1, got ${train}`);
  if (validation === undefined)
    return [
      ['train', train],
      ['test', 1 - train],
    ];
  if (!(validation > 0 && train + validation < 1))
    throw new UsageError(
      `The shares to train on and to validate on must be above 0 and leave one to test on, got ${train} and ${validation}`,
    );
  return [
    ['train', train],
    ['validation', validation],
    ['test', 1 - train - validation],
  ];
}

const rounded = (share: number): number => Number(share.toPrecision(10));
