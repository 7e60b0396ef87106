import { buildConfusionMatrix } from '../../lib/metrics/confusion-matrix';
import {
  type Details,
  readAveragePrecision,
  readConfusion,
  readPerClass,
  readReliability,
} from '../../lib/metrics/details';

const SCORES = { class: 'run', support: 2, predicted: 1, precision: 1, recall: 0.5, f1: 2 / 3 };
const BIN = { from: 0.5, to: 1, confidence: 0.75, accuracy: 1, count: 3 };

it('are found by what they are, whatever the metric is called', () => {
  const details: Details = {
    mine: ['reliability'],
    balanced_accuracy: {
      confusionMatrix: {
        classes: ['run', 'jump'],
        counts: [
          [1, 1],
          [0, 2],
        ],
      },
    },
    recall_micro: { perClass: [SCORES] },
    expected_calibration_error: { reliability: [BIN] },
    mean_average_precision: { averagePrecision: [{ class: 'run', support: 0, averagePrecision: null }] },
  };
  const pairs = [[0, 0] as const, [0, 1] as const, [1, 1] as const, [1, 1] as const];
  expect(readConfusion(details)).toEqual(buildConfusionMatrix(pairs, ['run', 'jump']));
  expect(readPerClass(details)).toEqual([SCORES]);
  expect(readReliability(details)).toEqual([BIN]);
  expect(readAveragePrecision(details)).toEqual([{ class: 'run', support: 0, averagePrecision: null }]);
});

it('are undefined where nothing of the kind was measured', () => {
  for (const read of [readConfusion, readPerClass, readReliability, readAveragePrecision])
    expect([read(undefined), read({}), read({ mine: { worst: 3 } })]).toEqual([undefined, undefined, undefined]);
});

it.each<[string, (details: Details) => unknown, Details]>([
  ['scores', readPerClass, { mine: { perClass: [{ ...SCORES, recall: 2 }] } }],
  ['bins', readReliability, { mine: { reliability: [{ ...BIN, count: -1 }] } }],
  ['a matrix of too few rows', readConfusion, { mine: { confusionMatrix: { classes: ['a', 'b'], counts: [[1]] } } }],
  ['a matrix of parts', readConfusion, { mine: { confusionMatrix: { classes: ['a'], counts: [[0.5]] } } }],
  ['a matrix that is no square', readConfusion, { mine: { confusionMatrix: { classes: ['a'], counts: [[1, 2]] } } }],
])('of a shape of somebody’s own are passed over: %s', (_, read, details) => {
  expect(read(details)).toBeUndefined();
});
