import type { History } from '../../../metrics/history/history';
import { formatDuration, formatMetric, titleOf, VALIDATION } from '../../../metrics/shown';
import type { RunResults } from '../../results';
import { element, escapeXml } from '../../svg/markup';

type Figure = readonly [name: string, value: string];

/** `Evaluation loss`; names that are not words keep their letters. */
const named = (prefix: string, name: string): string => {
  const title = titleOf(name);
  return `${prefix} ${title === name ? name : title.charAt(0).toLowerCase() + title.slice(1)}`;
};

/** The best of each metric in validation, but for the loss, which tells less. */
function bestInValidation({ epochs, metrics }: History): Figure[] {
  return Object.entries(metrics).flatMap(([name, { better }]): Figure[] => {
    const values = epochs.map((record) => record.metrics[VALIDATION + name] ?? NaN).filter(Number.isFinite);
    if (name === 'loss' || values.length === 0) return [];
    const best = values.reduce((a, b) => (better === 'higher' ? Math.max(a, b) : Math.min(a, b)));
    return [[named('Best validation', name), formatMetric(name, best, metrics)]];
  });
}

function evaluated({ evaluate, metrics }: History): Figure[] {
  const { loss, ...others } = evaluate?.metrics ?? {};
  const values = { ...others, ...(loss === undefined ? {} : { loss }) };
  return Object.entries(values).map(([name, value]) => [named('Evaluation', name), formatMetric(name, value, metrics)]);
}

/** What a run came to, at a glance. */
export function keyFigures({ history, confusionMatrix, labels }: RunResults): string {
  const { epochs, classes } = history;
  const scores = confusionMatrix ?? labels?.scores;
  const figures: Figure[] = [...evaluated(history), ...bestInValidation(history)];
  if (scores !== undefined) {
    figures.push(['Macro F1', scores.macro.f1.toFixed(3)], ['Clips evaluated', String(scores.total)]);
  }
  figures.push(['Classes', String(classes.length)], ['Epochs', String(epochs.length)]);
  if (epochs.length > 0)
    figures.push(['Training time', formatDuration(epochs.reduce((sum, { seconds }) => sum + seconds, 0))]);
  const entries = figures.map(([name, value]) =>
    element('div', {}, element('dt', {}, escapeXml(name)), element('dd', {}, escapeXml(value))),
  );
  return element('dl', { class: 'figures' }, ...entries);
}
