import { encodeTargets, singleLabel } from '../../lib/base/task';
import type { ClipSpec } from '../../lib/base/clip';
import { type ClipBatch, type ClipSource, type ClipSourceReport, createClipBatch } from '../../lib/data/clip-source';
import { derive } from '../../lib/base/random';
import { UsageError } from '../../lib/base/errors';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel, type MovinetModel } from '../../lib/model/movinet-model';
import { initialWeights } from '../../lib/movinet/initialize';
import { loadAddon } from '../../lib/native/addon';
import { earlyStopping, type BatchLogs, type EpochLogs } from '../../lib/training/callbacks';
import { adam } from '../../lib/learning/optimizer';
import { InferenceSession } from '../../lib/inference/inference-session';
import { Trainer } from '../../lib/training/trainer';

const addon = loadAddon();
const CLIP = { frames: 2, size: 16 };
const uniform = (path: string) => {
  const random = derive(3, path);
  return () => random.float();
};

const weights = initialWeights(architectureOf('a0-stream-relu6', 2), { uniform, reZero: 1 });

function model(classes = ['dark', 'bright']): MovinetModel {
  return createModel(
    { id: 'a0-stream-relu6', task: singleLabel(classes), clip: { ...CLIP, every: { frames: 1 }, short: 'zero' } },
    weights,
  );
}

/** Clips whose class is their brightness; batches of 4, the last of 2. */
class BrightnessSource implements ClipSource {
  readonly task = singleLabel(['dark', 'bright']);
  readonly clipCount = 10;
  readonly batchSize = 4;
  readonly clip: ClipSpec = { ...CLIP, every: { frames: 3 }, short: 'zero' };
  readonly report: ClipSourceReport = {
    ...{ skipped: [], damaged: [], brokenOff: [], short: [], otherRates: [] },
    ...{ zeroFrames: 0, frameRate: undefined, decodedFrames: 0 },
  };
  passes = 0;

  constructor(readonly deterministic = true) {}

  async *batches(epoch: number, { signal }: { signal?: AbortSignal | undefined } = {}): AsyncGenerator<ClipBatch> {
    this.passes += 1;
    for (let begin = 0; begin < this.clipCount; begin += this.batchSize) {
      signal?.throwIfAborted();
      const indices = Array.from({ length: Math.min(4, this.clipCount - begin) }, (_, i) => begin + i);
      const clips = addon.createTensor('float32', [indices.length, CLIP.frames, CLIP.size, CLIP.size, 3]);
      const data = clips.data() as Float32Array;
      const perClip = data.length / indices.length;
      const random = derive(epoch, 'clips', begin);
      data.forEach((_, i) => {
        const bright = (begin + Math.floor(i / perClip)) % 2 === 1;
        data[i] = (bright ? 0.7 : 0.1) + 0.2 * random.float();
      });
      yield createClipBatch({
        clips,
        targets: encodeTargets(
          indices.map((index) => [index % 2]),
          2,
        ),
        files: indices.map((index) => `clip-${index}`),
        indices,
        views: indices.map(() => 0),
      });
    }
  }
}

