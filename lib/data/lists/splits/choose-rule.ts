import { DatasetError } from '../../../base/errors';
import type { VideoList } from '../video-list';
import { assignParts } from './assign-parts';
import { parseUcf101Name } from './names';
import { type AppliedRule, DEFAULT_TRAIN_RATIO } from './rule';

export interface ChosenRule {
  readonly rule: AppliedRule;
  /** Whether clips of one UCF101 group stay together. */
  readonly byUcf101: boolean;
  readonly notes: readonly string[];
}

/**
 * What the split `auto` means for a list that gives no parts: UCF101's rule where all names allow it and it gives every class something to train on, and something to
 * test; else a ratio. `grouped`: the user groups the videos, which UCF101's rule would not heed.
 */
export async function chooseRule(
  { root, task, rows }: VideoList,
  { grouped }: { readonly grouped: boolean },
): Promise<ChosenRule> {
  const rule = { kind: 'ratio', train: DEFAULT_TRAIN_RATIO } as const;
  const foreign = rows.filter(({ path }) => parseUcf101Name(path) === undefined);
  if (grouped || foreign.length === rows.length) return { rule, byUcf101: false, notes: [] };
  let reason: string;
  if (foreign.length > 0) {
    reason = `${foreign.length} of ${rows.length} names are not UCF101's, such as ${foreign[0]?.path}`;
  } else {
    try {
      const ucf101 = { kind: 'ucf101' } as const;
      await assignParts(rows, { root, task, rule: ucf101, seed: 0, groups: [] });
      return { rule: ucf101, byUcf101: false, notes: [] };
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      reason = 'its groups 01 to 07 to test on and 08 to 25 to train on are not in every class';
    }
  }
  const note = `Not divided by UCF101's official list, as ${reason}: by a ratio of ${rule.train}, clips of one UCF101 group in one part`;
  return { rule, byUcf101: true, notes: [note] };
}
