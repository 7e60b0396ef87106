import { UsageError } from '../../lib/base/errors';
import type { Callback } from '../../lib/training/callback';
import { runStateSchema, type Snapshot, type ValidationRecord } from '../../lib/training/run-state';
import { Trainer } from '../../lib/training/trainer';
import { addon, BrightnessSource, tinyModel } from './support/brightness';
import { comparable } from './support/snapshots';

const OPTIONS = { model: tinyModel(undefined, { dropoutRate: 0.3 }), addon, seed: 5 };
/** Batches, and here steps, of an epoch. */
const BATCHES = 3;
const EPOCHS = 2;

const train = () => new BrightnessSource(false);

let straight: object;
const told: ValidationRecord[] = [];

beforeAll(async () => {
  const listener: Callback = { name: 'listener', onValidation: (record) => void told.push(record) };
  using trainer = new Trainer({ ...OPTIONS, callbacks: [listener] });
  await trainer.fit(train(), { epochs: EPOCHS, validation: new BrightnessSource(), validateEvery: 2 });
  straight = comparable(await trainer.snapshot());
});

describe('limits of `fit`', () => {
  it('end it in order after so many steps of the run, in the middle of an epoch too; it goes on to the last bit', async () => {
    using trainer = new Trainer(OPTIONS);
    const plan = { untilEpoch: EPOCHS, validation: new BrightnessSource(), validateEvery: 2 };
    expect(await trainer.fit(train(), { ...plan, maxSteps: 2 })).toEqual({
      epochs: [],
      stopped: 'The limit of 2 steps is reached',
    });
    expect(trainer.state).toMatchObject({ epoch: 0, batch: 2, step: 2 });
    // It has done as much already.
    expect((await trainer.fit(train(), { ...plan, maxSteps: 2 })).stopped).toBe('The limit of 2 steps is reached');
    // At an epoch's end that is ended too.
    expect((await trainer.fit(train(), { ...plan, maxSteps: BATCHES })).epochs).toHaveLength(1);
    // As many as there are is no limit.
    expect(await trainer.fit(train(), { ...plan, maxSteps: EPOCHS * BATCHES })).not.toHaveProperty('stopped');
    expect(comparable(await trainer.snapshot())).toEqual(straight);
  });

  it('end it after so many seconds, with the batch under way', async () => {
    const waiting: Callback = {
      name: 'waiting',
      onBatchEnd: () => new Promise((resolve) => setTimeout(resolve, 20)),
    };
    using trainer = new Trainer({ ...OPTIONS, callbacks: [waiting] });
    const { stopped } = await trainer.fit(train(), { epochs: 1000, maxSeconds: 0.01 });
    expect(stopped).toBe('The limit of 0.01 seconds is reached');
    expect(trainer.state.step).toBeLessThanOrEqual(1);
  });

  it('have to make sense', async () => {
    using trainer = new Trainer(OPTIONS);
    for (const [options, message] of [
      [{ maxSteps: 0 }, /maxSteps must be an integer of at least 1/],
      [{ maxSeconds: 0 }, /maxSeconds must be a number above 0/],
      [{ validateEvery: 0 }, /validateEvery must be an integer of at least 1/],
      [{ validateEvery: 5 }, /validateEvery needs a validation source/],
    ] as const) {
      const fitting = trainer.fit(train(), options);
      await expect(fitting).rejects.toThrow(UsageError);
      await expect(fitting).rejects.toThrow(message);
    }
  });
});

describe('validation within epochs', () => {
  it('is made after every so many steps, but not where the epoch ends', () => {
    expect(told.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 2],
      [2, 4],
    ]);
    expect(straight).toMatchObject({ validations: told });
    for (const { metrics } of told) expect(Object.keys(metrics)).toEqual(['val_loss', 'val_accuracy']);
  });

  it('is made up for where the run was broken off before it', async () => {
    const snapshots: Snapshot[] = [];
    const saving: Callback = {
      name: 'saving',
      onBatchEnd: (_, run) => run?.control.save(),
      onSave: ({ state, variables }) =>
        void snapshots.push({ state: runStateSchema.parse(JSON.parse(JSON.stringify(state))), variables }),
    };
    using trainer = new Trainer({ ...OPTIONS, callbacks: [saving] });
    const validation = new BrightnessSource();
    await trainer.fit(train(), { epochs: EPOCHS, validation, validateEvery: 2 });
    const before = snapshots.find(({ state }) => state.step === 2) as Snapshot;
    expect(before.state.validations).toEqual([]);
    await trainer.restore(before);
    await trainer.fit(train(), { untilEpoch: EPOCHS, validation, validateEvery: 2 });
    expect(comparable(await trainer.snapshot())).toEqual(straight);
  });
});

it('tells of each epoch where its time went, and at which rate it ended', async () => {
  using trainer = new Trainer(OPTIONS);
  const { epochs } = await trainer.fit(train(), { epochs: 1, validation: new BrightnessSource() });
  const [{ timing, seconds, learningRate } = {}] = epochs;
  expect(learningRate).toBe(1e-3);
  const parts = Object.values(timing ?? {});
  expect(Object.keys(timing ?? {})).toEqual(['decode', 'copy', 'compute', 'validation']);
  expect(parts.every((part) => part > 0)).toBe(true);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(seconds as number);
});
