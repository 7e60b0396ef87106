import { labelPredictionsCsv, worstLabelMistakes } from '../../lib/report/label-predictions';
import { reportHtml } from '../../lib/report/html';
import { evaluationResults } from '../../lib/report/results';
import { multiLabel, singleLabel } from '../../lib/base/task';
import { AWKWARD_NAMES, exampleHistory, exampleLabels } from './examples';

test('predictions.csv has the classes of a clip in one field', () => {
  expect(labelPredictionsCsv(exampleLabels().predictions)).toBe(
    'file,true_classes,predicted_classes,probabilities\n' +
      'one.avi,run|jump,run|jump,0.750000|0.875000\n' +
      'other.avi,run,jump,0.625000\n',
  );
});

test('spans of a video are told apart', () => {
  const clips = [[0, 1] as const, [1, 2] as const].map((span, index) => ({
    ...{ file: 'a.avi', index, span, target: [0], probabilities: Float32Array.of(0.25, 0.75) },
  }));
  const { labels } = evaluationResults({ clips }, multiLabel(['run', 'jump']));
  expect(labelPredictionsCsv(labels!.predictions)).toBe(
    'file,start,end,true_classes,predicted_classes,probabilities\na.avi,0,1,run,jump,0.750000\na.avi,1,2,run,jump,0.750000\n',
  );
  expect(worstLabelMistakes(labels!.predictions, 1)).toMatchObject([{ file: 'a.avi', span: [0, 1] }]);
});

test('the worst mistakes are the surest wrong decisions, given or missed', () => {
  const { predictions } = exampleLabels();
  expect(worstLabelMistakes(predictions, 5)).toEqual([
    { file: 'other.avi', kind: 'missed', class: 'run', probability: 0.125 },
    { file: 'other.avi', kind: 'wrongly given', class: 'jump', probability: 0.625 },
  ]);
  expect(worstLabelMistakes(predictions, 1)).toHaveLength(1);
});

test('the page shows a table of the classes, the threshold and the mistakes, and no confusion matrix', () => {
  const html = reportHtml({ history: exampleHistory(0, ['run', 'jump']), labels: exampleLabels() });
  expect(html).toContain('A clip counts as of a class where its probability is above 0.5.');
  expect(html).toContain('<td>run</td><td class="number">2</td><td class="number">1</td>');
  expect(html).toMatch(/other\.avi.*run.*missed.*12\.5 %/s);
  expect(html).toContain('<dt>Macro F1</dt><dd>0.667</dd>');
  expect(html).not.toContain('onfusion');
});

test('names of classes cannot break out of the page', () => {
  const clips = [{ file: '<b>.avi', index: 0, target: [3], probabilities: Float32Array.of(0.9, 0.1, 0.1, 0.2) }];
  const { labels } = evaluationResults({ clips }, multiLabel(AWKWARD_NAMES));
  const html = reportHtml({ history: exampleHistory(0, AWKWARD_NAMES), labels: labels! });
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;b&gt;.avi');
});

test('an evaluation of one class a clip has a confusion matrix', () => {
  const clips = [{ file: 'a.avi', index: 0, target: [1], probabilities: Float32Array.of(0.75, 0.25) }];
  const { confusionMatrix, predictions, labels } = evaluationResults({ clips }, singleLabel(['run', 'jump']));
  expect(labels).toBeUndefined();
  expect(confusionMatrix?.counts).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(predictions).toEqual([{ file: 'a.avi', trueClass: 'jump', predictedClass: 'run', probability: 0.75 }]);
});
