import type { ClipStrip } from '../../clip-strip';
import type { LabelResults } from '../../results';
import { muted, type Section } from '../parts';
import { classesSection } from './classes';
import { labelMistakesSection } from './mistakes';

/** What the page shows of a multi-label evaluation. */
export function labelSections(
  { scores, averagePrecision, predictions }: LabelResults,
  strips: readonly ClipStrip[] | undefined,
): readonly Section[] {
  const note = muted(`A clip counts as of a class where its probability is above ${scores.threshold}.`);
  return [
    classesSection(scores.perClass, scores.macro, { note, file: 'label_scores.json', averagePrecision }),
    labelMistakesSection(predictions, strips),
  ];
}
