import { UsageError } from '../../lib/base/errors';
import type { ClipSource } from '../../lib/data/clip-source';
import { adam, sgd } from '../../lib/learning/optimizer';
import { cosineDecay } from '../../lib/learning/schedule';
import type { Callback } from '../../lib/training/callback';
import { earlyStopping } from '../../lib/training/callbacks/early-stopping';
import { reduceOnPlateau } from '../../lib/training/callbacks/reduce-on-plateau';
import { phaseAfter, type TrainingPhase } from '../../lib/training/phases';
import { runStateSchema, type Snapshot } from '../../lib/training/run-state';
import { Trainer } from '../../lib/training/trainer';
import type { TrainerOptions } from '../../lib/training/trainer-options';
import { addon, BrightnessSource, tinyModel } from './support/brightness';
import { comparable } from './support/snapshots';

const model = tinyModel(undefined, { dropoutRate: 0.3 });

/** Batches of an epoch. */
const BATCHES = 3;

const OPTIONS = {
  ...{ model, addon, seed: 5 },
  phases: [
    { epochs: 1, unfreeze: 'head', optimizer: sgd({ learningRate: 0.25, momentum: 0.9 }) },
    {
      ...{ epochs: 2, unfreeze: 'projection' },
      optimizer: adam({ learningRate: cosineDecay({ initial: 1e-2, steps: 2 * BATCHES, warmupSteps: 2 }) }),
    },
  ],
} satisfies TrainerOptions;

/** The loss never gets better by so much: each epoch reduces the rate. */
const accompanying = () => [
  reduceOnPlateau({ monitor: 'loss', patience: 1, factor: 0.5, minDelta: 100 }),
  earlyStopping({ monitor: 'loss', patience: 9 }),
];

const throughJson = ({ state, variables }: Snapshot): Snapshot => ({
  state: runStateSchema.parse(JSON.parse(JSON.stringify(state))),
  variables,
});

const collector = (into: Snapshot[]): Callback => ({
  name: 'collector',
  onBatchEnd: (_, run) => run?.control.save(),
  onEpochEnd: (_, run) => run.control.save(),
  onSave: (snapshot) => void into.push(throughJson(snapshot)),
});

/** Stages of which any number changed. */
function changedStages(before: typeof model, after: typeof model): ReadonlySet<string> {
  const changed = before.architecture.parameters.filter((parameter) => {
    const [a, b] = [before, after].map(({ weights }) => weights.get(parameter).data);
    return a?.some((value, i) => value !== b?.[i]);
  });
  return new Set(changed.map(({ stage }) => stage));
}

