import { z } from 'zod';
import { checkOptions } from '../base/check-options';
import { classNames, value } from '../base/option-kinds';
import { DEFAULT_THRESHOLD, labelsAbove } from '../base/task';
import { ClassCounts, type ClassScores, type MacroScores, quotient } from './class-scores';
import type { ClassAveragePrecision } from './details';
import type { ClassifiedClip } from './evaluation';
import { rightShare } from './kinds/decisions';

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
  const counts = new ClassCounts(classes);
  let right = 0;
  for (const { target, probabilities } of clips) {
    const predicted = labelsAbove(probabilities, threshold);
    counts.add(target, predicted);
    right += rightShare({ target, predicted }, { kind: 'multi-label', classes: classes.length });
  }
  return {
    ...{ classes: [...classes], threshold, total: clips.length },
    accuracy: quotient(right, clips.length),
    perClass: counts.scores(),
    macro: counts.average('macro'),
  };
}

/** The text of `label_scores.json`, format 1, a class a line. `averagePrecision`: how well each class ranks the clips, whatever the threshold. */
export function labelScoresJson(
  { perClass, ...whole }: LabelScores,
  averagePrecision?: readonly ClassAveragePrecision[],
): string {
  const members = Object.entries({ format: 1, ...whole, ...(averagePrecision && { averagePrecision }) }).map(
    ([key, value]) => `  "${key}": ${JSON.stringify(value)}`,
  );
  const rows = perClass.map((scores) => `    ${JSON.stringify(scores)}`).join(',\n');
  return `{\n${[...members, `  "perClass": [\n${rows}\n  ]`].join(',\n')}\n}\n`;
}
