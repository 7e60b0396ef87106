import { Resvg } from '@resvg/resvg-js';
import type { History } from '../../../lib/metrics/history';
import { learningCurvesChart } from '../../../lib/report/svg/learning-curves-chart';
import { exampleHistory, textsOf } from '../examples';

const FONT = { loadSystemFonts: false };
const circles = (svg: string): number => [...svg.matchAll(/<circle [^>]*><title>/g)].length;
/** The curves' own paths: those that are not filled and have a joint. */
const curves = (svg: string): string[] =>
  [...svg.matchAll(/<path d="([^"]*)" fill="none" stroke="[^"]*" stroke-width="2.25" stroke-linejoin/g)].map(
    (m) => m[1] ?? '',
  );

test.each([1, 2, 12, 40, 300])('of %i epochs is well-formed, with titles, axes and legends', (epochs) => {
  const chart = learningCurvesChart(exampleHistory(epochs));
  expect(new Resvg(chart.svg, { font: FONT }).width).toBe(chart.width);
  const texts = textsOf(chart.svg);
  expect(texts).toEqual(
    expect.arrayContaining(['Learning curves', 'Loss', 'Accuracy', 'Epoch', 'Train', 'Validation', '100%']),
  );
  expect(chart.svg).not.toContain('NaN');
  expect(curves(chart.svg)).toHaveLength(4);
  for (const curve of curves(chart.svg)) expect(curve.match(/[ML]/g)).toHaveLength(epochs);
});

test('one epoch shows as markers', () => {
  expect(circles(learningCurvesChart(exampleHistory(1)).svg)).toBe(4);
});

test('many epochs are drawn without markers', () => {
  expect(circles(learningCurvesChart(exampleHistory(41)).svg)).toBe(0);
});

test('higher values are drawn higher', () => {
  const [trainLoss = '', , trainAccuracy = ''] = curves(learningCurvesChart(exampleHistory(2)).svg);
  const ends = (path: string): number[] => [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((match) => Number(match[1]));
  const [lossBefore = NaN, lossAfter = NaN] = ends(trainLoss);
  const [accuracyBefore = NaN, accuracyAfter = NaN] = ends(trainAccuracy);
  expect(lossAfter).toBeGreaterThan(lossBefore); // The loss falls; y grows downwards.
  expect(accuracyAfter).toBeLessThan(accuracyBefore);
});

test('without validation there is one curve a panel and no legend entry for it', () => {
  const history = exampleHistory(3);
  const epochs = history.epochs.map(({ epoch, loss, accuracy, seconds }) => ({ epoch, loss, accuracy, seconds }));
  const { svg } = learningCurvesChart({ ...history, epochs });
  expect(curves(svg)).toHaveLength(2);
  expect(textsOf(svg)).not.toContain('Validation');
});

test('a diverged epoch leaves a gap', () => {
  const history = exampleHistory(5);
  const epochs = history.epochs.map((record) =>
    record.epoch === 3 ? { ...record, loss: NaN, val_loss: Infinity } : record,
  );
  const { svg } = learningCurvesChart({ ...history, epochs });
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(curves(svg)[0]?.match(/M/g)).toHaveLength(2);
});

test('a run that ended before its evaluation is drawn too', () => {
  const { epochs, classes, config } = exampleHistory(2);
  const history: History = { epochs, classes, config };
  expect(textsOf(learningCurvesChart(history).svg)).toContain('2 epochs');
});
