import { UsageError } from '../../../lib/base/errors';
import { adam, sgd } from '../../../lib/learning/optimizer';
import { cosineDecay, schedules } from '../../../lib/learning/schedule';
import type { Callback } from '../../../lib/training/callback';
import type { Snapshot } from '../../../lib/training/run-state';
import { fineTune, fineTunePhases } from '../../../lib/training/tuning/fine-tune';
import { addon, BrightnessSource, tinyModel } from '../support/brightness';

const model = tinyModel(undefined, { dropoutRate: 0.3 });

const rateAt = (optimizer: unknown, step: number): number =>
  schedules.build((optimizer as { learningRate: unknown }).learningRate).at(step);

describe('the phases of fineTune', () => {
  it('train the head at the full rate, then all at half of it, the lowest stage at a hundredth of that', () => {
    const [head, all, ...none] = fineTunePhases({ model }, 10, { epochs: 4 });
    expect(none).toEqual([]);
    expect(head).toEqual({ epochs: 1, unfreeze: 'head', stageRates: 1, optimizer: adam({ learningRate: 1e-3 }) });
    expect(all).toMatchObject({ epochs: 4, unfreeze: 'all' });
    const stages = new Set(model.architecture.parameters.map(({ stage }) => stage)).size;
    expect((all?.stageRates as number) ** (stages - 1)).toBeCloseTo(0.01, 12);
    const rates = Array.from({ length: 40 }, (_, step) => rateAt(all?.optimizer, step));
    expect(Math.max(...rates)).toBeCloseTo(5e-4, 12);
    expect(rates.indexOf(Math.max(...rates))).toBe(11);
    expect(rates[0]).toBeLessThan(1e-4);
    expect(rates.at(-1)).toBeLessThan(1e-5);
  });

  it('add stages from the top where that is asked for', () => {
    const phases = fineTunePhases({ model, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) }, 3, {
      ...{ frozenEpochs: 2, epochs: 4, unfreeze: 'block2', stagesPerEpoch: 2, stageRates: 0.5 },
    });
    expect(phases.map(({ epochs, unfreeze }) => [epochs, unfreeze])).toEqual([
      [2, 'head'],
      [1, 'block4'],
      [3, 'block2'],
    ]);
    expect(phases.map(({ stageRates }) => stageRates)).toEqual([1, 0.5, 0.5]);
    expect(phases.every(({ optimizer }) => optimizer?.kind === 'sgd' && optimizer.momentum === 0.9)).toBe(true);
    expect(phases.map(({ optimizer }) => (optimizer?.learningRate as { steps?: number }).steps)).toEqual([
      undefined,
      3,
      9,
    ]);
  });

  it('are as they are without a frozen part, and with a rate of their own', () => {
    const optimizer = adam({ learningRate: cosineDecay({ initial: 1, steps: 9 }) });
    const phases = fineTunePhases({ model, optimizer }, 1, { frozenEpochs: 0, epochs: 1, learningRate: 0.2 });
    expect(phases).toHaveLength(1);
    expect(rateAt(phases[0]?.optimizer, 0)).toBe(0.1);
  });

  it.each<[object, RegExp]>([
    [{}, /epochs is missing/],
    [{ epochs: 0 }, /epochs must be an integer of at least 1/],
    [{ epochs: 2, frozenEpochs: -1 }, /frozenEpochs must be an integer of at least 0/],
    [{ epochs: 2, unfreeze: 'block9' }, /Unknown stage "block9"/],
    [{ epochs: 2, unfreeze: 'head' }, /unfreeze must be more than the head/],
    [{ epochs: 2, stagesPerEpoch: 1 }, /7 stages, 1 an epoch, take 7 epochs, and there are 2/],
    [{ epochs: 2, learningRate: 0 }, /learningRate must be a number above 0/],
  ])('refuse %p', (options, message) => {
    const make = () => fineTunePhases({ model }, 3, options as never);
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });

  it('need a rate where the optimizer has a schedule', () => {
    const optimizer = adam({ learningRate: cosineDecay({ initial: 1, steps: 9 }) });
    expect(() => fineTunePhases({ model, optimizer }, 3, { epochs: 1 })).toThrow(/fineTune: learningRate is missing/);
  });
});

describe('fineTune', () => {
  it('trains a model, and goes on from a snapshot to the same one', async () => {
    const snapshots: Snapshot[] = [];
    const saving: Callback = {
      name: 'saving',
      onBatchEnd: (_, run) => run?.control.save(),
      onSave: (snapshot) => void snapshots.push(snapshot),
    };
    const options = { epochs: 2, unfreeze: 'projection' };
    const train = new BrightnessSource(false);
    const validation = new BrightnessSource();
    const given = { model, addon, callbacks: [saving] };
    const { epochs, model: tuned, stopped } = await fineTune(given, train, { ...options, validation });
    expect(stopped).toBeUndefined();
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 3],
      [2, 6],
      [3, 9],
    ]);
    expect(epochs.at(-1)?.metrics.val_loss).toBeLessThan(epochs[0]?.metrics.val_loss as number);
    const from = snapshots.find(({ state }) => state.step === 5) as Snapshot;
    const again = await fineTune(given, train, { ...options, validation, from });
    for (const path of tuned.weights.paths())
      expect(
        again.model.weights.array(path).data.every((value, i) => value === tuned.weights.array(path).data[i]),
      ).toBe(true);
  });

  it('makes the phases itself', async () => {
    const phases = [{ unfreeze: 'head' }];
    await expect(fineTune({ model, phases } as never, new BrightnessSource(), { epochs: 1 })).rejects.toThrow(
      new UsageError('fineTune: phases is no option of its trainer: it makes the phases'),
    );
    await expect(fineTune(model, new BrightnessSource(), { epoch: 1 } as never)).rejects.toThrow(UsageError);
  });
});

it('says that there is nothing to train on, before it makes schedules of it', async () => {
  class Empty extends BrightnessSource {
    override readonly clipCount = 0;
  }
  await expect(fineTune({ model, addon }, new Empty(), { epochs: 1 })).rejects.toThrow('The data set has no clips');
  const none = undefined as unknown as BrightnessSource;
  await expect(fineTune({ model, addon }, none, { epochs: 1 })).rejects.toThrow('train is missing');
});
