import { UsageError } from '../../lib/base/errors';
import type { Callback, Ending, Run } from '../../lib/training/callback';
import { Trainer } from '../../lib/training/trainer';
import { addon, BrightnessSource, tinyModel } from './support/brightness';

function trainerWith(callbacks: Callback[], warnings: string[] = []): Trainer {
  return new Trainer({ model: tinyModel(), addon, callbacks, onWarning: (text) => void warnings.push(text) });
}

const fails = (): never => {
  throw new Error('out of ink');
};

describe('callbacks of a run', () => {
  it('are told of everything in its order, with the state as it is', async () => {
    const told: string[] = [];
    const at = (run: Run | undefined): string =>
      run ? ` ${run.state.epoch}/${run.state.batch}/${run.state.step}` : '';
    using trainer = trainerWith([
      {
        name: 'listener',
        onTrainBegin: (run) => void told.push(`begin of ${run.lastEpoch}, ${run.batches}, ${run.totalClips}${at(run)}`),
        onEpochBegin: (epoch, run) => void told.push(`epoch ${epoch}${at(run)}`),
        onPhaseBegin: ({ phase, batches, totalClips }) => void told.push(`${phase} ${batches} ${totalClips}`),
        onBatchEnd: ({ phase, batch }, run) => void told.push(`${phase} ${batch}${at(run)}`),
        onPhaseEnd: ({ phase, clips }) => void told.push(`${phase} done ${clips}`),
        onEpochEnd: ({ epoch }, run) => void told.push(`epoch ${epoch} done${at(run)}`),
        onTrainEnd: ({ kind }, run) => void told.push(`${kind}${at(run)}`),
      },
    ]);
    await trainer.fit(new BrightnessSource(false), { epochs: 1, validation: new BrightnessSource() });
    expect(told).toEqual([
      ...['begin of 1, 3, 10 0/0/0', 'epoch 1 0/0/0'],
      ...['train 3 10', 'train 1 0/1/1', 'train 2 0/2/2', 'train 3 0/3/3', 'train done 10'],
      ...['validation 3 10', 'validation 1', 'validation 2', 'validation 3', 'validation done 10'],
      ...['epoch 1 done 1/0/3', 'completed 1/0/3'],
    ]);
  });

  it('see what was learned so far, not what was there before', async () => {
    const heads: Buffer[] = [];
    using trainer = trainerWith([
      {
        name: 'keeper',
        async onEpochEnd(_, run) {
          const model = await run.model();
          const path = model.architecture.parameters.find(({ stage }) => stage === 'classifier_head')!.path;
          heads.push(Buffer.from(model.weights.array(path).data.slice().buffer));
          expect(() => trainer.model).toThrow(/callback has run\.model\(\)/);
        },
      },
    ]);
    await trainer.fit(new BrightnessSource(false), { epochs: 2 });
    expect(heads).toHaveLength(2);
    expect(heads[0]!.equals(heads[1]!)).toBe(false);
    const path = trainer.model.architecture.parameters.find(({ stage }) => stage === 'classifier_head')!.path;
    expect(heads[1]!.equals(Buffer.from(trainer.model.weights.array(path).data.slice().buffer))).toBe(true);
  });

  it.each([
    'onTrainBegin',
    'onEpochBegin',
    'onPhaseBegin',
    'onBatchEnd',
    'onPhaseEnd',
    'onEpochEnd',
    'onTrainEnd',
    'state',
  ])('that fail in %s are named and left out; the run and the others go on', async (hook) => {
    const warnings: string[] = [];
    let others = 0;
    const broken: Callback = { name: 'printer', [hook]: fails };
    const other: Callback = {
      name: 'other',
      onBatchEnd: () => {
        others += 1;
      },
      onEpochEnd: (_, run) => run.control.save(),
    };
    using trainer = trainerWith([broken, other], warnings);
    const { epochs } = await trainer.fit(new BrightnessSource(false), { epochs: 2 });
    expect(epochs).toHaveLength(2);
    expect(others).toBe(6);
    expect(warnings).toEqual([expect.stringMatching(`The callback "printer" failed in ${hook} .*out of ink`)]);
  });

  it('that are critical end it, and all are told how it ended', async () => {
    const endings: Ending[] = [];
    using trainer = trainerWith([
      { name: 'printer', critical: true, onEpochEnd: fails },
      { name: 'other', onTrainEnd: (ending) => void endings.push(ending) },
    ]);
    await expect(trainer.fit(new BrightnessSource(false), { epochs: 2 })).rejects.toThrow('out of ink');
    expect(endings).toEqual([{ kind: 'failed', error: expect.objectContaining({ message: 'out of ink' }) as Error }]);
    // What was learned is there.
    expect(trainer.state.epoch).toBe(1);
    expect(trainer.model).toBeDefined();
  });

  it('stop it after the batch under way, and it can go on', async () => {
    using trainer = trainerWith([
      { name: 'stopper', onBatchEnd: ({ batch }, run) => (batch === 2 ? run?.control.stop('tired') : undefined) },
    ]);
    const train = new BrightnessSource(false);
    expect(await trainer.fit(train, { epochs: 3 })).toEqual({ epochs: [], stopped: 'tired' });
    expect(trainer.state).toMatchObject({ epoch: 0, batch: 2, step: 2 });
    await trainer.fit(train, { untilEpoch: 1 });
    expect(train.passes).toEqual([
      [0, 0],
      [0, 2],
    ]);
    expect(trainer.state).toMatchObject({ epoch: 1, step: 3 });
  });

  it('stop it before an epoch: no batch is under way', async () => {
    using trainer = trainerWith([
      { name: 'stopper', onEpochBegin: (epoch, run) => (epoch === 2 ? run.control.stop('tired') : undefined) },
    ]);
    expect(await trainer.fit(new BrightnessSource(false), { epochs: 3 })).toMatchObject({
      epochs: [{ epoch: 1 }],
      stopped: 'tired',
    });
    expect(trainer.state).toMatchObject({ epoch: 1, batch: 0, step: 3 });
  });

  it('measure the model as it is, and what is saved has the state of all of them', async () => {
    const measured: number[] = [];
    const saved: object[] = [];
    using trainer = trainerWith([
      {
        name: 'measurer',
        async onBatchEnd({ phase }, run) {
          if (phase === 'train') measured.push((await run!.control.evaluate()).accuracy as number);
        },
        state: () => ({ measured: measured.length }),
      },
      {
        name: 'saver',
        onEpochEnd: (_, run) => run.control.save(),
        onSave: ({ state }) => void saved.push(state.callbacks),
      },
      { name: 'last', onEpochEnd: () => void measured.push(NaN), state: () => 7 },
    ]);
    await trainer.fit(new BrightnessSource(false), { epochs: 1, validation: new BrightnessSource() });
    expect(measured.slice(0, 3).every((share) => share >= 0 && share <= 1)).toBe(true);
    // All were told before the snapshot was made.
    expect(saved).toEqual([{ measurer: { measured: 4 }, last: 7 }]);
  });

  it('measure within the epoch that they are told of', async () => {
    const told: string[] = [];
    const measure = async (run: Run): Promise<void> => {
      await run.control.evaluate();
    };
    using trainer = trainerWith([
      {
        name: 'measurer',
        onPhaseBegin: ({ phase, epoch }) => void told.push(`${phase} ${epoch}`),
        onEpochBegin: (_, run) => measure(run),
        onEpochEnd: (_, run) => measure(run),
      },
    ]);
    await trainer.fit(new BrightnessSource(false), { epochs: 2, validation: new BrightnessSource() });
    const epoch = (n: number) => [`validation ${n}`, `train ${n}`, `validation ${n}`, `validation ${n}`];
    expect(told).toEqual([...epoch(1), ...epoch(2)]);
  });

  it('cannot measure what nobody named', async () => {
    const errors: unknown[] = [];
    using trainer = trainerWith([
      {
        name: 'measurer',
        onEpochEnd: (_, run) => void run.control.evaluate().catch((error: unknown) => errors.push(error)),
      },
    ]);
    await trainer.fit(new BrightnessSource(false), { epochs: 1 });
    expect(errors).toEqual([expect.any(UsageError)]);
  });
});
