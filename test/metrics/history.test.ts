import { historyJson, historySchema, parseHistory, type History } from '../../lib/metrics/history';
import { exampleHistory } from '../report/examples';

test('what is written reads back the same', () => {
  const history = exampleHistory(3);
  expect(parseHistory(historyJson(history))).toEqual(history);
});

test('the file has exactly the documented keys', () => {
  const file = JSON.parse(historyJson(exampleHistory(1))) as Record<string, unknown>;
  expect(Object.keys(file)).toEqual(['epochs', 'evaluate', 'classes', 'config']);
  expect(file['epochs']).toEqual([
    { epoch: 1, loss: 2, accuracy: 0.5, val_loss: 2.2, val_accuracy: 0.4, seconds: 1.5 },
  ]);
  expect(file['evaluate']).toEqual({ loss: 0.107, accuracy: 0.976 });
});

test('without validation and evaluation their keys are absent', () => {
  const history: History = { epochs: [{ epoch: 1, loss: 1, accuracy: 0, seconds: 0 }], classes: ['a'], config: {} };
  const text = historyJson(history);
  expect(text).not.toMatch(/val_|evaluate/);
  expect(parseHistory(text)).toEqual(history);
});

test('a diverged loss is written as null and read as NaN', () => {
  const history: History = { ...exampleHistory(0), epochs: [{ epoch: 1, loss: NaN, accuracy: 0.1, seconds: 1 }] };
  const text = historyJson(history);
  expect(text).toContain('"loss":null');
  expect(parseHistory(text).epochs[0]?.loss).toBeNaN();
});

test.each([
  ['epochs from 0', { epochs: [{ epoch: 0, loss: 1, accuracy: 1, seconds: 1 }] }],
  ['a gap in the epochs', { epochs: [{ epoch: 2, loss: 1, accuracy: 1, seconds: 1 }] }],
  ['no loss', { epochs: [{ epoch: 1, accuracy: 1, seconds: 1 }] }],
  ['text for a number', { epochs: [{ epoch: 1, loss: '1', accuracy: 1, seconds: 1 }] }],
  ['negative time', { epochs: [{ epoch: 1, loss: 1, accuracy: 1, seconds: -1 }] }],
  ['classes that are no names', { classes: [1] }],
])('%s is refused', (_name, change) => {
  const { success } = historySchema.safeParse({ epochs: [], classes: [], config: {}, ...change });
  expect(success).toBe(false);
});

test('a history that could not be read back is not written', () => {
  const [first] = exampleHistory(1).epochs;
  expect(() => historyJson({ ...exampleHistory(1), epochs: [{ ...first!, epoch: 5 }] })).toThrow(
    'epochs must count from 1',
  );
});