async function expectNoMoreTensors(before: number): Promise<void> {
  // Views are freed a few turns of the event loop after their tensors.
  for (let i = 0; i < 200 && addon.liveCounts().tensors > before; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(addon.liveCounts().tensors).toBeLessThanOrEqual(before);
}

describe('Trainer', () => {
  it('learns what is easy, and tells each epoch', async () => {
    const logs: EpochLogs[] = [];
    const batches: BatchLogs[] = [];
    using trainer = new Trainer({
      model: model(),
      addon,
      callbacks: [{ onEpochEnd: (epoch) => void logs.push(epoch), onBatchEnd: (batch) => void batches.push(batch) }],
    });
    const validation = new BrightnessSource();
    const { epochs, stopped } = await trainer.fit(new BrightnessSource(false), { epochs: 4, validation });
    expect(epochs).toEqual(logs);
    expect(stopped).toBe(false);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(epochs[3]?.loss).toBeLessThan(epochs[0]?.loss as number);
    expect(epochs[3]?.val_accuracy).toBe(1);
    const firstEpoch = batches.filter(({ phase, epoch }) => phase === 'train' && epoch === 1);
    expect(firstEpoch.map(({ batch, clips }) => [batch, clips])).toEqual([
      [1, 4],
      [2, 8],
      [3, 10],
    ]);
  });

  it('gives the model the clips that it was trained on', async () => {
    using trainer = new Trainer({ model: model(), addon });
    expect(trainer.model.clip).toMatchObject({ every: { frames: 1 } });
    await trainer.fit(new BrightnessSource(), { epochs: 1 });
    expect(trainer.model.clip).toEqual({ ...CLIP, every: { frames: 3 }, short: 'zero' });
  });

  it('reads a deterministic validation set once for a frozen backbone', async () => {
    const validation = new BrightnessSource();
    using trainer = new Trainer({ model: model(), addon });
    await trainer.fit(new BrightnessSource(false), { epochs: 3, validation });
    const evaluation = await trainer.evaluate(validation);
    expect(validation.passes).toBe(1);
    expect(evaluation.clips.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('reads it in every epoch where the backbone learns', async () => {
    const validation = new BrightnessSource();
    using trainer = new Trainer({ model: model(), addon, unfreeze: 'block4' });
    await trainer.fit(new BrightnessSource(false), { epochs: 2, validation });
    expect(validation.passes).toBe(2);
  });

  it('gives the same evaluation from a fresh trainer with what was learned', async () => {
    using trainer = new Trainer({ model: model(), addon, unfreeze: 'all', optimizer: adam({ learningRate: 1e-4 }) });
    await trainer.fit(new BrightnessSource(false), { epochs: 1 });
    const source = new BrightnessSource();
    const learned = await trainer.evaluate(source);
    using again = new Trainer({ model: trainer.model, addon });
    const { loss, accuracy } = await again.evaluate(source);
    expect(accuracy).toBe(learned.accuracy);
    expect(loss).toBeCloseTo(learned.loss, 3);
  });

  it('leaves frozen variables as they were', async () => {
    const before = model();
    using trainer = new Trainer({ model: before, addon });
    await trainer.fit(new BrightnessSource(false), { epochs: 1 });
    const changed = before.architecture.parameters.filter(
      (parameter) =>
        !Buffer.from(before.weights.get(parameter).data.buffer).equals(
          Buffer.from(trainer.model.weights.get(parameter).data.buffer),
        ),
    );
    expect(new Set(changed.map(({ stage }) => stage))).toEqual(new Set(['classifier_head']));
  });

  it('gives the same numbers for the same seed', async () => {
    const run = async () => {
      using trainer = new Trainer({ model: model(), addon, session: { intraOpThreads: 1, interOpThreads: 1 } });
      const { epochs } = await trainer.fit(new BrightnessSource(false), { epochs: 2 });
      return epochs.map(({ loss }) => loss);
    };
    expect(await run()).toEqual(await run());
  });

  it('ends early by a callback or a signal, keeping what was learned', async () => {
    const stop = earlyStopping({ monitor: 'accuracy', patience: 1, minDelta: 2 });
    using trainer = new Trainer({ model: model(), addon, callbacks: [stop] });
    expect(await trainer.fit(new BrightnessSource(false), { epochs: 9 })).toMatchObject({
      stopped: true,
      epochs: [{}, {}],
    });

    const controller = new AbortController();
    using other = new Trainer({
      model: model(),
      addon,
      callbacks: [
        {
          onBatchEnd({ epoch }) {
            if (epoch === 2) controller.abort();
          },
        },
      ],
    });
    const result = await other.fit(new BrightnessSource(false), { epochs: 9, signal: controller.signal });
    expect(result).toMatchObject({ stopped: true, epochs: [{ epoch: 1 }] });
  });

  it('goes on with clips of other epochs when it fits again', async () => {
    const epochs: number[] = [];
    const source = new BrightnessSource(false);
    const batches = source.batches.bind(source);
    source.batches = (epoch, options) => {
      epochs.push(epoch);
      return batches(epoch, options);
    };
    using trainer = new Trainer({ model: model(), addon });
    await trainer.fit(source, { epochs: 2 });
    await trainer.fit(source, { epochs: 1 });
    expect(epochs).toEqual([0, 1, 2]);
    expect(trainer.steps).toBe(9);
  });

  it('predicts probabilities of all the model’s classes, whatever the source calls its own', async () => {
    using trainer = new Trainer({ model: model(), addon });
    const source = Object.assign(new BrightnessSource(), { task: singleLabel(['unknown']) });
    const clips = await trainer.predict(source);
    expect(clips).toHaveLength(10);
    for (const { probabilities } of clips) {
      expect(probabilities).toHaveLength(2);
      expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
  });

  it('evaluates in one session, however many calls there are at once', async () => {
    using trainer = new Trainer({ model: model(), addon });
    const opened = jest.spyOn(InferenceSession, 'open');
    await Promise.all([trainer.evaluate(new BrightnessSource()), trainer.predict(new BrightnessSource())]);
    expect(opened).toHaveBeenCalledTimes(1);
    opened.mockRestore();
  });

  it('refuses other classes, other shapes and no epochs', async () => {
    using trainer = new Trainer({ model: model(['a', 'b']), addon });
    await expect(trainer.evaluate(new BrightnessSource())).rejects.toThrow(/dark, bright against a, b/);
    using other = new Trainer({ model: model(), addon });
    await expect(other.fit(new BrightnessSource(), { epochs: 0 })).rejects.toThrow(UsageError);
    await other.evaluate(new BrightnessSource());
    const larger = Object.assign(new BrightnessSource(), {
      clip: { every: { frames: 3 }, short: 'zero' as const, frames: 2, size: 32 },
    });
    await expect(other.evaluate(larger)).rejects.toThrow(/2 frames of 16²/);
    expect(() => new Trainer({ model: model(), addon, unfreeze: 'block9' })).toThrow(/block4/);
  });

  it('reports a loss that is no number', async () => {
    using trainer = new Trainer({ model: model(), addon, optimizer: adam({ learningRate: () => NaN }) });
    await expect(trainer.fit(new BrightnessSource(false), { epochs: 5 })).rejects.toThrow(/smaller learning rate/);
  });

  it('leaves no tensor behind, whatever happens', async () => {
    const before = addon.liveCounts().tensors;
    {
      using trainer = new Trainer({
        model: model(),
        addon,
        callbacks: [
          {
            onBatchEnd() {
              throw new Error('callback');
            },
          },
        ],
      });
      await expect(trainer.fit(new BrightnessSource(false), { epochs: 1 })).rejects.toThrow('callback');
      await expect(trainer.evaluate(new BrightnessSource())).rejects.toThrow('callback');
    }
    await expectNoMoreTensors(before);
  });
});
