import type { ClassScores, MacroScores } from '../../../metrics/class-scores';
import type { ClassAveragePrecision } from '../../../metrics/details';
import { element } from '../../svg/markup';
import { type Column, muted, section, type Section, table } from '../parts';

/** Longer tables nobody reads: their file has all. */
const MAX_ROWS = 1000;

interface ClassesOptions {
  /** HTML above the table. */
  readonly note?: string;
  /** The file that has all classes. */
  readonly file: string;
  /** By classes; null where no clip is of one. Default: without such a column. */
  readonly averagePrecision?: readonly ClassAveragePrecision[];
}

/** A table of how well each class was recognised, which sorts. */
export function classesSection(
  scores: readonly ClassScores[],
  macro: MacroScores,
  { note = '', file, averagePrecision = [] }: ClassesOptions,
): Section {
  const score = (heading: string, key: keyof MacroScores): Column<ClassScores> => ({
    heading,
    value: (row) => row[key].toFixed(3),
    number: (row) => row[key],
    share: (row) => row[key],
    style: 'number',
  });
  const ranked = new Map(averagePrecision.map((one) => [one.class, one.averagePrecision]));
  const ranks: Column<ClassScores> = {
    heading: 'Average precision',
    value: (row) => ranked.get(row.class)?.toFixed(3) ?? '–',
    number: (row) => ranked.get(row.class) ?? -1,
    share: (row) => ranked.get(row.class) ?? 0,
    style: 'number',
  };
  const sum = (key: 'support' | 'predicted'): string => String(scores.reduce((total, row) => total + row[key], 0));
  const means = [macro.precision, macro.recall, macro.f1].map((value) => value.toFixed(3));
  const footer = [sum('support'), sum('predicted'), ...means].map((value) => element('td', { class: 'number' }, value));
  if (ranked.size > 0) footer.push(element('td', { class: 'number' }, meanOf([...ranked.values()])));
  const shown = scores.slice(0, MAX_ROWS);
  return section(
    'Classes',
    note,
    shown.length < scores.length
      ? muted(`The first ${shown.length} of ${scores.length} classes; ${file} has all.`)
      : '',
    table(
      shown,
      [
        { heading: 'Class', value: (row) => row.class, style: 'name' },
        { heading: 'Clips', value: (row) => String(row.support), style: 'number' },
        { heading: 'Predicted', value: (row) => String(row.predicted), style: 'number' },
        score('Precision', 'precision'),
        score('Recall', 'recall'),
        score('F1', 'f1'),
        ...(ranked.size === 0 ? [] : [ranks]),
      ],
      {
        caption: 'How well each class was recognised',
        footer: element('tfoot', {}, element('tr', {}, element('td', {}, 'Sum, macro average'), ...footer)),
        sorts: true,
      },
    ),
  );
}

/** Over the classes that have one: the mean average precision. */
function meanOf(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? '–' : (known.reduce((sum, value) => sum + value, 0) / known.length).toFixed(3);
}
