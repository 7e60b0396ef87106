import { readdirSync, writeFileSync } from 'node:fs';
import { singleLabel } from '../../lib/base/task';
import { join } from 'node:path';
import { DivergedError, MovinetError, UsageError, VideoError } from '../../lib/base/errors';
import { loadVideoDataset } from '../../lib/data/load-video-dataset';
import type { ClipSpec } from '../../lib/base/clip';
import type { Prediction } from '../../lib/inference/file-views';
import { Predictor, type PredictorOptions } from '../../lib/inference/predictor';
import { Weights } from '../../lib/graph/weights';
import { createModel, type MovinetModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { loadAddon } from '../../lib/native/addon';
import { Trainer } from '../../lib/training/trainer';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import { writeTinyVideos } from '../cli/support/tiny-material';
import { suiteFolder } from '../support/suite-folder';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const clip = { size: 32, frames: 4, every: { frames: 2 }, short: 'zero' } as const;
let root: string;
let files: string[];
let model: MovinetModel;

beforeAll(async () => {
  root = await writeTinyVideos(folder);
  const classes = readdirSync(join(root, 'train')).sort();
  files = classes.flatMap((name) =>
    readdirSync(join(root, 'test', name)).map((file) => join(root, 'test', name, file)),
  );
  const id = 'a0-stream-relu6';
  model = createModel({ id, task: singleLabel(classes), clip }, referenceWeights(architectureOf(id, classes.length)));
});

it('classifies videos in their order, and goes on after one that is broken', async () => {
  const broken = join(folder, 'broken.avi');
  writeFileSync(broken, 'no video');
  using predictor = await Predictor.open(model, { batchSize: 2 });
  await predictor.warmUp();
  const given = [files[0]!, broken, ...files.slice(1)];
  const predictions = [];
  for await (const prediction of predictor.predictAll(given)) predictions.push(prediction);
  expect(predictions.map(({ file }) => file)).toEqual(given);
  const failed = predictions.filter((prediction) => 'error' in prediction);
  expect(failed.map(({ file, error }) => [file, error.constructor])).toEqual([[broken, VideoError]]);
  for (const prediction of predictions) {
    if ('error' in prediction) continue;
    expect(prediction.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    // A matrix product of one row may round otherwise than that of two.
    const alone = await predictor.predict(prediction.file);
    alone.forEach((probability, i) => expect(probability).toBeCloseTo(prediction.probabilities[i]!, 5));
  }
  await expect(predictor.predict(broken)).rejects.toThrow(/^Cannot classify .*broken\.avi: /);
});

it('tells no class of a model whose numbers are none, but whose clips they were', async () => {
  const broken = new Weights();
  for (const { path, shape } of model.architecture.parameters.filter(({ stage }) => stage === 'classifier_head'))
    broken.set(path, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(NaN) });
  using predictor = await Predictor.open(model.withWeights(broken));
  const { test } = await loadVideoDataset(root, { clip });
  await expect(predictor.predict(files[0]!)).rejects.toMatchObject({ name: 'DivergedError', files: [files[0]] });
  await expect(predictor.evaluate(test)).rejects.toThrow(DivergedError);
  using trainer = new Trainer({ model: model.withWeights(broken) });
  await expect(trainer.predict(test)).rejects.toThrow(DivergedError);
});

it('measures what it is asked to', async () => {
  using predictor = await Predictor.open(model);
  const { test } = await loadVideoDataset(root, { clip });
  const { metrics } = await predictor.evaluate(test, { metrics: [] });
  expect(metrics).toEqual({ loss: expect.any(Number) as number });
  await expect(predictor.evaluate(test, { metrics: ['no such'] })).rejects.toThrow(UsageError);
  for (const other of [{ size: clip.size + 1 }, { every: { frames: 7 } }]) {
    const { test: source } = await loadVideoDataset(root, { clip: { ...clip, ...other } });
    await expect(predictor.evaluate(source)).rejects.toThrow(/cut them alike, or open a predictor with/);
  }
});

it('says of a start past the end that there is none', async () => {
  using predictor = await Predictor.open(model, { start: 5000 });
  await expect(predictor.predict(files[0]!)).rejects.toThrow(
    /^Cannot classify .*: it has \d+ frames: there is no frame 5000 to start at$/,
  );
});

it('gives the probabilities of an evaluation, by one session', async () => {
  using predictor = await Predictor.open(model);
  const { sessions } = addon.liveCounts();
  const { test } = await loadVideoDataset(root, { clip });
  const { clips, metrics } = await predictor.evaluate(test);
  expect(clips.map(({ file }) => file).sort()).toEqual([...files].sort());
  const right = clips.filter(
    ({ target, probabilities }) => probabilities.indexOf(Math.max(...probabilities)) === target[0],
  );
  expect(metrics['accuracy']).toBeCloseTo(right.length / clips.length, 10);
  for (const { file, probabilities } of clips) {
    const alone = await predictor.predict(file);
    probabilities.forEach((value, index) => expect(alone[index]).toBeCloseTo(value, 5));
  }
  expect(addon.liveCounts().sessions).toBe(sessions);
});

async function allOf(predictor: Predictor, given: readonly string[]): Promise<Prediction[]> {
  const predictions: Prediction[] = [];
  for await (const prediction of predictor.predictAll(given)) predictions.push(prediction);
  return predictions;
}

/** A video of squares of these colours, side by side. */
async function stripes(name: string, colours: readonly number[][]): Promise<string> {
  const [path, side, width] = [join(folder, name), 64, 64 * colours.length];
  const writer = await addon.createVideoWriter(path, { width, height: side, fps: 25, fourcc: 'MJPG' });
  const pixels = Array.from({ length: width * side }, (_, i) => colours[Math.floor((i % width) / side)] as number[]);
  for (let frame = 0; frame < 8; frame++) await writer.write(Uint8Array.from(pixels.flat()));
  await writer.close();
  return path;
}

/** Of the first class. */
function probabilityOf(prediction: Prediction | undefined): number {
  if (prediction === undefined || 'error' in prediction) throw new Error('not classified');
  return prediction.probabilities[0] as number;
}

describe('several clips of a video', () => {
  const views = { clipsPerVideo: 2, crops: 3 } as const;
  const predictions = async (options: PredictorOptions, given: readonly string[]): Promise<Prediction[]> => {
    using predictor = await Predictor.open(model, { ...options });
    return await allOf(predictor, given);
  };

  it('are averaged into one prediction a file, those of an evaluation', async () => {
    const shorter = { ...clip, frames: 2 };
    const { test } = await loadVideoDataset(root, { clip: shorter, evaluationClips: 2, crops: 3 });
    using predictor = await Predictor.open(model, { clip: shorter, ...views });
    const evaluation = await predictor.evaluate(test);
    expect(evaluation.clips).toHaveLength(files.length);
    const one = await predictions({ clip: shorter }, files);
    for (const { file, probabilities } of evaluation.clips) {
      const averaged = await predictor.predict(file);
      probabilities.forEach((value, index) => expect(averaged[index]).toBeCloseTo(value, 5));
      const single = one.find((prediction) => prediction.file === file) as { probabilities: Float32Array };
      expect([...averaged]).not.toEqual([...single.probabilities]);
    }
  });

  it.each([1, 4, 5, 100])('are of their own file, whatever the batches (%d)', async (batchSize) => {
    const broken = join(folder, 'broken-of-several.avi');
    writeFileSync(broken, 'no video');
    const given = [files[0]!, broken, files[1]!, files[0]!];
    const found = await predictions({ ...views, batchSize }, given);
    expect(found.map(({ file }) => file)).toEqual(given);
    expect(found.map((prediction) => 'error' in prediction)).toEqual([false, true, false, false]);
    for (const prediction of found) {
      if ('error' in prediction) continue;
      const [alone] = await predictions(views, [prediction.file]);
      const { probabilities } = alone as { probabilities: Float32Array };
      probabilities.forEach((value, index) => expect(prediction.probabilities[index]).toBeCloseTo(value, 5));
    }
  });

  it('are squares of the whole width of a wide video', async () => {
    const colours = [
      [230, 20, 20],
      [20, 230, 20],
      [20, 20, 230],
    ];
    const wide = await stripes('wide.avi', colours);
    const squares = await Promise.all(colours.map((colour, i) => stripes(`square-${i}.avi`, [colour])));
    const ofSquares = (await predictions({}, squares)).map((prediction) => probabilityOf(prediction));
    const [averaged, whole] = [await predictions({ crops: 3 }, [wide]), await predictions({}, [wide])].map(
      ([prediction]) => probabilityOf(prediction),
    );
    expect(averaged).toBeCloseTo(ofSquares.reduce((sum, value) => sum + value, 0) / 3, 3);
    expect(Math.abs(averaged! - whole!)).toBeGreaterThan(0.002);
  });

  it('are refused where they would all begin at one frame, and other numbers', async () => {
    await expect(Predictor.open(model, { start: 0, clipsPerVideo: 2 })).rejects.toThrow(/leave out their start/);
    await expect(Predictor.open(model, { clipsPerVideo: 0 })).rejects.toThrow(/clipsPerVideo must be an integer/);
    await expect(Predictor.open(model, { crops: 2 as 1 })).rejects.toThrow(/crops must be one of 1, 3/);
  });
});

describe('what is special about a file', () => {
  const long = { ...clip, frames: 40 };

  it('is that it is shorter than a clip, whatever fills the clip', async () => {
    const filled = await Promise.all(
      (['zero', 'hold', 'loop'] as const).map(async (short) => {
        using predictor = await Predictor.open(model, { clip: long, short });
        const [prediction] = await allOf(predictor, [files[0]!]);
        expect(prediction).toMatchObject({ short: { needed: 40 } });
        return prediction as { short: { frames: number }; probabilities: Float32Array };
      }),
    );
    const [zero, hold, loop] = filled.map(({ probabilities }) => [...probabilities]);
    expect(new Set(filled.map(({ short }) => short.frames)).size).toBe(1);
    expect(zero).not.toEqual(hold);
    expect(hold).not.toEqual(loop);
  });

  it('is a frame rate that is far from that of training, where clips are cut by frames', async () => {
    const [rate] = (await addon.indexVideos([files[0]!], 1)).map((found) => (found.ok ? found.index.frameRate : NaN));
    const trained = (frameRate: number, every: ClipSpec['every'] = clip.every) =>
      model.withClip({ ...clip, every }, frameRate);
    const of = async (from: MovinetModel, options?: PredictorOptions): Promise<Prediction | undefined> => {
      using predictor = await Predictor.open(from, options);
      return (await allOf(predictor, [files[0]!]))[0];
    };
    expect(await of(trained(rate! * 2))).toMatchObject({
      otherRate: { frameRate: rate, expected: rate! * 2, of: 'training', sampled: rate },
    });
    expect(await of(trained(rate! * 1.2))).not.toHaveProperty('otherRate');
    expect(await of(model)).not.toHaveProperty('otherRate');
    expect(await of(trained(rate! * 2, { seconds: 2 / rate! }))).not.toHaveProperty('otherRate');
    const step = (frames: number): PredictorOptions => ({ clip: { ...clip, every: { frames } } });
    expect(await of(trained(rate! * 2, { frames: 4 }), step(2))).not.toHaveProperty('otherRate');
    expect(await of(trained(rate!, { frames: 4 }), step(2))).toHaveProperty('otherRate');
    expect(await of(trained(rate!, { seconds: 1 / rate! }), step(1))).not.toHaveProperty('otherRate');
    expect(await of(trained(rate!, { seconds: 1 / rate! }), step(2))).toMatchObject({
      otherRate: { expected: rate! * 2, sampled: rate },
    });
  });
});

it('ends with the signal’s reason', async () => {
  using predictor = await Predictor.open(model, { batchSize: 1 });
  const reason = new Error('enough');
  const controller = new AbortController();
  const seen = async (): Promise<number> => {
    let count = 0;
    for await (const prediction of predictor.predictAll(files, { signal: controller.signal })) {
      expect(prediction.file).toBe(files[count++]);
      controller.abort(reason);
    }
    return count;
  };
  await expect(seen()).rejects.toBe(reason);
});

it('refuses a batch size that is none, and work after dispose()', async () => {
  await expect(Predictor.open(model, { batchSize: 0 })).rejects.toThrow(UsageError);
  const predictor = await Predictor.open(model);
  predictor.dispose();
  predictor.dispose();
  await expect(predictor.predict(files[0]!)).rejects.toThrow(MovinetError);
});
