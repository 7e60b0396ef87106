import type { Json } from '../../lib/base/described';
import type { BatchOptions, ClipBatch } from '../../lib/data/clip-source';
import { adam } from '../../lib/learning/optimizer';
import { cosineDecay } from '../../lib/learning/schedule';
import type { Callback, Ending, Run } from '../../lib/training/callback';
import { MeanMeter } from '../../lib/metrics/metrics';
import type { Metric } from '../../lib/metrics/metric';
import { earlyStopping } from '../../lib/training/callbacks/early-stopping';
import { type RunState, runStateSchema, type Snapshot } from '../../lib/training/run-state';
import { Trainer } from '../../lib/training/trainer';
import type { TrainerOptions } from '../../lib/training/trainer-options';
import type { MovinetModel } from '../../lib/model/movinet-model';
import { addon, BrightnessSource, expectNoMoreTensors, tinyModel } from './support/brightness';
import { FaultyAddon } from './support/faulty-addon';
import { comparable } from './support/snapshots';

const EPOCHS = 3;
const BATCHES = 3;
const OPTIONS = {
  model: tinyModel(undefined, { dropoutRate: 0.3 }),
  optimizer: adam({ learningRate: cosineDecay({ initial: 1e-2, steps: EPOCHS * BATCHES, warmupSteps: 2 }) }),
  seed: 5,
} satisfies TrainerOptions;

/** Throws once: in the pass of an epoch, from 0, in place of a batch. */
class FailingSource extends BrightnessSource {
  constructor(
    deterministic: boolean,
    private fault?: { readonly epoch: number; readonly batch: number; readonly error: Error },
  ) {
    super(deterministic);
  }

  override async *batches(epoch: number, options: BatchOptions = {}): AsyncGenerator<ClipBatch> {
    for await (const batch of super.batches(epoch, options)) {
      const { fault } = this;
      if (fault?.epoch === epoch && fault.batch === batch.batch) {
        this.fault = undefined;
        batch.dispose();
        throw fault.error;
      }
      yield batch;
    }
  }
}

/** Remembers what it was told of: that must be all that the run has done. */
class Counter implements Callback {
  readonly name = 'counter';
  private counts = { batches: 0, epochs: 0 };
  readonly endings: Ending[] = [];
  readonly models = new Map<number, object>();

  constructor(private readonly keepsModels = false) {}

  async onBatchEnd({ phase }: { readonly phase: string }, run?: Run): Promise<void> {
    if (phase !== 'train' || run === undefined) return;
    this.counts.batches += 1;
    if (this.keepsModels) this.models.set(run.state.step, digests(await run.model()));
  }

  onEpochEnd(): void {
    this.counts.epochs += 1;
  }

  onTrainEnd(ending: Ending): void {
    this.endings.push(ending);
  }

  state(): Json {
    return { ...this.counts };
  }

  restore(state: Json): void {
    this.counts = { ...(state as Counter['counts']) };
  }
}

interface Faults {
  readonly callback?: Callback;
  readonly train?: BrightnessSource;
  readonly validation?: BrightnessSource;
  readonly signal?: AbortSignal;
}

function digests({ weights }: MovinetModel): object {
  return (comparable({ state: { history: [] } as unknown as RunState, variables: weights }) as { arrays: object })
    .arrays;
}

const throughJson = ({ state, variables }: Snapshot): Snapshot => ({
  state: runStateSchema.parse(JSON.parse(JSON.stringify(state))),
  variables,
});

const stopping = () => earlyStopping({ monitor: 'val_loss', patience: 9 });

const HOOKS = [
  ...(['onTrainBegin', 'onEpochBegin', 'onPhaseBegin', 'onBatchEnd', 'onPhaseEnd', 'onEpochEnd'] as const),
  ...(['onSave', 'onTrainEnd'] as const),
];

