import type { ClassScores, MacroScores } from '../metrics/class-scores';
import { type Column, section, table } from './html-parts';
import { element } from './svg/markup';

/** A table of how well each class was recognised. `note`: HTML above it. */
export function classesSection(scores: readonly ClassScores[], macro: MacroScores, note = ''): string {
  const score = (heading: string, key: keyof MacroScores): Column<ClassScores> => ({
    heading,
    value: (row) => row[key].toFixed(3),
    share: (row) => row[key],
    style: 'number',
  });
  const sum = (key: 'support' | 'predicted'): string => String(scores.reduce((total, row) => total + row[key], 0));
  const means = [macro.precision, macro.recall, macro.f1].map((value) => value.toFixed(3));
  const footer = [sum('support'), sum('predicted'), ...means].map((value) => element('td', { class: 'number' }, value));
  return section(
    'Classes',
    note,
    table(
      scores,
      [
        { heading: 'Class', value: (row) => row.class },
        { heading: 'Clips', value: (row) => String(row.support), style: 'number' },
        { heading: 'Predicted', value: (row) => String(row.predicted), style: 'number' },
        score('Precision', 'precision'),
        score('Recall', 'recall'),
        score('F1', 'f1'),
      ],
      element('tfoot', {}, element('tr', {}, element('td', {}, 'Sum, macro average'), ...footer)),
    ),
  );
}
