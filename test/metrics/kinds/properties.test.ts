import fc from 'fast-check';
import type { Described } from '../../../lib/base/described';
import type { TaskKind } from '../../../lib/base/task';
import { chosenMetrics, Meters } from '../../../lib/metrics/meters';
import type { Measured } from '../../../lib/metrics/metric';
import * as kinds from '../../../lib/metrics/metrics';
import { batchesOf, measure, taskOf } from './support';

const CLASSES = 4;

/** Each kind of metric that fits, of all its shapes. */
const METRICS: Record<TaskKind, readonly Described<'metric'>[]> = {
  'single-label': [
    ...[kinds.accuracy(), kinds.topK({ k: 2 }), kinds.confusionMatrix(), kinds.cohenKappa()],
    ...[kinds.precision(), kinds.recall({ average: 'micro' }), kinds.f1({ average: 'weighted' })],
    ...[kinds.f1({ class: 'class 1' }), kinds.expectedCalibrationError({ bins: 5 }), kinds.meanAveragePrecision()],
  ],
  'multi-label': [
    ...[kinds.accuracy({ threshold: 0.3 }), kinds.subsetAccuracy(), kinds.hammingLoss()],
    ...[kinds.precision(), kinds.recall({ average: 'micro' }), kinds.f1({ average: 'weighted' })],
    ...[kinds.f1({ class: 'class 1', threshold: 0.3 }), kinds.meanAveragePrecision()],
  ],
};

interface Clip {
  readonly probabilities: number[];
  readonly target: number[];
}

/** Eighths, so that some are equal, or any numbers; targets of one class, several, or mixed. */
const probability = fc.oneof(
  fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8),
  fc.float({ min: 0, max: 1, noNaN: true }),
);
const row = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: CLASSES, maxLength: CLASSES });
const oneClass = fc.nat(CLASSES - 1).map((label) => Array.from({ length: CLASSES }, (_, i) => (i === label ? 1 : 0)));
const clipsOf = (kind: TaskKind): fc.Arbitrary<Clip[]> => {
  const target = kind === 'single-label' ? fc.oneof(oneClass, row(probability)) : row(fc.constantFrom(0, 0.3, 0.7, 1));
  return fc.array(fc.record({ probabilities: row(probability), target }), { minLength: 1, maxLength: 24 });
};

const inBatches = (clips: readonly Clip[], size: number): readonly Measured[] =>
  batchesOf(
    clips.map(({ probabilities }) => probabilities),
    clips.map(({ target }) => target),
    size,
  );

/** Sums of floating-point numbers depend on their order by their last digits; what is counted does not. */
function expectClose(found: unknown, expected: unknown): void {
  if (typeof expected === 'number') {
    if (Number.isNaN(expected)) expect(found).toBeNaN();
    else expect(found).toBeCloseTo(expected, 12);
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(found as object)).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) expectClose((found as Record<string, unknown>)[key], value);
  } else expect(found).toBe(expected);
}

const told = (meters: Meters) => ({ results: meters.results(), details: meters.details() });

describe.each(['single-label', 'multi-label'] as const)('metrics of a %s task', (kind) => {
  const task = taskOf(kind, CLASSES);
  const metrics = METRICS[kind];
  const clips = clipsOf(kind);

  it('are the same in batches of any size', () =>
    fc.assert(
      fc.asyncProperty(clips, fc.integer({ min: 1, max: 9 }), async (all, size) => {
        const whole = await measure(metrics, task, inBatches(all, all.length));
        expect(told(await measure(metrics, task, inBatches(all, size)))).toEqual(told(whole));
      }),
      { numRuns: 30 },
    ));

  it('do not depend on the order of the clips', () =>
    fc.assert(
      fc.asyncProperty(
        clips.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
        ),
        async ([all, shuffled]) => {
          const whole = await measure(metrics, task, inBatches(all, 5));
          expectClose(told(await measure(metrics, task, inBatches(shuffled, 5))), told(whole));
        },
      ),
      { numRuns: 30 },
    ));

  it('go on from a state in JSON, at any place, to the last bit', () =>
    fc.assert(
      fc.asyncProperty(clips, fc.nat(), async (all, at) => {
        const batches = inBatches(all, 3);
        const cut = at % (batches.length + 1);
        const before = await measure(metrics, task, batches.slice(0, cut));
        const after = new Meters(chosenMetrics(metrics), task);
        after.restore(JSON.parse(JSON.stringify(before.state())) as ReturnType<Meters['state']>);
        batches.slice(cut).forEach((batch) => after.add(batch));
        await after.finish();
        const straight = await measure(metrics, task, batches);
        expect(told(after)).toEqual(told(straight));
        expect(after.state()).toEqual(straight.state());
      }),
      { numRuns: 30 },
    ));

  it('are what they say: shares, and nothing before the first clip', async () => {
    const before = (await measure(metrics, task, [])).results();
    expect(Object.values(before)).toEqual(Object.keys(before).map(() => NaN));
    await fc.assert(
      fc.asyncProperty(clips, async (all) => {
        const results = (await measure(metrics, task, inBatches(all, 8))).results();
        for (const [name, value] of Object.entries(results)) {
          // Where all clips are of one class, or none of any.
          if (Number.isNaN(value)) expect(['cohen_kappa', 'mean_average_precision']).toContain(name);
          else expect(value >= (name === 'cohen_kappa' ? -1 : 0) && value <= 1 + 1e-12).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});
