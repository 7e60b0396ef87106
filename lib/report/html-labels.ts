import { percent } from '../metrics/shown';
import { classesSection } from './html-classes';
import { section, table } from './html-parts';
import { type LabelPrediction, worstLabelMistakes } from './label-predictions';
import { partName } from './predictions';
import type { LabelResults } from './results';
import { element } from './svg/markup';

const MAX_MISTAKES = 20;

/** What the page shows of a multi-label evaluation. */
export function labelSections({ scores, predictions }: LabelResults): string {
  const note = `A clip counts as of a class where its probability is above ${scores.threshold}.`;
  return (
    classesSection(scores.perClass, scores.macro, element('p', { class: 'muted' }, note)) +
    labelMistakesSection(predictions)
  );
}

function labelMistakesSection(predictions: readonly LabelPrediction[]): string {
  const heading = 'Worst mistakes';
  const mistakes = worstLabelMistakes(predictions, MAX_MISTAKES);
  if (mistakes.length === 0) {
    const none =
      predictions.length === 0 ? 'No clip was evaluated.' : 'None: every class of every clip was recognised.';
    return section(heading, element('p', { class: 'muted' }, none));
  }
  return section(
    heading,
    element('p', { class: 'muted' }, 'Wrong decisions, the surest first. All predictions are in predictions.csv.'),
    table(mistakes, [
      { heading: 'File', value: partName, style: 'path' },
      { heading: 'Class', value: (row) => row.class },
      { heading: 'Was', value: (row) => row.kind },
      { heading: 'Probability', value: (row) => percent(row.probability), style: 'number' },
    ]),
  );
}
