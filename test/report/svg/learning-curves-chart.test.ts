import { Resvg } from '@resvg/resvg-js';
import { learningCurvesChart } from '../../../lib/report/svg/learning-curves-chart';
import { exampleHistory, textsOf } from '../examples';

const FONT = { loadSystemFonts: false };
const circles = (svg: string): number => [...svg.matchAll(/<circle [^>]*><title>/g)].length;
/** The curves' own paths: those that are not filled and have a joint. */
const curves = (svg: string): string[] =>
  [...svg.matchAll(/<path d="([^"]*)" fill="none" stroke="[^"]*" stroke-width="2.25" stroke-linejoin/g)].map(
    (m) => m[1] ?? '',
  );

test.each([1, 2, 12, 40, 500])('of %i epochs is well-formed, with titles, axes and legends', (epochs) => {
  const chart = learningCurvesChart(exampleHistory(epochs));
  expect(new Resvg(chart.svg, { font: FONT }).width).toBe(chart.width);
  const texts = textsOf(chart.svg);
  expect(texts).toEqual(
    expect.arrayContaining(['Learning curves', 'Loss', 'Accuracy', 'Epoch', 'Train', 'Validation', '100 %']),
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
  const epochs = history.epochs.map((record) => {
    const { loss = NaN, accuracy = NaN } = record.metrics;
    return { ...record, metrics: { loss, accuracy } };
  });
  const { svg } = learningCurvesChart({ ...history, epochs });
  expect(curves(svg)).toHaveLength(2);
  expect(textsOf(svg)).not.toContain('Validation');
});

test('a diverged epoch leaves a gap', () => {
  const history = exampleHistory(5);
  const epochs = history.epochs.map((record) =>
    record.epoch === 3 ? { ...record, metrics: { ...record.metrics, loss: NaN, val_loss: Infinity } } : record,
  );
  const { svg } = learningCurvesChart({ ...history, epochs });
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(curves(svg)[0]?.match(/M/g)).toHaveLength(2);
});

test('a run that ended before its evaluation is drawn too', () => {
  const { epochs, metrics, classes, config } = exampleHistory(2);
  expect(textsOf(learningCurvesChart({ epochs, metrics, classes, config }).svg)).toContain('2 epochs');
});

test('an epoch between two gaps of a long run still shows, as a dot', () => {
  const history = exampleHistory(50);
  const epochs = history.epochs.map((record) => ({
    ...record,
    metrics: { ...record.metrics, loss: record.epoch === 20 ? 1 : NaN },
  }));
  expect(curves(learningCurvesChart({ ...history, epochs }).svg)[0]).toMatch(/^M[\d.]+ [\d.]+h0$/);
});

test.each([
  [['loss'], 1, 1],
  [['loss', 'accuracy'], 2, 1],
  [['loss', 'accuracy', 'a'], 2, 2],
  [['loss', 'accuracy', 'a', 'b', 'c'], 2, 3],
])('panels of %j stand in %i columns and %i rows', (names, columns, rows) => {
  const history = exampleHistory(2);
  const metrics = Object.fromEntries(names.map((name) => [name, 0.5]));
  const { svg, width } = learningCurvesChart({ ...history, epochs: [{ epoch: 1, step: 1, seconds: 1, metrics }] });
  const panel = 484;
  expect(width).toBe(columns * panel + 24);
  const height = Number(/height="(\d+)"/.exec(svg)?.[1]);
  expect(height).toBe(86 + rows * 352);
  // Where they stand they are inside of the picture.
  const axes = [...svg.matchAll(/<path d="M(\d+) (\d+)h400" stroke="#9aa5b1"\/>/g)];
  expect(axes).toHaveLength(names.length);
  for (const [, left, bottom] of axes) {
    expect(Number(left) + 400).toBeLessThanOrEqual(width);
    expect(Number(bottom) + 52).toBeLessThanOrEqual(height);
  }
});
