import type { ClipSpec } from '../../lib/base/clip';
import { encodeTargets, multiLabel } from '../../lib/base/task';
import { derive } from '../../lib/base/random';
import { type ClipBatch, type ClipSource, type ClipSourceReport, createClipBatch } from '../../lib/data/clip-source';
import { Predictor } from '../../lib/inference/predictor';
import { adam } from '../../lib/learning/optimizer';
import { createModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { initialWeights } from '../../lib/movinet/initialize';
import { loadAddon } from '../../lib/native/addon';
import { Trainer } from '../../lib/training/trainer';
import { singleLabel, type Task } from '../../lib/base/task';

const addon = loadAddon();
const CLIP: ClipSpec = { frames: 2, size: 16, every: { frames: 1 }, short: 'zero' };
const TASK = multiLabel(['red', 'green']);

/** Clips that are red, green, both or neither, each as often; `views` clips of each. */
class ColourSource implements ClipSource {
  readonly task: Task = TASK;
  readonly batchSize = 8;
  readonly clip = CLIP;
  readonly report: ClipSourceReport = {
    ...{ skipped: [], damaged: [], brokenOff: [], short: [], otherRates: [] },
    ...{ zeroFrames: 0, frameRate: 30, decodedFrames: 0 },
  };

  constructor(
    private readonly rows = 16,
    private readonly viewsOfRow = 1,
    readonly deterministic = true,
  ) {}

  get clipCount(): number {
    return this.rows * this.viewsOfRow;
  }

  async *batches(epoch: number): AsyncGenerator<ClipBatch> {
    for (let begin = 0; begin < this.clipCount; begin += this.batchSize) {
      const count = Math.min(this.batchSize, this.clipCount - begin);
      const indices = Array.from({ length: count }, (_, i) => Math.floor((begin + i) / this.viewsOfRow));
      const clips = addon.createTensor('float32', [count, CLIP.frames, CLIP.size, CLIP.size, 3]);
      const data = clips.data() as Float32Array;
      const random = derive(this.deterministic ? 0 : epoch, 'colours', begin);
      const perClip = data.length / count;
      data.forEach((_, i) => {
        const index = indices[Math.floor(i / perClip)] as number;
        const shown = i % 3 < 2 && (index >> (i % 3)) % 2 === 1;
        data[i] = (shown ? 0.8 : 0) + 0.2 * random.float();
      });
      yield createClipBatch({
        ...{ batch: begin / this.batchSize, clips, indices },
        targets: encodeTargets(
          indices.map((index) => [0, 1].filter((colour) => (index >> colour) % 2 === 1)),
          2,
        ),
        files: indices.map((index) => `clip-${index}`),
        views: indices.map((_, i) => (begin + i) % this.viewsOfRow),
      });
    }
  }
}

const weights = initialWeights(architectureOf('a0-stream-relu6', 2), {
  uniform: (path) => {
    const random = derive(3, path);
    return () => random.float();
  },
  reZero: 1,
});
const model = createModel({ id: 'a0-stream-relu6', task: TASK, clip: CLIP }, weights);

it('learns clips of any number of classes, and keeps the frame rate of what it was trained on', async () => {
  using trainer = new Trainer({ model, addon, optimizer: adam({ learningRate: 1e-3 }) });
  const before = await trainer.evaluate(new ColourSource());
  const { epochs } = await trainer.fit(new ColourSource(16, 1, false), { epochs: 12, validation: new ColourSource() });
  const last = epochs.at(-1);
  expect(last?.metrics['loss']).toBeLessThan(0.5 * (epochs[0]?.metrics['loss'] ?? NaN));
  expect(last?.metrics['val_loss']).toBeLessThan(before.metrics['loss'] as number);
  expect(last?.metrics['val_accuracy']).toBe(1);
  expect(trainer.model.frameRate).toBe(30);

  // Of clips of both classes and of none each class is decided for itself.
  const { clips } = await trainer.evaluate(new ColourSource());
  expect(clips.slice(0, 4).map(({ target }) => target)).toEqual([[], [0], [1], [0, 1]]);
  for (const { target, probabilities } of clips) {
    probabilities.forEach((probability, label) => expect(probability > 0.5).toBe(target.includes(label)));
  }
  using predictor = await Predictor.open(trainer.model, { addon });
  const { loss, accuracy } = (await predictor.evaluate(new ColourSource())).metrics;
  expect(loss).toBeCloseTo(last?.metrics['val_loss'] ?? NaN, 3);
  expect(accuracy).toBe(1);
});

it('evaluates a video once, however many clips there are of it', async () => {
  using trainer = new Trainer({ model, addon });
  const { clips, metrics } = await trainer.evaluate(new ColourSource(4, 3));
  expect(clips.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(Number.isFinite(metrics['loss'])).toBe(true);
  const again = await trainer.evaluate(new ColourSource(4, 3));
  expect(again.clips).toEqual(clips);
});

it('refuses data of another kind or of other classes, in training, validation and evaluation', async () => {
  using trainer = new Trainer({ model, addon });
  using predictor = await Predictor.open(model, { addon });
  for (const [task, message] of [
    [singleLabel(TASK.classes), /The data set is single-label and the model multi-label/],
    [multiLabel(['green', 'red']), /classes are not the model's: green, red against red, green/],
  ] as const) {
    const other = Object.assign(new ColourSource(), { task });
    await expect(trainer.fit(other)).rejects.toThrow(message);
    await expect(trainer.fit(new ColourSource(), { validation: other })).rejects.toThrow(message);
    await expect(trainer.evaluate(other)).rejects.toThrow(message);
    await expect(predictor.evaluate(other)).rejects.toThrow(message);
  }
});
