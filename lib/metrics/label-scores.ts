import { z } from 'zod';
import { checkOptions } from '../base/check-options';
import { classNames, value } from '../base/option-kinds';
import { DEFAULT_THRESHOLD, labelsAbove } from '../base/task';
import { type ClassScores, classScores, macroScores, type MacroScores } from './class-scores';
import type { ClassifiedClip } from './evaluation';
import { rightShare } from './right-share';

/** How well the classes of a multi-label task were recognised: the content of `label_scores.json`. */
export interface LabelScores {
  readonly classes: readonly string[];
  /** A clip counts as of a class where its probability is above it. */
  readonly threshold: number;
  readonly total: number;
  /** Share of right decisions over all clips and classes, from 0 to 1; 0 where there is no clip. */
  readonly accuracy: number;
  readonly perClass: readonly ClassScores[];
  readonly macro: MacroScores;
}

const schema = z.object({
  classes: classNames(),
  threshold: value<number>(
    (given) => typeof given === 'number' && given >= 0 && given < 1,
    'must be a number of at least 0 and below 1',
  ),
});

/** Decides for each clip and class by `threshold`, in [0, 1). Throws UsageError. */
export function scoreLabels(
  clips: readonly Pick<ClassifiedClip, 'target' | 'probabilities'>[],
  classes: readonly string[],
  threshold: number = DEFAULT_THRESHOLD,
): LabelScores {
  checkOptions('scoreLabels', schema, { classes, threshold });
  const hits = classes.map(() => 0);
  const support = classes.map(() => 0);
  const predicted = classes.map(() => 0);
  const count = (counts: number[], label: number): void => {
    counts[label] = (counts[label] ?? 0) + 1;
  };
  let right = 0;
  for (const { target, probabilities } of clips) {
    target.forEach((label) => count(support, label));
    for (const label of labelsAbove(probabilities, threshold)) {
      count(predicted, label);
      if (target.includes(label)) count(hits, label);
    }
    right += rightShare(probabilities, target, 'multi-label', threshold);
  }
  const scores = classes.map((name, i) => classScores(name, hits[i] ?? 0, support[i] ?? 0, predicted[i] ?? 0));
  return {
    ...{ classes: [...classes], threshold, total: clips.length },
    accuracy: clips.length === 0 ? 0 : right / clips.length,
    perClass: scores,
    macro: macroScores(scores),
  };
}

/** The text of `label_scores.json`, format 1, a class a line. */
export function labelScoresJson({ perClass, ...whole }: LabelScores): string {
  const members = Object.entries({ format: 1, ...whole }).map(([key, value]) => `  "${key}": ${JSON.stringify(value)}`);
  const rows = perClass.map((scores) => `    ${JSON.stringify(scores)}`).join(',\n');
  return `{\n${[...members, `  "perClass": [\n${rows}\n  ]`].join(',\n')}\n}\n`;
}
