import fc from 'fast-check';
import { MovinetError, UsageError } from '../../../lib/base/errors';
import { type EpochRecord, type History, historyJson, parseHistory } from '../../../lib/metrics/history/history';
import { exampleHistory } from '../../report/examples';

const record = (metrics: EpochRecord['metrics'], epoch = 1): EpochRecord => ({ epoch, step: 2, seconds: 1, metrics });
const historyOf = (...epochs: EpochRecord[]): History => ({ epochs, metrics: {}, classes: ['a'], config: {} });

test('what is written reads back the same', () => {
  const history = exampleHistory(3);
  expect(parseHistory(historyJson(history))).toEqual(history);
});

test('the file has exactly the documented keys, an epoch a line', () => {
  const text = historyJson(exampleHistory(2));
  const file = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(file)).toEqual(['format', 'epochs', 'evaluate', 'metrics', 'classes', 'config']);
  expect(file).toMatchObject({
    format: 1,
    evaluate: { metrics: { loss: 0.107, accuracy: 0.976 } },
    metrics: { loss: { better: 'lower' }, accuracy: { better: 'higher', shownAs: 'percent' } },
  });
  expect((file['epochs'] as unknown[])[0]).toEqual({
    ...{ epoch: 1, step: 3, seconds: 1.5 },
    metrics: { loss: 2, accuracy: 0.5, val_loss: 2.2, val_accuracy: 0.4 },
  });
  expect(text.split('\n').filter((line) => line.includes('"epoch":'))).toHaveLength(2);
});

test('without validation and evaluation their keys are absent', () => {
  const history = historyOf(record({ loss: 1, accuracy: 0 }));
  const text = historyJson(history);
  expect(text).not.toMatch(/val_|evaluate/);
  expect(parseHistory(text)).toEqual(history);
});

test('whatever is measured reads back, numbers to the last bit, others as NaN', () => {
  const value = fc.oneof(
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.constantFrom(NaN, Infinity, -Infinity),
  );
  const name = fc.string().filter((text) => text !== '__proto__');
  fc.assert(
    fc.property(fc.array(fc.dictionary(name, value)), fc.dictionary(name, value), (epochs, evaluate) => {
      const history = {
        ...historyOf(...epochs.map((metrics, i) => record({ ...metrics }, i + 1))),
        evaluate: { metrics: { ...evaluate } },
      };
      const read = parseHistory(historyJson(history));
      const expected = (metrics: Record<string, number>) =>
        Object.fromEntries(
          // JSON has no negative zero either.
          Object.entries(metrics).map(([key, number]) => [key, Number.isFinite(number) ? number + 0 : NaN]),
        );
      expect(read.epochs.map(({ metrics }) => metrics)).toEqual(epochs.map(expected));
      expect(read.evaluate?.metrics).toEqual(expected(evaluate));
    }),
  );
});

test('a diverged loss is written as null and read as NaN', () => {
  const text = historyJson(historyOf(record({ loss: NaN, accuracy: 0.1 })));
  expect(text).toContain('"loss":null');
  expect(parseHistory(text).epochs[0]?.metrics['loss']).toBeNaN();
});

test('details of metrics are kept', () => {
  const evaluate = { metrics: { loss: 1 }, details: { errors: { perClass: [0.5, 1] } } };
  expect(parseHistory(historyJson({ ...historyOf(), evaluate })).evaluate).toEqual(evaluate);
});

describe('a history from before format 1', () => {
  const old = {
    epochs: [
      { epoch: 1, loss: 2, accuracy: 0.5, val_loss: null, val_accuracy: 0.4, seconds: 1.5 },
      { epoch: 2, loss: 1, accuracy: 0.75, mine: 3, seconds: 1 },
    ],
    evaluate: { loss: 0.107, accuracy: 0.976 },
    classes: ['a', 'b'],
    config: { batch_size: 8 },
  };

  test('is read in the shape of today, its own metrics too', () => {
    expect(parseHistory(JSON.stringify(old))).toEqual({
      epochs: [
        {
          ...{ epoch: 1, step: 0, seconds: 1.5 },
          metrics: { loss: 2, accuracy: 0.5, val_loss: NaN, val_accuracy: 0.4 },
        },
        { epoch: 2, step: 0, seconds: 1, metrics: { loss: 1, accuracy: 0.75, mine: 3 } },
      ],
      evaluate: { metrics: { loss: 0.107, accuracy: 0.976 } },
      metrics: { loss: { better: 'lower' }, accuracy: { better: 'higher', shownAs: 'percent' } },
      classes: ['a', 'b'],
      config: { batch_size: 8 },
    });
  });

  test.each([
    ['text for a number', { epochs: [{ epoch: 1, loss: '1', seconds: 1 }] }, /epochs\.0\.metrics\.loss/],
    ['no time', { epochs: [{ epoch: 1, loss: 1 }] }, /epochs\.0\.seconds/],
    ['no classes', { classes: undefined }, /classes/],
  ])('with %s is refused', (_, change, message) => {
    expect(() => parseHistory(JSON.stringify({ ...old, ...change }))).toThrow(message);
  });
});

test.each<[string, string, RegExp]>([
  ['no JSON', '{', /^This is no history of a run: it is no JSON$/],
  ['another value', '[]', /^This is no history of a run: /],
  [
    'a later format',
    historyJson(historyOf()).replace('"format": 1', '"format": 2'),
    /format: expected 1, got 2; a later/,
  ],
  ['epochs from 0', JSON.stringify({ format: 1, ...historyOf(record({}, 0)) }), /epochs\.0\.epoch: /],
  [
    'a gap in the epochs',
    JSON.stringify({ format: 1, ...historyOf(record({}, 2)) }),
    /epochs: epochs must count from 1/,
  ],
  [
    'negative time',
    JSON.stringify({ format: 1, ...historyOf({ ...record({}), seconds: -1 }) }),
    /epochs\.0\.seconds: /,
  ],
  ['classes that are no names', JSON.stringify({ format: 1, ...historyOf(), classes: [1] }), /classes\.0: /],
])('%s is refused by one line', (_, text, message) => {
  const read = () => parseHistory(text);
  expect(read).toThrow(MovinetError);
  expect(read).toThrow(message);
  expect(read).not.toThrow(/\n/);
});

test('a history that could not be read back is not written', () => {
  const write = () => historyJson(historyOf(record({}, 5)));
  expect(write).toThrow(UsageError);
  expect(write).toThrow('This history cannot be written: epochs: epochs must count from 1 without gaps');
});
