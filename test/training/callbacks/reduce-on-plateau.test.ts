import * as fc from 'fast-check';
import type { Json } from '../../../lib/base/described';
import { UsageError } from '../../../lib/base/errors';
import type { Callback } from '../../../lib/training/callback';
import { reduceOnPlateau } from '../../../lib/training/callbacks/reduce-on-plateau';
import { callbacks } from '../../../lib/training/callbacks/registry';
import type { EpochRecord } from '../../../lib/training/run-state';
import { FakeRun } from '../support/fake-run';
/** Made by scripts/python/fixtures/plateau_numbers.py. */
import cases from './reduce-on-plateau.json';

type Options = Parameters<typeof reduceOnPlateau>[0];

const build = (options: Options): Callback => callbacks.build(reduceOnPlateau(options));

/** The learning rate after each epoch with one of these values, of 1 before the first. `next`: gives the callback for each epoch. */
async function ratesOf(values: readonly number[], callback: Callback, next = (before: Callback) => before) {
  const run = new FakeRun([]);
  let [rate, present] = [1, callback];
  const rates: number[] = [];
  for (const [i, loss] of values.entries()) {
    present = next(present);
    await present.onTrainBegin?.(run);
    const record: EpochRecord = { epoch: i + 1, step: i + 1, seconds: 1, metrics: { loss }, learningRate: rate };
    await present.onEpochEnd?.(record, run);
    rate = run.scales.reduce((product, factor) => product * factor, 1);
    rates.push(rate);
  }
  return rates;
}

it('is described with every default in its place, which are Keras’', () => {
  expect(reduceOnPlateau()).toEqual({
    ...{ kind: 'reduceOnPlateau', monitor: 'val_loss', factor: 0.1, patience: 10, minDelta: 1e-4, cooldown: 0 },
    minRate: 0,
  });
});

it('reduces when Keras does, and as much', async () => {
  for (const { mode, options, values, rates } of cases) {
    const { factor, patience, min_delta: minDelta, cooldown, min_lr: minRate } = options;
    const given = { monitor: 'loss', mode: mode as 'min' | 'max', factor, patience, minDelta, cooldown, minRate };
    const ours = await ratesOf(values, build(given));
    // Keras keeps the rate as float32.
    ours.forEach((rate, i) => expect(rate / (rates[i] as number)).toBeCloseTo(1, 5));
  }
});

it('goes on from its state as if nothing had been, after each epoch', async () => {
  const series = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(series, fc.integer({ min: 1, max: 2 }), fc.nat(2), async (values, patience, cooldown) => {
      const options = { monitor: 'loss', patience, cooldown, factor: 0.5 };
      const resumed = (before: Callback): Callback => {
        const after = build(options);
        after.restore!(JSON.parse(JSON.stringify(before.state!())) as Json, new FakeRun([]).restored[0] as never);
        return after;
      };
      expect(await ratesOf(values, build(options), resumed)).toEqual(await ratesOf(values, build(options)));
    }),
    { seed: 3, numRuns: 100 },
  );
});

it('takes a NaN for no improvement', async () => {
  expect(await ratesOf([1, NaN, NaN, 0.5], build({ monitor: 'loss', patience: 2, factor: 0.5 }))).toEqual([
    1, 1, 0.5, 0.5,
  ]);
});

it('refuses options out of range, and a metric that is not measured', async () => {
  for (const options of [{ factor: 1 }, { factor: 0 }, { patience: 0 }, { minRate: -1 }, { monitor: '' }])
    expect(() => build(options)).toThrow(UsageError);
  await expect(ratesOf([1], build({ monitor: 'val_f1' }))).rejects.toThrow(
    /reduceOnPlateau cannot watch val_f1: val_f1 is not measured/,
  );
});
