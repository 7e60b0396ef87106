import { type ConfusionMatrix, mostFrequentConfusions } from '../metrics/confusion-matrix';
import { percent } from '../metrics/shown';
import { classesSection } from './html-classes';
import { detailsSection, keyFigures, valuesSection } from './html-figures';
import { labelSections } from './html-labels';
import { section, table } from './html-parts';
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
    history.ended === undefined ? '' : element('p', {}, escapeXml(history.ended.why)),
    keyFigures(results),
    epochs.length === 0 ? '' : chartSection('Learning curves', learningCurvesChart(history).svg),
    confusionMatrix === undefined
      ? ''
      : chartSection(
          'Confusion matrix',
          confusionMatrixChart(confusionMatrix).svg,
          classes.length > MAX_FITTED_CLASSES,
        ) +
        classesSection(confusionMatrix.perClass, confusionMatrix.macro) +
        confusionsSection(confusionMatrix),
    predictions === undefined ? '' : mistakesSection(predictions),
    labels === undefined ? '' : labelSections(labels),
    detailsSection(history),
    valuesSection('Configuration', 'Option', history.config),
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