/** Passes everything on to the callback of the fault that is tested. */
class Slot implements Callback {
  readonly name = 'fault';
  present: Callback = { name: 'none' };

  constructor() {
    for (const hook of HOOKS)
      Object.assign(this, {
        [hook]: (...told: unknown[]) => (this.present[hook] as ((...given: unknown[]) => void) | undefined)?.(...told),
      });
  }

  get critical(): boolean {
    return this.present.critical === true;
  }
}

let straight: object;
/** What the model is after each step. */
let models: ReadonlyMap<number, object>;
let finished: object;

const faulty = new FaultyAddon(new Error('nothing is armed'));
const slot = new Slot();
const counter = new Counter();
/** One trainer that every fault happens to, and one that goes on from what it leaves: to open one takes longer than to train it. */
const broken = new Trainer({ ...OPTIONS, addon: faulty.addon, callbacks: [slot, stopping(), counter] });
const other = new Trainer({ ...OPTIONS, addon, callbacks: [stopping(), new Counter()] });
let beginning: Snapshot;

beforeAll(async () => {
  const keeping = new Counter(true);
  using trainer = new Trainer({ ...OPTIONS, addon, callbacks: [stopping(), keeping] });
  beginning = throughJson(await trainer.snapshot());
  await trainer.fit(new BrightnessSource(false), { epochs: EPOCHS, validation: new BrightnessSource() });
  straight = comparable(await trainer.snapshot());
  models = keeping.models.set(0, digests(OPTIONS.model));
  finished = digests(trainer.model);
});

afterAll(() => {
  broken.dispose();
  other.dispose();
});

/** A run that one fault breaks off keeps what it has learned, and goes on from there as if nothing had been, in the same trainer and in another. */
async function survives(error: unknown, kind: Ending['kind'], faults: Faults): Promise<RunState> {
  await broken.restore(beginning);
  const before = addon.liveCounts();
  counter.endings.length = 0;
  slot.present = faults.callback ?? { name: 'none' };
  const { train = new BrightnessSource(false), validation = new BrightnessSource(), signal } = faults;
  const fitting = broken.fit(train, { epochs: EPOCHS, validation, ...(signal && { signal }) });
  expect(
    await fitting.then(
      () => 'fitted',
      (thrown: unknown) => thrown,
    ),
  ).toBe(error);
  expect(counter.endings.map((ending) => ending.kind)).toEqual([kind]);
  const { state } = broken;
  const { step, epoch, batch } = state;
  expect(step).toBe(epoch * BATCHES + batch);
  expect(state.callbacks.counter).toEqual({ batches: step, epochs: epoch });
  expect(digests(broken.model)).toEqual(kind === 'completed' ? finished : models.get(step));
  const snapshot = throughJson(await broken.snapshot());

  await other.restore(snapshot);
  await other.fit(new BrightnessSource(false), { untilEpoch: EPOCHS, validation: new BrightnessSource() });
  expect(comparable(await other.snapshot())).toEqual(straight);

  await broken.fit(train, { untilEpoch: EPOCHS, validation });
  expect(comparable(await broken.snapshot())).toEqual(straight);
  expect(counter.endings.slice(1)).toEqual([{ kind: 'completed' }]);
  await expectNoMoreTensors(before.tensors);
  return state;
}

const brokenOnPurpose = (): Error => new Error('broken on purpose');

