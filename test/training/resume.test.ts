import fc from 'fast-check';
import { UsageError } from '../../lib/base/errors';
import { adam, sgd } from '../../lib/learning/optimizer';
import { cosineDecay } from '../../lib/learning/schedule';
import type { Callback } from '../../lib/training/callback';
import { earlyStopping } from '../../lib/training/callbacks/early-stopping';
import { runStateSchema, type Snapshot } from '../../lib/training/run-state';
import { Trainer } from '../../lib/training/trainer';
import type { TrainerOptions } from '../../lib/training/trainer-options';
import { addon, BrightnessSource, tinyModel } from './support/brightness';
import { comparable } from './support/snapshots';

const EPOCHS = 3;
/** Batches of an epoch. */
const BATCHES = 3;

/** Everything that could go another way: dropout, stochastic depth, several stages, a schedule, the state of a callback. */
const OPTIONS = {
  model: tinyModel(undefined, { dropoutRate: 0.3, stochasticDepthDropRate: 0.2, weightDecay: 1e-4 }),
  addon,
  unfreeze: 'block4',
  optimizer: adam({ learningRate: cosineDecay({ initial: 1e-3, steps: EPOCHS * BATCHES, warmupSteps: 2 }) }),
  seed: 5,
} satisfies TrainerOptions;

/** Snapshots of a run, as a store would have them: of each step, and of each end of an epoch. */
function collector(into: Snapshot[]): Callback {
  return {
    name: 'collector',
    onBatchEnd: (_, run) => run?.control.save(),
    onEpochEnd: (_, run) => run.control.save(),
    onSave: (snapshot) => void into.push(throughJson(snapshot)),
  };
}

function throughJson({ state, variables }: Snapshot): Snapshot {
  return { state: runStateSchema.parse(JSON.parse(JSON.stringify(state))), variables };
}

const stopping = () => earlyStopping({ monitor: 'val_loss', patience: 9 });

describe('a run that goes on from a snapshot', () => {
  const snapshots: Snapshot[] = [];
  let straight: object;

  beforeAll(async () => {
    using trainer = new Trainer({ ...OPTIONS, callbacks: [stopping(), collector(snapshots)] });
    await trainer.fit(new BrightnessSource(false), { epochs: EPOCHS, validation: new BrightnessSource() });
    straight = comparable(await trainer.snapshot());
  });

  it('is the run that was not interrupted, to the last bit, wherever that was', async () => {
    // At each step, and once more at each end of an epoch.
    expect(snapshots).toHaveLength(EPOCHS * BATCHES + EPOCHS);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: snapshots.length - 2 }), async (k) => {
        using trainer = new Trainer({ ...OPTIONS, callbacks: [stopping(), collector([])] });
        await trainer.restore(snapshots[k] as Snapshot);
        const train = new BrightnessSource(false);
        await trainer.fit(train, { untilEpoch: EPOCHS, validation: new BrightnessSource() });
        expect(comparable(await trainer.snapshot())).toEqual(straight);
        // Batches before it are not read again.
        expect(train.passes[0]).toEqual([
          (snapshots[k] as Snapshot).state.epoch,
          (snapshots[k] as Snapshot).state.batch,
        ]);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  it('goes on from before its first step, on whatever source', async () => {
    using before = new Trainer(OPTIONS);
    const snapshot = throughJson(await before.snapshot());
    using trainer = new Trainer({ ...OPTIONS, callbacks: [stopping()] });
    await trainer.restore(snapshot);
    await trainer.fit(new BrightnessSource(false), { epochs: EPOCHS, validation: new BrightnessSource() });
    expect(comparable(await trainer.snapshot())).toEqual(straight);
    using other = new Trainer({ ...OPTIONS, seed: 6 });
    await expect(other.restore(snapshot)).rejects.toThrow(/seed was 5 and is 6/);
  });

  it('differs with another seed', async () => {
    using trainer = new Trainer({ ...OPTIONS, seed: 6 });
    await trainer.fit(new BrightnessSource(false), { epochs: EPOCHS, validation: new BrightnessSource() });
    const other = await trainer.snapshot();
    expect(other.state.history.at(-1)?.metrics.loss).not.toEqual(snapshots.at(-1)?.state.history.at(-1)?.metrics.loss);
  });

  it('refuses to be another run, and says in what it differs', async () => {
    const snapshot = snapshots[4] as Snapshot;
    for (const [change, message] of [
      [
        { optimizer: adam({ learningRate: 2e-3 }) },
        /optimizer\.learningRate\.kind was "cosineDecay" and is "constant"/,
      ],
      [{ optimizer: sgd({ momentum: 0.9 }) }, /optimizer\.kind was "adam" and is "sgd"/],
      [{ seed: 6 }, /seed was 5 and is 6/],
      [{ batchNorm: 'train' }, /batchNorm was "frozen" and is "train"/],
    ] as [Partial<TrainerOptions>, RegExp][]) {
      using trainer = new Trainer({ ...OPTIONS, ...change });
      const restored = trainer.restore(snapshot);
      await expect(restored).rejects.toThrow(message);
      await expect(restored).rejects.toThrow(UsageError);
      // It is as it was before.
      expect(trainer.state).toMatchObject({ epoch: 0, step: 0 });
    }
    using trainer = new Trainer(OPTIONS);
    await trainer.restore(snapshot);
    const larger = Object.assign(new BrightnessSource(false), { batchSize: 5 });
    await expect(trainer.fit(larger)).rejects.toThrow(/source\.batchSize was 4 and is 5/);
  });

  it('is broken off and goes on in the same trainer as well', async () => {
    const controller = new AbortController();
    let steps = 0;
    const breaker: Callback = {
      name: 'breaker',
      onBatchEnd: (_, run) => {
        if (run !== undefined && ++steps === 5) controller.abort(new Error('enough'));
      },
    };
    using trainer = new Trainer({ ...OPTIONS, callbacks: [stopping(), breaker] });
    const train = new BrightnessSource(false);
    const validation = new BrightnessSource();
    await expect(trainer.fit(train, { epochs: EPOCHS, validation, signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    expect(trainer.state).toMatchObject({ epoch: 1, batch: 2, step: 5, history: [{ epoch: 1 }] });
    await trainer.fit(train, { untilEpoch: EPOCHS, validation });
    expect(comparable(await trainer.snapshot())).toEqual(straight);
  });
});
