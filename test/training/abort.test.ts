import { BusyError, DisposedError } from '../../lib/base/errors';
import type { ClipBatch } from '../../lib/data/clip-source';
import type { Callback, Ending } from '../../lib/training/callback';
import { StepProgram } from '../../lib/training/step/step-program';
import { Trainer } from '../../lib/training/trainer';
import { addon, BrightnessSource, expectNoMoreTensors, tinyModel } from './support/brightness';

const trainerWith = (...callbacks: Callback[]): Trainer => new Trainer({ model: tinyModel(), addon, callbacks });

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** Hands out one batch, and nothing more; it knows of no signal. */
class StuckSource extends BrightnessSource {
  readonly stuck: Promise<void>;
  private reached: () => void = () => undefined;

  constructor() {
    super(false);
    this.stuck = new Promise((resolve) => (this.reached = resolve));
  }

  override async *batches(epoch: number): AsyncGenerator<ClipBatch> {
    yield this.batch(epoch, 0);
    this.reached();
    await never();
  }
}

describe('abort', () => {
  it('ends `fit`, `evaluate` and `predict` with the signal’s reason, even where the source is stuck', async () => {
    for (const method of ['fit', 'evaluate', 'predict'] as const) {
      const controller = new AbortController();
      const reason = new Error(`no more ${method}`);
      const source = new StuckSource();
      using trainer = trainerWith();
      const running = trainer[method](source, { signal: controller.signal });
      void source.stuck.then(() => controller.abort(reason));
      await expect(running).rejects.toBe(reason);
      await expect(trainer[method](source, { signal: controller.signal })).rejects.toBe(reason);
    }
  });

  it('ends it where a callback hangs, and tells how it ended', async () => {
    const controller = new AbortController();
    const endings: Ending[] = [];
    using trainer = trainerWith(
      {
        name: 'hanging',
        onBatchEnd: () => {
          controller.abort(new Error('enough'));
          return never();
        },
      },
      { name: 'listener', onTrainEnd: (ending) => void endings.push(ending) },
    );
    await expect(trainer.fit(new BrightnessSource(false), { signal: controller.signal })).rejects.toThrow('enough');
    expect(endings).toEqual([{ kind: 'aborted', error: controller.signal.reason as Error }]);
    expect(trainer.state).toMatchObject({ epoch: 0, batch: 1, step: 1 });
  });

  it('tells all callbacks of what was done nevertheless, and lets them finish', async () => {
    const controller = new AbortController();
    let goOn = (): void => undefined;
    const slow = {
      begun: 0,
      ended: 0,
      name: 'slow',
      async onEpochEnd(): Promise<void> {
        this.begun += 1;
        await new Promise<void>((resolve) => (goOn = resolve));
        this.ended += 1;
      },
    };
    const told: number[] = [];
    using trainer = trainerWith(
      {
        name: 'breaker',
        onEpochEnd() {
          controller.abort(new Error('enough'));
          setImmediate(() => goOn());
        },
      },
      slow,
      { name: 'listener', onEpochEnd: ({ epoch }) => void told.push(epoch) },
    );
    await expect(trainer.fit(new BrightnessSource(false), { signal: controller.signal })).rejects.toThrow('enough');
    expect(trainer.state.epoch).toBe(1);
    expect({ begun: slow.begun, ended: slow.ended, told }).toEqual({ begun: 1, ended: 1, told: [1] });
  });

  it('hides no failure of what is done at the end', async () => {
    const warnings: string[] = [];
    const controller = new AbortController();
    using trainer = new Trainer({
      ...{ model: tinyModel(), addon, onWarning: (text) => void warnings.push(text) },
      callbacks: [
        {
          ...{ name: 'saver', critical: true, onBatchEnd: () => controller.abort(new Error('enough')) },
          onTrainEnd: () => Promise.reject(new Error('no space left')),
        },
      ],
    });
    await expect(trainer.fit(new BrightnessSource(false), { signal: controller.signal })).rejects.toThrow('enough');
    expect(warnings).toEqual(['The run was not ended in order: no space left']);
  });

  it('is given to callbacks', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    using trainer = trainerWith({ name: 'listener', onTrainBegin: ({ signal }) => void (seen = signal) });
    await trainer.fit(new BrightnessSource(false), { epochs: 1, signal: controller.signal });
    controller.abort();
    expect(seen?.aborted).toBe(true);
  });
});

describe('one thing at a time', () => {
  it('a second `fit`, an evaluation and a restore while it fits are refused, and leave it alone', async () => {
    using trainer = trainerWith();
    const opened = jest.spyOn(StepProgram, 'open');
    const first = trainer.fit(new BrightnessSource(false), { epochs: 2 });
    await expect(trainer.fit(new BrightnessSource(false))).rejects.toThrow(/is fitting already/);
    await expect(trainer.evaluate(new BrightnessSource())).rejects.toThrow(BusyError);
    await expect(trainer.snapshot()).rejects.toThrow(
      /a callback has its run to measure the model as it is, and to save it/,
    );
    expect((await first).epochs).toHaveLength(2);
    expect(opened).toHaveBeenCalledTimes(1);
    opened.mockRestore();
    await trainer.restore(await trainer.snapshot());
    expect((await trainer.fit(new BrightnessSource(false), { epochs: 1 })).epochs).toMatchObject([
      { epoch: 3, step: 9 },
    ]);
  });

  it('a fit and a restore while it evaluates, or makes a snapshot, are refused', async () => {
    using trainer = trainerWith();
    const snapshot = await trainer.snapshot();
    for (const look of [() => trainer.evaluate(new BrightnessSource()), () => trainer.snapshot()]) {
      const [first, second] = [look(), look()];
      await expect(trainer.fit(new BrightnessSource(false))).rejects.toThrow(BusyError);
      await expect(trainer.restore(snapshot)).rejects.toThrow(BusyError);
      expect(await first).toEqual(await second);
    }
    await trainer.fit(new BrightnessSource(false), { epochs: 1 });
  });

  it('dispose ends a step under way with its own reason', async () => {
    const endings: Ending[] = [];
    const trainer = trainerWith({ name: 'listener', onTrainEnd: (ending) => void endings.push(ending) });
    const step = StepProgram.prototype.trainBatch;
    jest.spyOn(StepProgram.prototype, 'trainBatch').mockImplementationOnce(function (this: StepProgram, ...given) {
      trainer.dispose();
      return step.apply(this, given);
    });
    await expect(trainer.fit(new BrightnessSource(false))).rejects.toThrow('The trainer was disposed');
    expect(endings).toMatchObject([{ kind: 'aborted', error: { message: 'The trainer was disposed' } }]);
  });

  it('dispose ends what is under way; afterwards nothing works but the model', async () => {
    const before = addon.liveCounts().tensors;
    const source = new StuckSource();
    const trainer = trainerWith();
    const running = trainer.fit(source);
    await source.stuck;
    trainer.dispose();
    await expect(running).rejects.toThrow('The trainer was disposed');
    for (const use of [
      () => trainer.fit(new BrightnessSource()),
      () => trainer.evaluate(new BrightnessSource()),
      () => trainer.predict(new BrightnessSource()),
      () => trainer.snapshot(),
    ]) {
      await expect(use()).rejects.toThrow(DisposedError);
      await expect(use()).rejects.toThrow('The trainer was disposed: make another one');
    }
    trainer.dispose();
    expect(trainer.model.classes).toEqual(['dark', 'bright']);
    await expectNoMoreTensors(before);
  });
});
