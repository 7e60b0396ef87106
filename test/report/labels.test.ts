import { labelPredictionsCsv, worstLabelMistakes } from '../../lib/report/label-predictions';
import { reportHtml } from '../../lib/report/page/html';
import { evaluationResults } from '../../lib/report/results';
import { multiLabel, singleLabel } from '../../lib/base/task';
import { scoreLabels } from '../../lib/metrics/label-scores';
import { AWKWARD_NAMES, exampleHistory, exampleLabels } from './examples';

test('predictions.csv has the classes of a clip in one field', async () => {
  expect(await labelPredictionsCsv(exampleLabels().predictions)).toBe(
    'file,true_classes,predicted_classes,probabilities,missed_classes,missed_probabilities\n' +
      'one.avi,run|jump,run|jump,0.750000|0.875000,,\n' +
      'other.avi,run,jump,0.625000,run,0.125000\n',
  );
});

test('spans of a video are told apart', async () => {
  const clips = [[0, 1] as const, [1, 2] as const].map((span, index) => ({
    ...{ file: 'a.avi', index, span, target: [0], probabilities: Float32Array.of(0.25, 0.75) },
  }));
  const { labels } = await evaluationResults({ clips }, multiLabel(['run', 'jump']));
  expect(await labelPredictionsCsv(labels!.predictions)).toBe(
    'file,start,end,true_classes,predicted_classes,probabilities,missed_classes,missed_probabilities\n' +
      'a.avi,0,1,run,jump,0.750000,run,0.250000\na.avi,1,2,run,jump,0.750000,run,0.250000\n',
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

test('the page shows a table of the classes, the threshold and the mistakes, and no confusion matrix', async () => {
  const html = await reportHtml({ history: exampleHistory(0, ['run', 'jump']), labels: exampleLabels() });
  expect(html).toContain('A clip counts as of a class where its probability is above 0.5.');
  expect(html).toContain('<th scope="row">run</th><td class="number">2</td><td class="number">1</td>');
  expect(html).toMatch(/run<\/span> was missed, at 12\.5 %.*other\.avi/);
  expect(html).toContain('<dt>Macro F1</dt><dd>0.667</dd>');
  expect(html).not.toContain('onfusion');
});

test('names of classes cannot break out of the page', async () => {
  const clips = [{ file: '<b>.avi', index: 0, target: [3], probabilities: Float32Array.of(0.9, 0.1, 0.1, 0.2) }];
  const { labels } = await evaluationResults({ clips }, multiLabel(AWKWARD_NAMES));
  const html = await reportHtml({ history: exampleHistory(0, AWKWARD_NAMES), labels: labels! });
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('&lt;b&gt;.avi');
});

test('an evaluation of several classes a clip has what scoreLabels has, and how well they rank', async () => {
  const clips = [
    { file: 'a.avi', index: 0, target: [1], probabilities: Float32Array.of(0.75, 0.25) },
    { file: 'b.avi', index: 1, target: [0], probabilities: Float32Array.of(0.875, 0.5) },
  ];
  const { labels } = await evaluationResults({ clips }, multiLabel(['run', 'jump']), 0.25);
  expect(labels!.scores).toEqual(scoreLabels(clips, ['run', 'jump'], 0.25));
  expect(labels!.averagePrecision.map(({ averagePrecision }) => averagePrecision)).toEqual([1, 0.5]);
  const { labels: none } = await evaluationResults({ clips: [] }, multiLabel(['run', 'jump']));
  expect(none!.scores).toEqual(scoreLabels([], ['run', 'jump']));
});

test('an evaluation of one class a clip has a confusion matrix', async () => {
  const clips = [{ file: 'a.avi', index: 0, target: [1], probabilities: Float32Array.of(0.75, 0.25) }];
  const { confusionMatrix, reliability, predictions, labels } = await evaluationResults(
    { clips },
    singleLabel(['run', 'jump']),
  );
  expect(labels).toBeUndefined();
  expect(confusionMatrix?.counts).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(reliability?.filter(({ count }) => count > 0)).toMatchObject([{ confidence: 0.75, accuracy: 0, count: 1 }]);
  expect(predictions).toEqual([{ file: 'a.avi', trueClass: 'jump', predictedClass: 'run', probability: 0.75 }]);
});
