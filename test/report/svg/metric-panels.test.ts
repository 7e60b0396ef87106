import fc from 'fast-check';
import type { EpochRecord } from '../../../lib/metrics/history/history';
import type { ShownMetrics } from '../../../lib/metrics/shown';
import { metricPanels } from '../../../lib/report/svg/metric-panels';

const SHOWN: ShownMetrics = {
  loss: { better: 'lower' },
  accuracy: { better: 'higher', shownAs: 'percent' },
  error: { better: 'lower', shownAs: 'percent' },
  score: { better: 'higher' },
};

const epochsOf = (...metrics: Record<string, number>[]): EpochRecord[] =>
  metrics.map((one, i) => ({ epoch: i + 1, step: i, seconds: 1, metrics: one }));

/** The axis of one metric of these values. */
function axis(name: string, ...values: number[]): string[] {
  const [panel] = metricPanels({ epochs: epochsOf(...values.map((value) => ({ [name]: value }))), metrics: SHOWN });
  return panel?.ticks.values.map((value) => panel.format(value)) ?? [];
}

test('each metric has a panel with its twin of validation, the loss first', () => {
  const epochs = epochsOf({ accuracy: 1, loss: 2, val_loss: 3 }, { accuracy: 1, loss: 2, val_mine: 4, val_loss: 5 });
  const panels = metricPanels({ epochs, metrics: SHOWN });
  expect(panels.map(({ heading, series }) => [heading, ...series.map(({ name }) => name)])).toEqual([
    ['Loss', 'Train', 'Validation'],
    ['Accuracy', 'Train'],
    ['Mine', 'Validation'],
  ]);
  expect(panels[0]?.series.map(({ values }) => values)).toEqual([
    [2, 2],
    [3, 5],
  ]);
  expect(panels[2]?.series[0]?.values).toEqual([NaN, 4]);
});

test.each<[string, number[], string]>([
  ['loss', [2.3], '0.0 0.5 1.0 1.5 2.0 2.5'],
  ['loss', [2.29, 2.31], '0.0 0.5 1.0 1.5 2.0 2.5'],
  ['loss', [-0.5, 1], '-0.5 0.0 0.5 1.0'],
  ['accuracy', [0.97, 1], '80 % 85 % 90 % 95 % 100 %'],
  ['accuracy', [0.12, 0.5], '0 % 20 % 40 % 60 % 80 % 100 %'],
  ['accuracy', [-0.5, 1.5], '-50 % 0 % 50 % 100 % 150 %'],
  ['error', [0.01, 0.03], '0 % 5 % 10 % 15 % 20 %'],
  ['error', [0.4, 0.3], '0 % 10 % 20 % 30 % 40 %'],
  ['score', [100, 101], '100.0 100.2 100.4 100.6 100.8 101.0'],
  ['score', [-101, -100], '-101.0 -100.8 -100.6 -100.4 -100.2 -100.0'],
  ['score', [-8, -1], '-8 -6 -4 -2 0'],
  ['score', [5, 5], '4.4 4.6 4.8 5.0 5.2 5.4 5.6'],
  ['score', [0], '0.0 0.2 0.4 0.6 0.8 1.0'],
  ['score', [NaN], '0.0 0.2 0.4 0.6 0.8 1.0'],
  ['score', [2e6, 9e6], '0 2e+6 4e+6 6e+6 8e+6 1.0e+7'],
  ['unknown', [1e-7, 2e-7], '0 5e-8 1.0e-7 1.5e-7 2.0e-7'],
])('the axis of %s of %j', (name, values, expected) => {
  expect(axis(name, ...values).join(' ')).toBe(expected);
});

test('an axis of anything encloses it, with few and different labels', () => {
  const value = fc.oneof(
    fc.double(),
    fc.double({ min: -1, max: 1 }),
    fc.constantFrom(0, NaN, 1e300, -1e300, 5, 5 + 1e-9),
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(SHOWN), 'other'), fc.array(value, { minLength: 1 }), (name, values) => {
      const [panel] = metricPanels({ epochs: epochsOf(...values.map((one) => ({ [name]: one }))), metrics: SHOWN });
      const { ticks, format, series } = panel!;
      const labels = ticks.values.map(format);
      expect(labels.length).toBeGreaterThanOrEqual(2);
      expect(labels.length).toBeLessThanOrEqual(8);
      expect(new Set(labels).size).toBe(labels.length);
      expect(labels.join()).not.toMatch(/NaN|Infinity/);
      const tolerance = ticks.step * 1e-6;
      for (const drawn of series[0]!.values.filter(Number.isFinite)) {
        expect(drawn).toBeGreaterThanOrEqual(ticks.low - tolerance);
        expect(drawn).toBeLessThanOrEqual(ticks.high + tolerance);
      }
    }),
    { numRuns: 500 },
  );
});
