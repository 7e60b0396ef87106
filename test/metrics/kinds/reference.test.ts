import type { Described } from '../../../lib/base/described';
import { readAveragePrecision, readConfusion, readPerClass, readReliability } from '../../../lib/metrics/details';
import {
  accuracy,
  cohenKappa,
  confusionMatrix,
  expectedCalibrationError,
  f1,
  hammingLoss,
  meanAveragePrecision,
  precision,
  recall,
  subsetAccuracy,
  topK,
} from '../../../lib/metrics/metrics';
import { batchesOf, measure, taskOf } from './support';
// By scripts/python/fixtures/metric_values.py: scikit-learn's numbers, with which Keras' agree.
import * as reference from '../metric-values.json';

type Triple = readonly number[];

interface Scores extends Record<'macro' | 'micro' | 'weighted', Triple> {
  readonly perClass: readonly Triple[];
  readonly support: readonly number[];
  readonly predicted: readonly number[];
}

interface Case {
  readonly name: string;
  readonly targets: number[][];
  readonly probabilities: number[][];
  readonly scores: Scores;
  readonly averagePrecision: readonly (number | null)[];
}

interface SingleLabelCase extends Case {
  readonly topK: readonly number[];
  readonly confusionMatrix: number[][];
  readonly balancedAccuracy: number;
  readonly cohenKappa: number | null;
  readonly calibration: Record<string, { readonly error: number; readonly curve: readonly Triple[] }>;
}

interface MultiLabelCase extends Case {
  readonly threshold: number;
  readonly accuracy: number;
  readonly hammingLoss: number;
  readonly subsetAccuracy: number;
}

const casesOf = <Of extends Case>(kind: string): [string, Of][] =>
  reference.cases.filter((one) => one.kind === kind).map((one) => [one.name, one as unknown as Of]);

const DIGITS = 12;

/** Metrics of this case, in batches of seven clips. */
async function tell(
  kind: 'single-label' | 'multi-label',
  { targets, probabilities }: Case,
  metrics: Described<'metric'>[],
) {
  const task = taskOf(kind, probabilities[0]!.length);
  const meters = await measure(metrics, task, batchesOf(probabilities, targets, 7));
  return { results: meters.results(), details: meters.details() };
}

async function expectScores(kind: 'single-label' | 'multi-label', one: Case, threshold?: number): Promise<void> {
  const { scores, probabilities } = one;
  const options = threshold === undefined ? {} : { threshold };
  for (const average of ['macro', 'micro', 'weighted'] as const) {
    const metrics = [precision, recall, f1].map((describe) => describe({ average, ...options }));
    const { results, details } = await tell(kind, one, metrics);
    const found = ['precision', 'recall', 'f1'].map((score) => results[`${score}_${average}`]);
    found.forEach((value, i) => expect(value).toBeCloseTo(scores[average][i]!, DIGITS));
    expect(readPerClass(details)).toEqual(
      scores.perClass.map(([ofPrecision, ofRecall, ofF1], i) => ({
        ...{ class: `class ${i}`, support: scores.support[i], predicted: scores.predicted[i] },
        precision: expect.closeTo(ofPrecision!, DIGITS) as number,
        recall: expect.closeTo(ofRecall!, DIGITS) as number,
        f1: expect.closeTo(ofF1!, DIGITS) as number,
      })),
    );
  }
  for (const label of probabilities[0]!.keys()) {
    const { results, details } = await tell(kind, one, [recall({ class: `class ${label}`, ...options })]);
    expect(results[`recall_class ${label}`]).toBeCloseTo(scores.perClass[label]![1]!, DIGITS);
    expect(details).toEqual({});
  }
}

async function expectAveragePrecision(kind: 'single-label' | 'multi-label', one: Case): Promise<void> {
  const { results, details } = await tell(kind, one, [meanAveragePrecision()]);
  const known = one.averagePrecision.filter((value) => value !== null);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (known.length === 0) expect(results['mean_average_precision']).toBeNaN();
  else expect(results['mean_average_precision']).toBeCloseTo(mean, DIGITS);
  const found = readAveragePrecision(details)!.map(({ averagePrecision }) => averagePrecision);
  expect(found).toEqual(one.averagePrecision.map((value) => value && (expect.closeTo(value, DIGITS) as number)));
}

describe.each(casesOf<SingleLabelCase>('single-label'))('scikit-learn of one class a clip: %s', (_, one) => {
  it('precision, recall and F1', () => expectScores('single-label', one));

  it('average precision', () => expectAveragePrecision('single-label', one));

  it('the true class among the likeliest', async () => {
    const { results } = await tell('single-label', one, [accuracy(), ...one.topK.map((_, i) => topK({ k: i + 1 }))]);
    one.topK.forEach((share, i) => expect(results[`top${i + 1}`]).toBeCloseTo(share, DIGITS));
    expect(results['top1']).toBe(results['accuracy']);
  });

  it('confusions', async () => {
    const { results, details } = await tell('single-label', one, [confusionMatrix(), cohenKappa()]);
    expect(results['balanced_accuracy']).toBeCloseTo(one.balancedAccuracy, DIGITS);
    expect(readConfusion(details)!.counts).toEqual(one.confusionMatrix);
    if (one.cohenKappa === null) expect(results['cohen_kappa']).toBeNaN();
    else expect(results['cohen_kappa']).toBeCloseTo(one.cohenKappa, DIGITS);
  });

  it.each(['4', '15'])('calibration in %s bins', async (bins) => {
    const { error, curve } = one.calibration[bins]!;
    const { results, details } = await tell('single-label', one, [expectedCalibrationError({ bins: Number(bins) })]);
    expect(results['expected_calibration_error']).toBeCloseTo(error, DIGITS);
    const told = readReliability(details)!;
    expect(told.map(({ from, to }) => [from, to])).toEqual(
      Array.from({ length: Number(bins) }, (_, i) => [i / Number(bins), (i + 1) / Number(bins)]),
    );
    const filled = told.filter(({ count }) => count > 0).map((bin) => [bin.accuracy, bin.confidence, bin.count]);
    expect(filled).toEqual(curve.map((bin) => bin.map((value) => expect.closeTo(value, DIGITS) as number)));
  });
});

describe.each(casesOf<MultiLabelCase>('multi-label'))('scikit-learn of any classes a clip: %s', (_, one) => {
  const { threshold } = one;

  it('precision, recall and F1', () => expectScores('multi-label', one, threshold));

  it('average precision', () => expectAveragePrecision('multi-label', one));

  it('decisions', async () => {
    const metrics = [accuracy, hammingLoss, subsetAccuracy].map((describe) => describe({ threshold }));
    const { results } = await tell('multi-label', one, metrics);
    expect(results['accuracy']).toBeCloseTo(one.accuracy, DIGITS);
    expect(results['hamming_loss']).toBeCloseTo(one.hammingLoss, DIGITS);
    expect(results['subset_accuracy']).toBeCloseTo(one.subsetAccuracy, DIGITS);
  });
});
