import type { Described, Json } from '../../../lib/base/described';
import { UsageError } from '../../../lib/base/errors';
import { multiLabel, singleLabel, type Task } from '../../../lib/base/task';
import { MOST_SCORES, RankedScores } from '../../../lib/metrics/kinds/average-precision';
import { chosenMetrics, checkMetrics, Meters } from '../../../lib/metrics/meters';
import * as kinds from '../../../lib/metrics/metrics';
import { shownMetrics } from '../../../lib/metrics/shown';

const CLASSES = ['Archery', 'Diving', 'PlayingGuitar'];

it.each<[string, unknown, RegExp]>([
  [
    'an average that there is not',
    { kind: 'f1', average: 'samples' },
    /f1: average: expected one of macro, micro, weigh/,
  ],
  [
    'an average of one class',
    { kind: 'recall', average: 'micro', class: 'Archery' },
    /The metric recall: average and class exclude each other/,
  ],
  ['no class', { kind: 'recall', class: '' }, /The metric recall: class/],
  [
    'a threshold of 1',
    { kind: 'precision', threshold: 1 },
    /precision: threshold: expected a number of at least 0 and/,
  ],
  ['none of the likeliest', { kind: 'topK', k: 0 }, /topK: k: expected an integer of at least 1/],
  [
    'half a bin',
    { kind: 'expectedCalibrationError', bins: 0.5 },
    /expectedCalibrationError: bins: expected an integer/,
  ],
])('options that make no sense: %s', (_, metric, message) => {
  expect(() => kinds.metrics.build(metric)).toThrow(UsageError);
  expect(() => kinds.metrics.build(metric)).toThrow(message);
});

it.each<[string, Described<'metric'>, Task, RegExp]>([
  [
    'one class alone of clips with several',
    kinds.topK(),
    multiLabel(CLASSES),
    /^The metric top5 is for single-label tasks, and this one is multi-label: leave it out$/,
  ],
  [
    'several classes of clips with one',
    kinds.subsetAccuracy(),
    singleLabel(CLASSES),
    /subset_accuracy is for multi-label tasks/,
  ],
  [
    'a confusion matrix of labels',
    kinds.confusionMatrix(),
    multiLabel(CLASSES),
    /balanced_accuracy is for single-label/,
  ],
  [
    'a class that there is not',
    kinds.f1({ class: 'archery' }),
    singleLabel(CLASSES),
    /^The metric f1: there is no class "archery": the classes are Archery, Diving, PlayingGuitar$/,
  ],
  ['more of the likeliest than classes', kinds.topK({ k: 4 }), singleLabel(CLASSES), /top4: k must be at most .*, 3/],
])('what does not fit the task is refused before a clip is seen: %s', (_, metric, task, message) => {
  const fits = chosenMetrics([metric]);
  for (const choose of [
    () => checkMetrics(fits, task),
    () => chosenMetrics([metric], task),
    () => new Meters(fits, task),
  ]) {
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow(message);
  }
});

it.each<[Described<'metric'>, Json]>([
  [kinds.f1(), null],
  [kinds.f1(), { clips: 1, hits: [1, 0], support: [1, 0], predicted: [1, 0] }],
  [kinds.confusionMatrix(), [[9, 1]]],
  [kinds.cohenKappa(), [[0, -1]]],
  [kinds.expectedCalibrationError({ bins: 2 }), [[1, 1, 0.5]]],
  [kinds.meanAveragePrecision(), { scores: 'AAAAAAAAAAA=', own: '', support: [0, 0, 0] }],
  [kinds.meanAveragePrecision(), { scores: 'AAAAAAAAAAAAAAAA', own: '', support: [0, 1, 0] }],
  [kinds.meanAveragePrecision(), { scores: '#', own: '', support: [0, 0, 0] }],
])('what is no state of it is refused: %j, %j', (metric, state) => {
  const [, { meter }] = chosenMetrics([metric]) as unknown as [
    unknown,
    { meter: (task: Task) => { restore(of: Json): void } },
  ];
  const restore = (): void => meter(singleLabel(CLASSES)).restore(state);
  expect(restore).toThrow(UsageError);
  expect(restore).toThrow(/is no state of/);
});

it('keeps no more probabilities than memory and a snapshot can hold', () => {
  const add = (): void => new RankedScores(1).add(new Float32Array(MOST_SCORES + 1), []);
  expect(add).toThrow(UsageError);
  expect(add).toThrow(/mean_average_precision keeps every probability, at most 67108864, and this pass has more/);
});

it('has names that tell what was measured, and how each is shown', () => {
  const metrics = chosenMetrics([
    ...[kinds.topK({ k: 3 }), kinds.precision(), kinds.recall({ average: 'weighted' }), kinds.f1({ class: 'Diving' })],
    ...[kinds.confusionMatrix(), kinds.cohenKappa(), kinds.expectedCalibrationError(), kinds.meanAveragePrecision()],
    ...[kinds.subsetAccuracy(), kinds.hammingLoss()],
  ]);
  const higher = { better: 'higher' };
  const share = { better: 'higher', shownAs: 'percent' };
  expect(shownMetrics(metrics)).toEqual({
    ...{ loss: { better: 'lower' }, top3: share, precision_macro: share, recall_weighted: share },
    ...{ f1_Diving: { better: 'higher', shownAs: 'number' }, balanced_accuracy: share, cohen_kappa: higher },
    ...{ expected_calibration_error: { better: 'lower', shownAs: 'percent' }, mean_average_precision: higher },
    ...{ subset_accuracy: share, hamming_loss: { better: 'lower', shownAs: 'percent' } },
  });
});

it('tells an average precision at the end of a pass only, as it takes long', async () => {
  const task = singleLabel(CLASSES);
  const metrics = chosenMetrics(['meanAveragePrecision', 'accuracy']);
  const batch = {
    ...{ count: 1, probabilities: Float32Array.of(0.5, 0.25, 0.25), targets: Float32Array.of(1, 0, 0) },
    losses: Float32Array.of(1),
  };
  const meters = new Meters(metrics, task);
  meters.add(batch);
  expect([meters.results(), meters.details()]).toEqual([{ loss: 1, accuracy: 1 }, {}]);
  await meters.finish();
  expect(meters.results()).toEqual({ loss: 1, mean_average_precision: 1, accuracy: 1 });
  expect(Object.keys(meters.details())).toEqual(['mean_average_precision']);
  meters.add(batch);
  expect(meters.results()).toEqual({ loss: 1, accuracy: 1 });
  expect(Object.keys(Meters.soFar(metrics, task).state().meters)).toEqual(['loss', 'accuracy']);
});
