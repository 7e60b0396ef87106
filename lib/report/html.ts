import { type ConfusionMatrix, mostFrequentConfusions } from '../metrics/confusion-matrix';
import type { History } from '../metrics/history';
import { classesSection } from './html-classes';
import { labelSections } from './html-labels';
import { percent, section, table } from './html-parts';
import { REPORT_STYLE } from './html-style';
import { partName, type Prediction, worstMistakes } from './predictions';
import type { RunResults } from './results';
import { confusionMatrixChart } from './svg/confusion-matrix-chart';
import { learningCurvesChart } from './svg/learning-curves-chart';
import { element, escapeXml } from './svg/markup';

const MAX_MISTAKES = 20;
const MAX_CONFUSIONS = 10;
/** A wider matrix scrolls in its frame: shrunk to the page it could not be read. */
const MAX_FITTED_CLASSES = 30;

/** A form of a duration that a reader grasps at once. */
function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function keyFigures({ history, confusionMatrix, labels }: RunResults): string {
  const { epochs, evaluate, classes } = history;
  const figures: [string, string][] = [];
  if (evaluate !== undefined) {
    figures.push(['Evaluation accuracy', percent(evaluate.accuracy)], ['Evaluation loss', evaluate.loss.toFixed(3)]);
  }
  const validated = epochs.map((record) => record.val_accuracy).filter((value) => value !== undefined);
  if (validated.length > 0) figures.push(['Best validation accuracy', percent(Math.max(...validated))]);
  const scores = confusionMatrix ?? labels?.scores;
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

/** A section of one chart, whose own title is the visible one. */
function chartSection(heading: string, svg: string, wide = false): string {
  const picture = element('div', { class: wide ? 'picture wide' : 'picture' }, svg);
  return element('section', {}, element('h2', { class: 'unseen' }, escapeXml(heading)), picture);
}

function confusionsSection(matrix: ConfusionMatrix): string {
  const confusions = mostFrequentConfusions(matrix, MAX_CONFUSIONS);
  if (confusions.length === 0) return '';
  return section(
    'Most frequent confusions',
    table(confusions, [
      { heading: 'True class', value: (row) => row.truth },
      { heading: 'Taken for', value: (row) => row.predicted },
      { heading: 'Clips', value: (row) => String(row.count), style: 'number' },
    ]),
  );
}

function mistakesSection(predictions: readonly Prediction[]): string {
  const mistakes = worstMistakes(predictions, MAX_MISTAKES);
  const heading = 'Worst mistakes';
  if (mistakes.length === 0) {
    const none = predictions.length === 0 ? 'No clip was evaluated.' : 'None: every clip was recognised.';
    return section(heading, element('p', { class: 'muted' }, none));
  }
  return section(
    heading,
    element('p', { class: 'muted' }, 'Wrong predictions, the surest first. All predictions are in predictions.csv.'),
    table(mistakes, [
      { heading: 'File', value: partName, style: 'path' },
      { heading: 'True class', value: (row) => row.trueClass },
      { heading: 'Predicted class', value: (row) => row.predictedClass },
      { heading: 'Probability', value: (row) => percent(row.probability), style: 'number' },
    ]),
  );
}

function configurationSection(config: History['config']): string {
  const entries = Object.entries(config);
  if (entries.length === 0) return '';
  return section(
    'Configuration',
    table(entries, [
      { heading: 'Option', value: ([name]) => name },
      {
        heading: 'Value',
        value: ([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)),
        style: 'value',
      },
    ]),
  );
}

function filesSection(files: readonly string[]): string {
  if (files.length === 0) return '';
  const entries = files.map((file) => element('li', {}, element('a', { href: encodeURI(file) }, escapeXml(file))));
  return section('Files', element('ul', { class: 'files' }, ...entries));
}

/**
 * One page that shows a whole run. It loads nothing: no script, no font, no picture from elsewhere.
 *
 * @param files names beside the page, relative to it, to link to.
 */
export function reportHtml(results: RunResults, files: readonly string[] = []): string {
  const { history, confusionMatrix, predictions, labels } = results;
  const { classes, epochs } = history;
  const title = `MoViNet run: ${classes.length} classes, ${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}`;
  const shown = classes.slice(0, 12).join(', ');
  const more = classes.length > 12 ? ` and ${classes.length - 12} more` : '';
  const body = [
    element('h1', {}, escapeXml(title)),
    element('p', { class: 'muted' }, escapeXml(shown + more)),
    keyFigures(results),
    epochs.length === 0 ? '' : chartSection('Learning curves', learningCurvesChart(history).svg),
    confusionMatrix === undefined
      ? ''
      : chartSection(
          'Confusion matrix',
          confusionMatrixChart(confusionMatrix).svg,
          classes.length > MAX_FITTED_CLASSES,
        ) +
        classesSection(confusionMatrix.per_class, confusionMatrix.macro) +
        confusionsSection(confusionMatrix),
    predictions === undefined ? '' : mistakesSection(predictions),
    labels === undefined ? '' : labelSections(labels),
    configurationSection(history.config),
    filesSection(files),
  ].filter((part) => part !== '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
${body.join('\n')}
</main>
</body>
</html>
`;
}
