import { DivergedError, UsageError } from '../../lib/base/errors';
import { InferenceSession } from '../../lib/inference/inference-session';
import { adam, sgd } from '../../lib/learning/optimizer';
import type { BatchLogs } from '../../lib/training/callback';
import type { EpochRecord } from '../../lib/training/run-state';
import { type FitOptions, Trainer } from '../../lib/training/trainer';
import type { TrainerOptions } from '../../lib/training/trainer-options';
import { addon, BrightnessSource, CLIP, expectNoMoreTensors, tinyModel } from './support/brightness';

const trainerOf = (options: Partial<TrainerOptions> = {}): Trainer =>
  new Trainer({ model: tinyModel(), addon, ...options });

describe('Trainer', () => {
  it('learns what is easy, and tells each epoch', async () => {
    const records: EpochRecord[] = [];
    const batches: BatchLogs[] = [];
    const listener = {
      name: 'listener',
      onEpochEnd: (record: EpochRecord) => void records.push(record),
      onBatchEnd: (batch: BatchLogs) => void batches.push(batch),
    };
    using trainer = trainerOf({ callbacks: [listener] });
    const validation = new BrightnessSource();
    const { epochs, stopped } = await trainer.fit(new BrightnessSource(false), { epochs: 4, validation });
    expect(epochs).toEqual(records);
    expect(stopped).toBeUndefined();
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([1, 2, 3, 4].map((epoch) => [epoch, 3 * epoch]));
    expect(epochs[3]?.metrics.loss).toBeLessThan(epochs[0]?.metrics.loss as number);
    expect(epochs[3]?.metrics.val_accuracy).toBe(1);
    const firstEpoch = batches.filter(({ phase, epoch }) => phase === 'train' && epoch === 1);
    expect(firstEpoch.map(({ batch, clips, learningRate }) => [batch, clips, learningRate])).toEqual([
      [1, 4, 1e-3],
      [2, 8, 1e-3],
      [3, 10, 1e-3],
    ]);
    expect(trainer.state).toMatchObject({ epoch: 4, batch: 0, step: 12, history: epochs });
    const best = trainer.state.best;
    expect(best?.metric).toBe('val_loss');
    expect(best?.value).toBe(Math.min(...epochs.map(({ metrics }) => metrics.val_loss as number)));
  });

  it('refuses clips cut otherwise than the model’s, for every purpose', async () => {
    for (const clip of [
      { ...CLIP, size: 32 },
      { ...CLIP, every: { frames: 4 } },
      { ...CLIP, short: 'loop' as const },
    ]) {
      using trainer = trainerOf();
      const other = Object.assign(new BrightnessSource(), { clip });
      const message = /cut them alike, or train model\.withClip\(source\.clip\)/;
      await expect(trainer.fit(other)).rejects.toThrow(message);
      await expect(trainer.fit(new BrightnessSource(), { validation: other })).rejects.toThrow(message);
      await expect(trainer.evaluate(other)).rejects.toThrow(message);
      await expect(trainer.predict(other)).rejects.toThrow(message);
      await expect(trainer.evaluate(new BrightnessSource())).resolves.toBeDefined();
    }
  });

  it('reads a deterministic validation set once for a frozen backbone', async () => {
    const validation = new BrightnessSource();
    using trainer = trainerOf();
    await trainer.fit(new BrightnessSource(false), { epochs: 3, validation });
    const evaluation = await trainer.evaluate(validation);
    expect(validation.passes).toHaveLength(1);
    expect(evaluation.clips.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('reads it in every epoch where the backbone learns', async () => {
    const validation = new BrightnessSource();
    using trainer = trainerOf({ unfreeze: 'block4' });
    await trainer.fit(new BrightnessSource(false), { epochs: 2, validation });
    expect(validation.passes).toHaveLength(2);
  });

  it('gives the same evaluation from a fresh trainer with what was learned', async () => {
    using trainer = trainerOf({ unfreeze: 'all', optimizer: adam({ learningRate: 1e-4 }) });
    const source = new BrightnessSource();
    await trainer.evaluate(source);
    await trainer.fit(new BrightnessSource(false), { epochs: 1 });
    const learned = await trainer.evaluate(source);
    using again = trainerOf({ model: trainer.model });
    const { metrics } = await again.evaluate(source);
    expect(metrics.accuracy).toBe(learned.metrics.accuracy);
    expect(metrics.loss).toBeCloseTo(learned.metrics.loss as number, 3);
  });

  it('leaves frozen variables as they were', async () => {
    const before = tinyModel();
    using trainer = trainerOf({ model: before });
    await trainer.fit(new BrightnessSource(false), { epochs: 1 });
    const changed = before.architecture.parameters.filter(
      (parameter) =>
        !Buffer.from(before.weights.get(parameter).data.buffer).equals(
          Buffer.from(trainer.model.weights.get(parameter).data.buffer),
        ),
    );
    expect(new Set(changed.map(({ stage }) => stage))).toEqual(new Set(['classifier_head']));
  });

  it('gives the same numbers for the same seed, others for another', async () => {
    const run = async (seed: number) => {
      using trainer = trainerOf({ model: tinyModel(undefined, { dropoutRate: 0.5 }), seed });
      const { epochs } = await trainer.fit(new BrightnessSource(false), { epochs: 2 });
      return epochs.map(({ metrics }) => metrics);
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  it('goes on with clips of other epochs when it fits again, and counts on', async () => {
    const source = new BrightnessSource(false);
    using trainer = trainerOf();
    await trainer.fit(source, { epochs: 2 });
    const { epochs } = await trainer.fit(source, { epochs: 1 });
    expect(source.passes).toEqual([0, 1, 2].map((epoch) => [epoch, 0]));
    expect(epochs.map(({ epoch }) => epoch)).toEqual([3]);
    expect(trainer.state).toMatchObject({ epoch: 3, step: 9 });
    expect(await trainer.fit(source, { untilEpoch: 3 })).toEqual({ epochs: [] });
    expect((await trainer.fit(source, { untilEpoch: 4 })).epochs).toHaveLength(1);
  });

  it('evaluates in one session, however many calls there are at once', async () => {
    using trainer = trainerOf();
    const opened = jest.spyOn(InferenceSession, 'open');
    await Promise.all([trainer.evaluate(new BrightnessSource()), trainer.predict(new BrightnessSource())]);
    expect(opened).toHaveBeenCalledTimes(1);
    opened.mockRestore();
  });

  it('refuses options out of their range', () => {
    for (const [options, message] of [
      [{ unfreeze: 'block9' }, /block4/],
      [{ unfreeze: 7 }, /unfreeze/],
      [{ seed: NaN }, /seed/],
      [{ seed: 0.5 }, /seed/],
      [{ batchNorm: 'yes' }, /batchNorm/],
      [{ metrics: ['accuracyy'] }, /no metric of kind "accuracyy": expected one of loss, accuracy/],
      [{ metrics: ['subsetAccuracy'] }, /The metric subset_accuracy is for multi-label tasks/],
      [{ metrics: ['accuracy', 'accuracy'] }, /Two metrics are named "accuracy"/],
      [{ optimizer: 'adm' }, /no optimizer of kind "adm"/],
      [{ optimizer: { kind: 'adam', learning_rate: 1 } }, /learning_rate/],
      [{ loss: { kind: 'mse' } }, /no loss of kind "mse"/],
      [{ callbacks: [{}] }, /A callback needs a name/],
      [{ callbacks: [{ name: 'a' }, { name: 'a' }] }, /Two callbacks are named "a"/],
      [{ optimiser: adam() }, /optimiser/],
      [{ model: {} }, /model/],
    ] as [object, RegExp][]) {
      expect(() => trainerOf(options as Partial<TrainerOptions>)).toThrow(UsageError);
      expect(() => trainerOf(options as Partial<TrainerOptions>)).toThrow(message);
    }
  });

  it('refuses what `fit` cannot do, before it begins', async () => {
    using trainer = trainerOf();
    for (const epochs of [0, -1, NaN, 1.5]) {
      await expect(trainer.fit(new BrightnessSource(), { epochs })).rejects.toThrow(/fit: epochs must be/);
      await expect(trainer.fit(new BrightnessSource(), { untilEpoch: epochs })).rejects.toThrow(
        /fit: untilEpoch must be/,
      );
    }
    await expect(trainer.fit(new BrightnessSource(), { epoch: 3 } as FitOptions)).rejects.toThrow(
      /no option epoch; epochs is meant/,
    );
    using other = trainerOf({ model: tinyModel(['a', 'b']) });
    await expect(other.evaluate(new BrightnessSource())).rejects.toThrow(/dark, bright against a, b/);
    using picky = trainerOf({ monitor: 'val_f1' });
    await expect(picky.fit(new BrightnessSource())).rejects.toThrow(
      /"val_f1" is not measured in this run: there is loss/,
    );
    const empty = Object.assign(new BrightnessSource(), { clipCount: 0 });
    await expect(trainer.fit(empty)).rejects.toThrow(/no clips/);
    expect(trainer.state).toMatchObject({ epoch: 0, step: 0 });
  });

  it('stops where numbers diverge: the model stays that of the last whole epoch', async () => {
    // The first step of it is too far.
    using trainer = trainerOf({ optimizer: sgd({ learningRate: 3e38 }) });
    const before = trainer.model.weights;
    const error = await trainer.fit(new BrightnessSource(false), { epochs: 5 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DivergedError);
    const files = expect.arrayContaining([expect.stringMatching(/^clip-/)]) as string[];
    expect(error).toMatchObject({ epoch: 1, step: 2, files });
    expect((error as DivergedError).message).toMatch(/after step 2 of epoch 1 .*smaller learning rate/);
    const { weights } = trainer.model;
    for (const path of before.paths()) expect(weights.array(path)).toEqual(before.array(path));
    await expect(trainer.fit(new BrightnessSource(false))).rejects.toThrow(/The run has diverged/);
    await expect(trainer.snapshot()).rejects.toThrow(DivergedError);
  });

  it('tells a broken model in evaluation', async () => {
    const model = tinyModel();
    const path = model.architecture.parameters.find(({ stage }) => stage === 'classifier_head')!.path;
    const { shape, data } = model.weights.array(path);
    const broken = model.weights.renamed((name) => name);
    broken.set(path, { shape, data: data.map(() => NaN) });
    using trainer = trainerOf({ model: model.withWeights(broken) });
    await expect(trainer.evaluate(new BrightnessSource())).rejects.toThrow(DivergedError);
    await expect(trainer.predict(new BrightnessSource())).rejects.toThrow(/clip-0 and 3 more/);
  });

  it('leaves no tensor behind, whatever happens', async () => {
    const before = addon.liveCounts().tensors;
    {
      const onBatchEnd = (): void => {
        throw new Error('callback');
      };
      using trainer = trainerOf({ callbacks: [{ name: 'broken', critical: true, onBatchEnd }] });
      await expect(trainer.fit(new BrightnessSource(false), { epochs: 1 })).rejects.toThrow('callback');
      await expect(trainer.evaluate(new BrightnessSource())).rejects.toThrow('callback');
    }
    await expectNoMoreTensors(before);
  });
});

describe('what a trainer is given', () => {
  it('is checked: options of its calls', async () => {
    using trainer = trainerOf();
    const source = new BrightnessSource(false);
    for (const [options, message] of [
      [{ epoch: 5 }, 'fit: there is no option epoch; epochs is meant?'],
      [{ epochs: 0 }, 'fit: epochs must be an integer of at least 1, got 0'],
      [{ untilEpoch: NaN }, 'fit: untilEpoch must be an integer of at least 1, got NaN'],
      [{ signal: 5 }, 'fit: signal must be an AbortSignal, got 5'],
    ] as const)
      await expect(trainer.fit(source, options as never)).rejects.toThrow(new UsageError(message));
    for (const method of ['evaluate', 'predict'] as const)
      await expect(trainer[method](source, { sinal: 1 } as never)).rejects.toThrow(
        new UsageError(`${method}: there is no option sinal; signal is meant?`),
      );
    expect(source.passes).toEqual([]);
  });

  it('is checked: its own options', () => {
    for (const options of [{ callbacks: [null] }, { onWarning: 5 }, { metrics: [null] }])
      expect(() => trainerOf(options as never)).toThrow(UsageError);
    expect(() => trainerOf({ callbacks: ['checkpoints'] })).toThrow('The callback checkpoints: folder is missing');
  });
});
