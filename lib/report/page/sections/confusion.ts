import { type ConfusionMatrix, mostFrequentConfusions } from '../../../metrics/confusion-matrix';
import { percent } from '../../../metrics/shown';
import { confusionMatrixChart } from '../../svg/confusion-matrix-chart';
import { element } from '../../svg/markup';
import { chart, folded, muted, section, type Section, table } from '../parts';

const MAX_CONFUSIONS = 10;
/** What is folded away below them. */
const MORE_CONFUSIONS = 100;
/** A wider matrix scrolls in its frame: shrunk to the page it could not be read. */
const MAX_FITTED_CLASSES = 30;
/** Of more classes the page shows those that are mixed up the most: confusion_matrix.svg has all. */
const MAX_CLASSES = 120;

export function confusionSections(matrix: ConfusionMatrix): readonly (Section | undefined)[] {
  return [matrixSection(matrix), confusionsSection(matrix)];
}

function matrixSection(matrix: ConfusionMatrix): Section {
  const shown = mostMixedUp(matrix, MAX_CLASSES);
  const size = shown.classes.length;
  const accuracy = `Accuracy ${percent(matrix.accuracy)}: ${matrix.correct} of ${matrix.total} clips.`;
  const some =
    size < matrix.classes.length
      ? ` The ${size} of ${matrix.classes.length} classes with the most mistakes are shown; confusion_matrix.svg has all.`
      : '';
  const { svg } = confusionMatrixChart(shown, { bare: true });
  const drawing = chart(svg, {
    label: 'Confusion matrix',
    look: ['heat', size > MAX_FITTED_CLASSES ? 'wide' : 'broad'],
  });
  return section(
    'Confusion matrix',
    muted(matrix.total === 0 ? 'No clips were evaluated.' : accuracy + some),
    element('figure', {}, drawing),
  );
}

/** The part of a matrix that has the most mistakes, its classes in their order; scores and sums stay those of the whole. */
function mostMixedUp(matrix: ConfusionMatrix, limit: number): ConfusionMatrix {
  const { classes, counts, perClass } = matrix;
  if (classes.length <= limit) return matrix;
  const mistakes = perClass.map(({ support, predicted }, i) => support + predicted - 2 * (counts[i]?.[i] ?? 0));
  const order = [...mistakes.keys()].sort((a, b) => mistakes[b]! - mistakes[a]!);
  const kept = order.slice(0, limit).sort((a, b) => a - b);
  return {
    ...matrix,
    classes: kept.map((i) => classes[i]!),
    counts: kept.map((truth) => kept.map((predicted) => counts[truth]![predicted]!)),
    perClass: kept.map((i) => perClass[i]!),
  };
}

function confusionsSection(matrix: ConfusionMatrix): Section | undefined {
  const confusions = mostFrequentConfusions(matrix, MORE_CONFUSIONS);
  if (confusions.length === 0) return undefined;
  const supports = new Map(matrix.perClass.map((row) => [row.class, row.support]));
  const shareOf = ({ truth, count }: (typeof confusions)[number]): number =>
    count / Math.max(1, supports.get(truth) ?? 1);
  const list = (rows: typeof confusions, caption: string): string =>
    table(
      rows,
      [
        { heading: 'True class', value: (row) => row.truth, style: 'name' },
        { heading: 'Taken for', value: (row) => row.predicted },
        { heading: 'Clips', value: (row) => String(row.count), style: 'number' },
        { heading: 'Of the class', value: (row) => percent(shareOf(row)), style: 'number', share: shareOf },
      ],
      { caption },
    );
  const more = confusions.slice(MAX_CONFUSIONS);
  return section(
    'Most frequent confusions',
    list(confusions.slice(0, MAX_CONFUSIONS), 'Classes that were taken for others, the most frequent first'),
    more.length === 0 ? '' : folded(`${more.length} more`, list(more, 'More classes that were taken for others')),
  );
}
