import * as fc from 'fast-check';
import type { Json } from '../../../lib/base/described';
import { UsageError } from '../../../lib/base/errors';
import type { Callback } from '../../../lib/training/callback';
import { earlyStopping } from '../../../lib/training/callbacks/early-stopping';
import { callbacks } from '../../../lib/training/callbacks/registry';
import { FakeRun } from '../support/fake-run';

type Options = Parameters<typeof earlyStopping>[0];

/** Trains until it stops; how many epochs that were. */
async function epochsOf(values: readonly number[], options: Options, run = runWith(options)): Promise<number> {
  await run.begin();
  for (const value of values) {
    if (run.stops.length > 0) break;
    await run.epoch({ [options?.monitor ?? 'val_loss']: value });
  }
  return run.state.epoch;
}

const build = (options: Options): Callback => callbacks.build(earlyStopping(options));
const runWith = (options: Options): FakeRun => new FakeRun([build(options)]);
/** The number that all its variables are. */
const restoredSteps = (run: FakeRun): (number | undefined)[] =>
  run.restored.map((weights) => weights.get({ path: 'head/kernel', shape: [2, 3] }).data[0]);

it('is described with every default in its place', () => {
  expect(earlyStopping()).toEqual({
    ...{ kind: 'earlyStopping', monitor: 'val_loss', patience: 1, minDelta: 0, startEpoch: 1, restoreBest: true },
  });
  expect(build({ monitor: 'val_accuracy' }).name).toBe('earlyStopping(val_accuracy)');
});

it.each<[string, Options, readonly number[], number]>([
  ['a loss that falls and then rises', {}, [3, 2, 2.5, 1], 3],
  ['a loss that stays', {}, [2, 2, 2], 2],
  ['patience', { patience: 2 }, [3, 2, 2.5, 1, 4, 4, 0], 6],
  ['a score that rises', { monitor: 'accuracy' }, [0.1, 0.2, 0.3, 0.2, 0.9], 4],
  ['a score of which less is wanted', { monitor: 'accuracy', mode: 'min' }, [0.3, 0.2, 0.25], 3],
  ['improvements that are too small', { minDelta: 0.1 }, [1, 0.95, 0.5], 2],
  ['a first epoch that does not count', { startEpoch: 3 }, [1, 5, 4, 3, 9, 9], 5],
  ['a baseline that is not met', { baseline: 1, patience: 2 }, [5, 4, 3, 2], 2],
  ['a baseline that is met', { baseline: 1, patience: 2 }, [5, 0.5, 0.4, 0.3], 4],
  ['NaN, which is never better', { patience: 2 }, [NaN, NaN, 1], 2],
  ['NaN after a number', {}, [1, NaN, 0], 2],
])('goes by %s', async (_, options, values, epochs) => {
  expect(await epochsOf(values, options)).toBe(epochs);
});

it('ends where no value of the last `patience` epochs is better than the best before', async () => {
  const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(NaN)), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      values,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 2 }),
      async (all, patience, minDelta) => {
        let [best, bestAt, at] = [Infinity, 0, 0];
        while (at < all.length) {
          const value = all[at++]!;
          if (value < best - minDelta) [best, bestAt] = [value, at];
          if (at - bestAt >= patience) break;
        }
        const run = runWith({ patience, minDelta });
        expect(await epochsOf(all, {}, run)).toBe(at);
        await run.end({ kind: 'stopped', why: '' });
        expect(restoredSteps(run)).toEqual(bestAt === 0 ? [] : [run.batches * bestAt]);
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

it('says why', async () => {
  const run = runWith({ patience: 2 });
  await epochsOf([0.5, 0.25, 0.75, 0.75], {}, run);
  expect(run.stops).toEqual(['val_loss has not improved for 2 epochs; the best is 0.25 of epoch 2']);
});

it('restores the best at the end of a run that is complete or stopped, and of no other', async () => {
  for (const [ending, restored] of [
    [{ kind: 'completed' }, [4]],
    [{ kind: 'stopped', why: 'of another' }, [4]],
    [{ kind: 'aborted', error: 0 }, []],
    [{ kind: 'failed', error: 0 }, []],
  ] as const) {
    const run = runWith({ patience: 5 });
    await epochsOf([1, 2, 3], {}, run);
    await run.end(ending);
    expect(restoredSteps(run)).toEqual(restored);
  }
  const run = runWith({ restoreBest: false });
  await epochsOf([1, 2], {}, run);
  await run.end();
  expect(run.restored).toEqual([]);
});

it('keeps no variables of other callbacks, nor its own again and again', async () => {
  const callback = build({});
  const run = new FakeRun([callback]);
  await epochsOf([3, 2, 1], {}, run);
  expect(callback.weights!().paths().sort()).toEqual(['head/bias', 'head/kernel']);
});

it('goes on from its state as if nothing had been, after each epoch', async () => {
  const values = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(values, fc.integer({ min: 1, max: 3 }), async (all, patience) => {
      const options = { patience };
      const straight = runWith(options);
      await epochsOf(all, {}, straight);
      await straight.end();
      let run = runWith(options);
      for (const value of all) {
        const first = run.state.epoch === 0;
        if (run.stops.length > 0) break;
        if (first) await run.begin();
        await run.epoch({ val_loss: value });
        const [before] = run['callbacks'] as [Callback];
        const after = build(options);
        after.restore!(JSON.parse(JSON.stringify(before.state!())) as Json, before.weights!());
        run = new FakeRun([after], run.state);
        // One that was stopped stops again.
        await run.begin();
      }
      await run.end();
      expect(run.state).toEqual(straight.state);
      expect(run.stops).toEqual(straight.stops);
      expect(restoredSteps(run)).toEqual(restoredSteps(straight));
    }),
    { seed: 8, numRuns: 100 },
  );
});

it('waits anew where the same trainer goes on', async () => {
  const run = runWith({ patience: 2 });
  await epochsOf([1, 2, 2], {}, run);
  await run.end({ kind: 'stopped', why: '' });
  run.stops.length = 0;
  await run.begin();
  await run.epoch({ val_loss: 3 });
  expect(run.stops).toEqual([]);
  await run.epoch({ val_loss: 3 });
  expect(run.stops).toHaveLength(1);
});

it('refuses what is not measured, and options out of range', async () => {
  const run = runWith({ monitor: 'val_f1' });
  await expect(run.begin()).rejects.toThrow(
    new UsageError(
      'Early stopping cannot watch val_f1: val_f1 is not measured: there are loss, accuracy, val_loss, val_accuracy',
    ).message,
  );
  for (const options of [
    { patience: 0 },
    { patience: 1.5 },
    { minDelta: -1 },
    { minDelta: NaN },
    { monitor: '' },
    { startEpoch: 0 },
  ])
    expect(() => earlyStopping(options)).toThrow(UsageError);
  expect(() => callbacks.build({ kind: 'earlyStopping', patients: 3 })).toThrow(/has no option patients/);
});
