import { chosenMetrics } from '../../lib/metrics/meters';
import { describeMetrics, formatDuration, formatMetric, shownMetrics, titleOf } from '../../lib/metrics/shown';

const SHOWN = shownMetrics(chosenMetrics());

test('metrics are shown as they say, with or without val_', () => {
  expect(SHOWN).toEqual({ loss: { better: 'lower' }, accuracy: { better: 'higher', shownAs: 'percent' } });
  expect(describeMetrics({ loss: 1.121, accuracy: 0.7125, val_loss: 0.24114, val_accuracy: 1, mine: -3 }, SHOWN)).toBe(
    'loss 1.1210, accuracy 71.3 %, val_loss 0.2411, val_accuracy 100.0 %, mine -3.0000',
  );
});

test.each([
  [0, '0.0000'],
  [-0.5, '-0.5000'],
  [0.00012345, '1.234e-4'],
  [0.001, '0.0010'],
  [999.99, '999.9900'],
  [-12345.678, '-12345.7'],
  [1.5e6, '1.500e+6'],
  [NaN, 'not finite'],
  [-Infinity, 'not finite'],
])('a number of any size is short: %d as %s', (value, text) => {
  expect(formatMetric('loss', value, SHOWN)).toBe(text);
});

test('a share that is no number says so', () => {
  expect(formatMetric('val_accuracy', NaN, SHOWN)).toBe('not finite');
});

test.each([
  ['loss', 'Loss'],
  ['top_2_accuracy', 'Top 2 accuracy'],
  ['mAP', 'mAP'],
  ['macroF1', 'macroF1'],
  ['', ''],
])('the title of %s is %s', (name, title) => {
  expect(titleOf(name)).toBe(title);
});

it.each([
  [0, '0.0 s'],
  [59.96, '1 min 0 s'],
  [3599.6, '1 h 0 min'],
  [7500, '2 h 5 min'],
])('writes %p seconds as people say them', (seconds, expected) => {
  expect(formatDuration(seconds)).toBe(expected);
});
