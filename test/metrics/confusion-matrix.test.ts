import fc from 'fast-check';
import { UsageError } from '../../lib/base/errors';
import { buildConfusionMatrix, confusionMatrixJson, mostFrequentConfusions } from '../../lib/metrics/confusion-matrix';

describe('a small matrix, against scikit-learn’s classification_report', () => {
  // y_true = [0,0,0,1,1,2], y_pred = [0,0,1,1,2,2]
  const pairs: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 2],
    [2, 2],
  ];
  const matrix = buildConfusionMatrix(pairs, ['a', 'b', 'c']);

  test('counts', () => {
    expect(matrix.counts).toEqual([
      [2, 1, 0],
      [0, 1, 1],
      [0, 0, 1],
    ]);
    expect([matrix.total, matrix.correct, matrix.accuracy]).toEqual([6, 4, 4 / 6]);
  });

  test('scores', () => {
    const rounded = matrix.perClass.map(({ precision, recall, f1 }) =>
      [precision, recall, f1].map((v) => Number(v.toFixed(4))),
    );
    expect(rounded).toEqual([
      [1, 0.6667, 0.8],
      [0.5, 0.5, 0.5],
      [0.5, 1, 0.6667],
    ]);
    expect(matrix.macro.precision).toBeCloseTo(2 / 3, 10);
    expect(matrix.macro.recall).toBeCloseTo(0.722222, 5);
    expect(matrix.macro.f1).toBeCloseTo(0.655556, 5);
  });

  test('the most frequent confusions', () => {
    const more = buildConfusionMatrix([...pairs, [0, 1]], ['a', 'b', 'c']);
    expect(mostFrequentConfusions(more, 5)).toEqual([
      { truth: 'a', predicted: 'b', count: 2 },
      { truth: 'b', predicted: 'c', count: 1 },
    ]);
    expect(mostFrequentConfusions(more, 1)).toHaveLength(1);
  });
});

test('a class that never occurs scores 0 and stays out of the macro average', () => {
  const { perClass, macro } = buildConfusionMatrix([[0, 0]], ['a', 'never']);
  expect(perClass[1]).toEqual({ class: 'never', support: 0, predicted: 0, precision: 0, recall: 0, f1: 0 });
  expect(macro).toEqual({ precision: 1, recall: 1, f1: 1 });
});

test('no clips give zeros, not NaN', () => {
  const { accuracy, macro } = buildConfusionMatrix([], ['a', 'b']);
  expect([accuracy, macro.f1]).toEqual([0, 0]);
});

test.each([
  [2, 0],
  [0, 2],
  [-1, 0],
  [0, 0.5],
])('an index outside the classes is refused: (%p, %p)', (truth, predicted) => {
  expect(() => buildConfusionMatrix([[truth, predicted]], ['a', 'b'])).toThrow(UsageError);
});

test('totals always agree with the pairs', () => {
  const index = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(index, index)), (pairs) => {
      const matrix = buildConfusionMatrix(pairs, ['a', 'b', 'c', 'd', 'e']);
      expect(matrix.total).toBe(pairs.length);
      expect(matrix.correct).toBe(pairs.filter(([truth, predicted]) => truth === predicted).length);
      expect(matrix.perClass.reduce((sum, score) => sum + score.support, 0)).toBe(pairs.length);
      expect(matrix.perClass.reduce((sum, score) => sum + score.predicted, 0)).toBe(pairs.length);
      matrix.perClass.forEach((score, c) => {
        expect(score.support).toBe(pairs.filter(([truth]) => truth === c).length);
        const { precision: p, recall: r } = score;
        expect(score.f1).toBeCloseTo(p + r === 0 ? 0 : (2 * p * r) / (p + r), 10);
      });
    }),
  );
});

test('confusion_matrix.json holds the whole matrix', () => {
  const matrix = buildConfusionMatrix([[0, 1]], ['a "b"', 'c']);
  expect(JSON.parse(confusionMatrixJson(matrix))).toEqual({ format: 1, ...matrix });
  expect(JSON.parse(confusionMatrixJson(buildConfusionMatrix([], [])))).toMatchObject({ classes: [], counts: [] });
});
