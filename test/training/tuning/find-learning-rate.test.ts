import * as fc from 'fast-check';
import { UsageError } from '../../../lib/base/errors';
import type { ClipBatch } from '../../../lib/data/clip-source';
import { sgd } from '../../../lib/learning/optimizer';
import { Trainer } from '../../../lib/training/trainer';
import { findLearningRate } from '../../../lib/training/tuning/find-learning-rate';
import { smoothed, suggestRate } from '../../../lib/training/tuning/rate-suggestion';
import { addon, BrightnessSource, expectNoMoreSessions, expectNoMoreTensors, tinyModel } from '../support/brightness';
import { comparable } from '../support/snapshots';

const OPTIONS = { model: tinyModel(undefined, { dropoutRate: 0.3 }), addon, seed: 5 };

describe('findLearningRate', () => {
  it('tells the losses at rising rates, and leaves the trainer, its run and its random numbers alone', async () => {
    const before = addon.liveCounts();
    {
      using straight = new Trainer(OPTIONS);
      await straight.fit(new BrightnessSource(false), { epochs: 2 });
      using trainer = new Trainer(OPTIONS);
      await trainer.fit(new BrightnessSource(false), { epochs: 1 });
      const told: number[] = [];
      const train = new BrightnessSource(false);
      const { rates, losses, smoothedLosses, suggestion } = await findLearningRate(trainer, train, {
        ...{ steps: 12, minRate: 1e-4, maxRate: 1, smoothing: 0.5, divergence: 1e6 },
        onStep: (done) => void told.push(done),
      });
      expect(rates).toHaveLength(12);
      expect(rates[0]).toBe(1e-4);
      expect(rates.at(-1)).toBeCloseTo(1, 12);
      expect((rates[5] as number) / (rates[4] as number)).toBeCloseTo(10 ** (4 / 11), 12);
      expect(told).toEqual(rates.map((_, i) => i + 1));
      expect(losses.length).toBe(rates.length);
      expect(smoothedLosses).toEqual(smoothed(losses, 0.5));
      expect(suggestion).toEqual(suggestRate(rates, smoothedLosses));
      // The epochs that would come next.
      expect(train.passes).toEqual([1, 2, 3, 4].map((epoch) => [epoch, 0]));
      await trainer.fit(new BrightnessSource(false), { epochs: 1 });
      expect(comparable(await trainer.snapshot())).toEqual(comparable(await straight.snapshot()));
    }
    await expectNoMoreTensors(before.tensors);
    await expectNoMoreSessions(before.sessions + 1);
  });

  it('ends where the losses rise, or are no numbers, and takes the options of a trainer as well', async () => {
    const given = { ...OPTIONS, optimizer: sgd({ learningRate: 1 }) };
    const source = new BrightnessSource(false);
    const found = await findLearningRate(given, source, { steps: 40, maxRate: 1e30, minRate: 1e-3, smoothing: 0.5 });
    expect(found.diverged).toBe(true);
    expect(found.losses.length).toBeLessThan(40);
    expect(found.losses.every(Number.isFinite)).toBe(true);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('ends with the signal’s reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const finding = findLearningRate(OPTIONS, new BrightnessSource(false), {
      signal: controller.signal,
      onStep: (done) => {
        if (done === 2) controller.abort(reason);
      },
    });
    await expect(finding).rejects.toBe(reason);
  });

  it('refuses what makes no sense, before anything is read', async () => {
    const source = new BrightnessSource(false);
    for (const [options, message] of [
      [{ minRate: 0 }, /minRate must be a number above 0/],
      [{ minRate: 1, maxRate: 1 }, /maxRate must be above minRate, 1, got 1/],
      [{ steps: 9 }, /steps must be an integer of at least 10/],
      [{ smoothing: 1 }, /smoothing must be/],
      [{ step: 20 }, /no option step; steps is meant/],
    ] as const) {
      const finding = findLearningRate(OPTIONS, source, options as never);
      await expect(finding).rejects.toThrow(UsageError);
      await expect(finding).rejects.toThrow(message);
    }
    await expect(findLearningRate(OPTIONS, Object.assign(new BrightnessSource(), { clipCount: 0 }))).rejects.toThrow(
      /no clips/,
    );
    expect(source.passes).toEqual([]);
  });

  it('tells a source without clips', async () => {
    class Empty extends BrightnessSource {
      override batches(epoch: number): AsyncGenerator<ClipBatch> {
        return super.batches(epoch, { from: this.clipCount });
      }
    }
    await expect(findLearningRate(OPTIONS, new Empty())).rejects.toThrow(/gave no clip/);
  });
});

describe('a suggested rate', () => {
  const rates = Array.from({ length: 41 }, (_, i) => 10 ** (-7 + i / 5));

  it('lies where the loss falls fastest, and a tenth below where it is lowest', () => {
    // Falls about 1e-3, is lowest at 1e-1, breaks behind it.
    const losses = rates.map((rate) => {
      const power = Math.log10(rate);
      return 2 - 1 / (1 + Math.exp(-4 * (power + 3))) + (power > -1 ? (power + 1) ** 2 : 0);
    });
    const found = suggestRate(rates, losses);
    expect(Math.log10(found?.steepest as number)).toBeCloseTo(-3, 6);
    expect(Math.log10(found?.minimum as number)).toBeCloseTo(-2, 0);
  });

  it('is none where the losses never fall, or are too few', () => {
    expect(
      suggestRate(
        rates,
        rates.map((_, i) => i),
      ),
    ).toBeUndefined();
    expect(suggestRate([], [])).toBeUndefined();
    expect(suggestRate([1, 2], [2, 1])).toBeUndefined();
  });

  it('comes from an average without bias: what stays the same is the same', () => {
    const any = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 50 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (x, n, m) => {
        for (const average of smoothed(Array<number>(n).fill(x), m)) expect(average).toBeCloseTo(x, 8);
      }),
    );
    expect(smoothed([1, 2, 3], 0)).toEqual([1, 2, 3]);
  });
});
