import { UsageError } from '../../lib/base/errors';
import { labelScoresJson, scoreLabels } from '../../lib/metrics/label-scores';

const clip = (target: number[], probabilities: number[]) => ({
  target,
  probabilities: Float32Array.from(probabilities),
});
const classes = ['run', 'jump', 'fall'];
const CLIPS = [clip([0, 1], [0.9, 0.4, 0.1]), clip([0], [0.6, 0.7, 0.2]), clip([], [0.8, 0.1, 0.3])];

it('scores each class at the threshold', () => {
  const scores = scoreLabels(CLIPS, classes);
  expect(scores.perClass).toEqual([
    { class: 'run', support: 2, predicted: 3, precision: 2 / 3, recall: 1, f1: 4 / 5 },
    { class: 'jump', support: 1, predicted: 1, precision: 0, recall: 0, f1: 0 },
    { class: 'fall', support: 0, predicted: 0, precision: 0, recall: 0, f1: 0 },
  ]);
  // Wrong: jump missed in the first, given to the second, run given to the third.
  expect(scores).toMatchObject({ threshold: 0.5, total: 3, accuracy: expect.closeTo(6 / 9, 10) });
  expect(scores.macro).toEqual({ precision: 1 / 3, recall: 1 / 2, f1: 2 / 5 });
});

it('decides otherwise at another threshold', () => {
  const { perClass, accuracy } = scoreLabels(CLIPS, classes, 0.35);
  expect(perClass[1]).toMatchObject({ predicted: 2, precision: 0.5, recall: 1 });
  expect(accuracy).toBeCloseTo(7 / 9, 10);
});

it.each([NaN, -0.1, 1, Infinity])('refuses a threshold of %d', (threshold) => {
  expect(() => scoreLabels(CLIPS, classes, threshold)).toThrow(UsageError);
});

it('has scores of 0 where there is no clip', () => {
  expect(scoreLabels([], classes)).toMatchObject({ total: 0, accuracy: 0, macro: { f1: 0 } });
});

it('is written as JSON that says the same', () => {
  const scores = scoreLabels(CLIPS, classes);
  expect(JSON.parse(labelScoresJson(scores))).toEqual({ format: 1, ...scores });
  expect(
    labelScoresJson(scores)
      .split('\n')
      .filter((line) => line.includes('"class":')),
  ).toHaveLength(3);
});