describe('a fault in `fit` loses nothing that was learned:', () => {
  it.each([0, 4])('TensorFlow fails after step %d', async (steps) => {
    const error = brokenOnPurpose();
    Object.assign(faulty, { error, stepsLeft: steps });
    expect((await survives(error, 'failed', {})).step).toBe(steps);
  });

  it.each([0, 2, 4])('there is no memory for a tensor of the fifth step, after %d others', async (tensors) => {
    const error = brokenOnPurpose();
    faulty.error = error;
    const arming: Callback = {
      name: 'arming',
      onBatchEnd: ({ phase }, run) => {
        if (phase === 'train' && run?.state.step === 4) faulty.tensorsLeft = tensors;
      },
    };
    // The fifth step takes more than these: targets, weights, and what it is fed with, such as the rate and Adam's powers.
    expect((await survives(error, 'failed', { callback: arming })).step).toBe(4);
  });

  it.each([
    [0, 0],
    [1, 1],
  ])('the source fails in epoch %d in place of batch %d', async (epoch, batch) => {
    const error = brokenOnPurpose();
    const train = new FailingSource(false, { epoch, batch, error });
    expect(await survives(error, 'failed', { train })).toMatchObject({ epoch, batch });
  });

  it('the validation source fails in its middle', async () => {
    const error = brokenOnPurpose();
    const validation = new FailingSource(true, { epoch: 0, batch: 1, error });
    expect(await survives(error, 'failed', { validation })).toMatchObject({ epoch: 0, batch: BATCHES, history: [] });
  });

  it('a metric fails: its batch is learned, and not trained again', async () => {
    const error = brokenOnPurpose();
    let left = 4;
    const train = new BrightnessSource(false);
    const metric: Metric = {
      ...{ name: 'fails', better: 'lower' },
      meter: () =>
        new MeanMeter(({ losses }) => {
          if (left-- === 0) throw error;
          return losses;
        }),
    };
    using trainer = new Trainer({ ...OPTIONS, addon, metrics: [metric] });
    await expect(trainer.fit(train, { epochs: EPOCHS })).rejects.toBe(error);
    expect(trainer.state).toMatchObject({ epoch: 1, batch: 2, step: 5 });
    await trainer.fit(train, { untilEpoch: EPOCHS });
    expect(trainer.state).toMatchObject({ epoch: EPOCHS, batch: 0, step: EPOCHS * BATCHES });
    expect(train.passes).toEqual([
      [0, 0],
      [1, 0],
      [1, 2],
      [2, 0],
    ]);
  });

  /** The calls of a hook, from 0, in which it is to happen: of the first epoch, of its validation, of a later one. */
  const calls = {
    onTrainBegin: [0],
    onTrainEnd: [0],
    onPhaseBegin: [0, 1],
    onBatchEnd: [1, 4, 7],
    onPhaseEnd: [0, 1],
  };
  const places = HOOKS.flatMap((hook) =>
    ((calls as Record<string, number[]>)[hook] ?? [0, 1]).map((n) => [hook, n] as const),
  );

  /** What ends is not broken off. Of each other hook the last of its calls. */
  const abortable = places.filter(([hook], i) => hook !== 'onTrainEnd' && places[i + 1]?.[0] !== hook);

  /** Does this at one call of a hook. */
  function once(hook: (typeof HOOKS)[number], call: number, what: () => unknown, critical: boolean): Callback {
    let left = call;
    const method = (): unknown => (left-- === 0 ? what() : undefined);
    const saving = hook === 'onSave' && { onEpochEnd: (_: unknown, run: Run) => run.control.save() };
    return { name: 'fault', critical, ...saving, [hook]: method };
  }

  it.each(places)('a critical callback throws in %s, call %d', async (hook, call) => {
    const error = brokenOnPurpose();
    const fault = once(hook, call, () => Promise.reject(error), true);
    await survives(error, hook === 'onTrainEnd' ? 'completed' : 'failed', { callback: fault });
  });

  it.each(abortable)('it is aborted in %s, call %d', async (hook, call) => {
    const controller = new AbortController();
    const error = brokenOnPurpose();
    // What hangs is waited for a second, whichever hook it is.
    const hangs = hook === 'onBatchEnd' || hook === 'onTrainBegin';
    const abort = (): unknown => {
      controller.abort(error);
      return hangs ? new Promise(() => undefined) : undefined;
    };
    await survives(error, 'aborted', { callback: once(hook, call, abort, false), signal: controller.signal });
  });
});
