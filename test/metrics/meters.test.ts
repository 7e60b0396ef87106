import fc from 'fast-check';
import type { Described } from '../../lib/base/described';
import { UsageError } from '../../lib/base/errors';
import { multiLabel, singleLabel } from '../../lib/base/task';
import { chosenMetrics, Meters, type MetricChoice } from '../../lib/metrics/meters';
import type { Measured, Metric } from '../../lib/metrics/metric';
import { accuracy, loss, MeanMeter, metrics as kinds } from '../../lib/metrics/metrics';

const SINGLE = singleLabel(['a', 'b']);
const names = (choices?: readonly MetricChoice[]): string[] => chosenMetrics(choices).map(({ name }) => name);
const own = (name: string): Metric => ({ name, better: 'lower', meter: () => new MeanMeter(({ losses }) => losses) });

describe('chosenMetrics', () => {
  it('are loss and accuracy where nobody says otherwise, the loss always first', () => {
    expect(names()).toEqual(['loss', 'accuracy']);
    expect(names([])).toEqual(['loss']);
    expect(names([accuracy(), 'loss'])).toEqual(['loss', 'accuracy']);
    expect(names([own('error'), loss()])).toEqual(['loss', 'error']);
    expect(names([own('error'), own('loss')])).toEqual(['loss', 'error']);
  });

  it.each<[string, readonly unknown[], RegExp]>([
    ['an unknown kind', ['accuracyy'], /There is no metric of kind "accuracyy": expected one of loss, accuracy/],
    ['two of one name', ['accuracy', accuracy()], /Two metrics are named "accuracy"/],
    ['two losses', [own('loss'), 'loss'], /Two metrics are named "loss"/],
    ['an unknown option', [{ kind: 'accuracy', top: 5 }], /The metric accuracy has no option top/],
    ['a threshold of 1', [{ kind: 'accuracy', threshold: 1 }], /The metric accuracy: threshold: /],
    ['nothing', [null], /The metric is null/],
    ['no name', [own('')], /A metric is named "": give it a name/],
    ['a name of validation', [own('val_loss')], /A metric is named "val_loss": .* begin with val_/],
  ])('refuse %s', (_, choices, message) => {
    const choose = () => chosenMetrics(choices as readonly MetricChoice[]);
    expect(choose).toThrow(UsageError);
    expect(choose).toThrow(message);
  });
});