describe('a run of phases', () => {
  const snapshots: Snapshot[] = [];
  let straight: object;

  beforeAll(async () => {
    using trainer = new Trainer({ ...OPTIONS, callbacks: [...accompanying(), collector(snapshots)] });
    // As long as its phases.
    const { epochs } = await trainer.fit(new BrightnessSource(false));
    expect(epochs).toHaveLength(3);
    straight = comparable(await trainer.snapshot());
    expect(trainer.state.phase).toEqual({ index: 1, firstStep: BATCHES });
  });

  it('trains the stages of each, with an optimizer and a schedule that begin anew', () => {
    const at = (step: number): Snapshot => snapshots.filter(({ state }) => state.step === step).at(-1) as Snapshot;
    expect(changedStages(model, model.withWeights(at(BATCHES).variables))).toEqual(new Set(['classifier_head']));
    expect(changedStages(model, model.withWeights(at(BATCHES + 1).variables))).toEqual(
      new Set(['classifier_head', 'head']),
    );
    const rates = snapshots.map(({ state }) => state.learningRate).filter((rate) => rate !== undefined);
    expect(rates.slice(0, 6)).toEqual([0.25, 0.25, 0.25, 0.005, 0.01, 0.01]);
    // The plateau's factor is of its phase.
    expect(snapshots.map(({ state }) => state.program.rateScale).at(-1)).toBe(0.25);
    // No two batches draw the same random numbers.
    expect(new Set(snapshots.map(({ state }) => state.program.pass))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });

  it.each([
    ['in the first', ({ step, batch }: Snapshot['state']) => step === 2 && batch === 2],
    ['between two', ({ step, batch }: Snapshot['state']) => step === BATCHES && batch === 0],
    ['in the second', ({ step }: Snapshot['state']) => step === BATCHES + 2],
  ])('goes on from a snapshot, to the last bit: %s', async (_, wanted) => {
    const snapshot = snapshots.find(({ state }) => wanted(state)) as Snapshot;
    using trainer = new Trainer({ ...OPTIONS, callbacks: [...accompanying(), collector([])] });
    await trainer.restore(snapshot);
    expect(comparable(await trainer.snapshot())).toEqual(comparable(snapshot));
    await trainer.fit(new BrightnessSource(false));
    expect(comparable(await trainer.snapshot())).toEqual(straight);
  });

  it('goes back to an earlier phase in the same trainer, and gets the variables of its best epoch from one', async () => {
    const first = snapshots.find(({ state }) => state.epoch === 1) as Snapshot;
    const restoring: Callback = {
      name: 'restoring',
      onTrainEnd: (_, run) => run.restoreVariables(first.variables),
    };
    using trainer = new Trainer({ ...OPTIONS, callbacks: [restoring] });
    await trainer.restore(snapshots.at(-1) as Snapshot);
    await trainer.fit(new BrightnessSource(false), { epochs: 1 });
    // What had not learned then is what it was.
    const { weights } = trainer.model;
    for (const { path } of model.architecture.parameters) {
      const wanted = first.variables.has(path) ? first.variables : model.weights;
      expect(Buffer.compare(bytes(weights.array(path).data), bytes(wanted.array(path).data))).toBe(0);
    }
    await trainer.restore(first);
    expect(trainer.state.phase).toBeUndefined();
    expect(comparable(await trainer.snapshot())).toMatchObject({ epoch: 1, step: BATCHES });
  });

  it.each([
    ['of an earlier phase', 1],
    ['of the same one', 0],
  ])('can be saved after it got variables %s within a step', async (_, phase) => {
    const from = (snapshots.find(({ state }) => state.epoch === 1) as Snapshot).variables;
    const options = { ...OPTIONS, phases: OPTIONS.phases.slice(1 - phase), accumulate: 2 };
    const saved: Snapshot[] = [];
    const restoring: Callback = {
      ...{ name: 'restoring', critical: true },
      async onBatchEnd(_, run) {
        if (run === undefined || run.state.epoch < phase || saved.length > 0) return;
        expect(run.state.program.pending.batches).toBe(1);
        await run.restoreVariables(phase === 1 ? from : (await run.model()).weights);
        saved.push(throughJson(await run.snapshot()));
        run.control.stop('enough');
      },
    };
    using trainer = new Trainer({ ...options, callbacks: [restoring] });
    await trainer.fit(new BrightnessSource(false));
    // Gradients of other numbers are in no step.
    expect(saved[0]?.state.program.pending).toEqual({ batches: 0, clips: 0 });
    using other = new Trainer(options);
    await other.restore(saved[0] as Snapshot);
    expect(comparable(await other.snapshot())).toEqual(comparable(await trainer.snapshot()));
  });
});

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

it('which phase an epoch belongs to follows from the epochs before it', () => {
  const phases = [{ epochs: 2 }, { epochs: 1 }, { epochs: 3 }];
  expect([0, 1, 2, 3, 4, 5, 6, 99].map((epoch) => phaseAfter(phases, epoch))).toEqual([0, 0, 1, 2, 2, 2, 2, 2]);
  expect([0, 5].map((epoch) => phaseAfter([{ epochs: Infinity }], epoch))).toEqual([0, 0]);
});

it.each<[string, readonly TrainingPhase[], RegExp]>([
  ['a phase in the middle without an end', [{}, { epochs: 1 }], /Phase 1 of 2 needs its number of epochs/],
  [
    'less that learns',
    [{ epochs: 1, unfreeze: 'block4' }, { unfreeze: 'head' }],
    /In phase 2 less learns than in phase 1/,
  ],
  ['a stage that there is not', [{ epochs: 1 }, { unfreeze: 'block9' }], /Unknown stage "block9"/],
  ['no epochs', [{ epochs: 0 }], /epochs must be an integer of at least 1, got 0/],
  ['an option that there is not', [{ epoch: 1 } as TrainingPhase], /epochs is meant/],
])('refuses %s', (_, phases, message) => {
  const make = (): Trainer => new Trainer({ model, addon, phases });
  expect(make).toThrow(UsageError);
  expect(make).toThrow(message);
});

it('refuses a run that is complete before its last phase begins, and reads nothing', async () => {
  using trainer = new Trainer(OPTIONS);
  const train = new BrightnessSource(false);
  await expect(trainer.fit(train, { untilEpoch: 1 })).rejects.toThrow(
    new UsageError(
      'The last phase begins after 1 epoch, and the run is complete after 1: make the phases shorter, or the run longer',
    ),
  );
  expect(train.passes).toEqual([]);
});

it('refuses mixed clips where the loss takes none', async () => {
  const mixed: ClipSource = Object.assign(new BrightnessSource(false), { mixedTargets: true });
  using trainer = new Trainer({ model, addon });
  Object.assign(trainer['parts'].loss, { mixedTargets: false });
  await expect(trainer.fit(mixed)).rejects.toThrow(/The clips are mixed, and the loss takes no shares of classes/);
});
