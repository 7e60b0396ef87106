import type { Json } from '../base/described';
import type { History } from '../metrics/history';
import { formatMetric, titleOf, VALIDATION } from '../metrics/shown';
import { section, table } from './html-parts';
import type { RunResults } from './results';
import { element, escapeXml } from './svg/markup';

/** Longer values are in the history. */
const MAX_DETAIL = 2000;

type Figure = readonly [name: string, value: string];

/** A form of a duration that a reader grasps at once. */
function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

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
    figures.push(['Training time', duration(epochs.reduce((sum, { seconds }) => sum + seconds, 0))]);
  const entries = figures.map(([name, value]) =>
    element('div', {}, element('dt', {}, escapeXml(name)), element('dd', {}, escapeXml(value))),
  );
  return element('dl', { class: 'figures' }, ...entries);
}

/** What metrics of the evaluation tell beside their number. */
export function detailsSection({ evaluate }: History): string {
  return valuesSection('Details of the evaluation', 'Metric', evaluate?.details ?? {});
}

/** A table of names and values, texts as they are; nothing where there is none. */
export function valuesSection(heading: string, names: string, values: Readonly<Record<string, Json>>): string {
  const entries = Object.entries(values);
  if (entries.length === 0) return '';
  const textOf = (value: Json): string => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}… (the rest is in history.json)` : text;
  };
  return section(
    heading,
    table(entries, [
      { heading: names, value: ([name]) => name },
      { heading: 'Value', value: ([, value]) => textOf(value), style: 'value' },
    ]),
  );
}