describe('Meters', () => {
  it('mean loss and accuracy over the clips of all batches', () => {
    const meters = new Meters(chosenMetrics(), SINGLE);
    meters.addOutcome(
      { logits: Float32Array.of(2, 1, 0, 3), losses: Float32Array.of(1, 2) },
      Float32Array.of(1, 0, 1, 0),
    );
    meters.addOutcome({ logits: Float32Array.of(0, 1), losses: Float32Array.of(6) }, Float32Array.of(0, 1));
    expect(meters.count).toBe(3);
    expect(meters.results()).toEqual({ loss: 3, accuracy: 2 / 3 });
  });

  it('count clips that were mixed by the larger share', () => {
    const meters = new Meters(chosenMetrics(), SINGLE);
    const logits = Float32Array.of(0, 5, 0, 5);
    meters.addOutcome({ logits, losses: Float32Array.of(0, 0) }, Float32Array.of(0.4, 0.6, 0.6, 0.4));
    expect(meters.results()['accuracy']).toBe(0.5);
  });

  it.each<[Described<'metric'>, number]>([
    // Right: 0.5 is not above a half; right; right. Then wrong; right; right.
    [accuracy(), 5 / 6],
    // 0.5 is given wrongly, 0.51 and 0.198 are as before; 0.9 wrongly, 0.1, 0.69.
    [accuracy({ threshold: 0.4 }), 4 / 6],
  ])('count right decisions of a multi-label task, as Keras’ binary accuracy: %j', (metric, expected) => {
    const meters = new Meters(chosenMetrics([metric]), multiLabel(['a', 'b', 'c']));
    const logits = Float32Array.of(0, 0.04, -1.4, 2.2, -2.2, 0.8);
    meters.addOutcome({ logits, losses: Float32Array.of(0, 0) }, Float32Array.of(0, 1, 0, 0, 0, 1));
    expect(meters.results()['accuracy']).toBeCloseTo(expected, 10);
  });

  it('have no means before the first batch, and no details of metrics that tell none', () => {
    const meters = new Meters(chosenMetrics(), SINGLE);
    expect([meters.count, meters.results(), meters.details()]).toEqual([0, { loss: NaN, accuracy: NaN }, {}]);
  });

  const batch = fc
    .array(
      fc.tuple(fc.float({ min: 0, max: 1, noNaN: true }), fc.boolean(), fc.float({ min: -9, max: 9, noNaN: true })),
    )
    .map((clips): Measured => ({
      count: clips.length,
      probabilities: Float32Array.from(clips.flatMap(([p]) => [p, 1 - p])),
      targets: Float32Array.from(clips.flatMap(([, first]) => (first ? [1, 0] : [0, 1]))),
      losses: Float32Array.from(clips, ([, , value]) => value),
    }));

  it('go on from a state in JSON, at any place, to the same numbers as straight', () => {
    fc.assert(
      fc.property(fc.array(batch), fc.nat(), (batches, at) => {
        const straight = new Meters(chosenMetrics(), SINGLE);
        batches.forEach((one) => straight.add(one));
        const before = new Meters(chosenMetrics(), SINGLE);
        const cut = at % (batches.length + 1);
        batches.slice(0, cut).forEach((one) => before.add(one));
        const after = new Meters(chosenMetrics(), SINGLE);
        after.restore(JSON.parse(JSON.stringify(before.state())) as ReturnType<Meters['state']>);
        batches.slice(cut).forEach((one) => after.add(one));
        expect(after.results()).toEqual(straight.results());
        expect(after.state()).toEqual(straight.state());
        expect(after.count).toBe(batches.reduce((sum, { count }) => sum + count, 0));
      }),
    );
  });

  it('give the same whatever the batches are', () => {
    fc.assert(
      fc.property(batch, fc.integer({ min: 1, max: 5 }), (all, size) => {
        const [whole, parts] = [1, 2].map(() => new Meters(chosenMetrics(), SINGLE)) as [Meters, Meters];
        whole.add(all);
        for (let i = 0; i < all.count; i += size) {
          const end = Math.min(i + size, all.count);
          parts.add({
            count: end - i,
            probabilities: all.probabilities.slice(2 * i, 2 * end),
            targets: all.targets.slice(2 * i, 2 * end),
            losses: all.losses.slice(i, end),
          });
        }
        expect(parts.results()).toEqual(whole.results());
      }),
    );
  });

  it('refuse the state of other metrics', () => {
    const meters = new Meters(chosenMetrics(), SINGLE);
    const state = new Meters(chosenMetrics([]), SINGLE).state();
    expect(() => meters.restore(state)).toThrow(UsageError);
    expect(() => meters.restore(state)).toThrow(/lacks the metric accuracy/);
  });
});

describe('MeanMeter', () => {
  const measured = (...losses: number[]): Measured => ({
    ...{ count: losses.length, probabilities: new Float32Array(), targets: new Float32Array() },
    losses: Float32Array.from(losses),
  });
  const meter = (): MeanMeter => new MeanMeter(({ losses }) => losses);

  it('weighs clips alike, not batches', () => {
    const mean = meter();
    [measured(1, 2, 3), measured(10)].forEach((one) => mean.add(one));
    expect(mean.result()).toBe(4);
    expect(mean.state()).toEqual({ total: 16, count: 4 });
  });

  it('stays not a number over a state in JSON', () => {
    const mean = meter();
    mean.add(measured(1, NaN));
    const state: unknown = JSON.parse(JSON.stringify(mean.state()));
    expect(state).toEqual({ total: null, count: 2 });
    const again = meter();
    again.restore(state);
    again.add(measured(1));
    expect([again.result(), again.state()['count']]).toEqual([NaN, 3]);
  });

  it.each([null, 3, {}, { total: 1 }, { total: '1', count: 1 }, { total: 1, count: -1 }, { total: 1, count: 0.5 }])(
    'refuses what is no state of one: %j',
    (state) => {
      expect(() => meter().restore(state)).toThrow(UsageError);
      expect(() => meter().restore(state)).toThrow(/is no state of a mean/);
    },
  );
});

it('has kinds that anybody may add to', () => {
  expect(kinds.names().slice(0, 2)).toEqual(['loss', 'accuracy']);
  expect(() => chosenMetrics([{ kind: 'loss', scale: 2 }])).toThrow(UsageError);
});
