import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MovinetError, UsageError, VideoError } from '../../lib/base/errors';
import { loadVideoDataset } from '../../lib/data/load-video-dataset';
import { Predictor } from '../../lib/inference/predictor';
import { createModel, type MovinetModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { loadAddon } from '../../lib/native/addon';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import { writeTinyVideos } from '../cli/support/tiny-material';
import { suiteFolder } from '../support/suite-folder';

const addon = loadAddon();
const { path: folder } = suiteFolder();
const clip = { size: 32, frames: 4, frameStep: 2 };
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
  model = createModel({ id, classes, clip }, referenceWeights(architectureOf(id, classes.length)));
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
    expect(await predictor.predict(prediction.file)).toEqual(prediction.probabilities);
  }
  await expect(predictor.predict(broken)).rejects.toThrow(/^Cannot classify .*broken\.avi: /);
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
  const { test } = await loadVideoDataset(root, clip);
  const { clips, accuracy } = await predictor.evaluate(test);
  expect(clips.map(({ file }) => file).sort()).toEqual([...files].sort());
  const right = clips.filter(({ label, probabilities }) => probabilities.indexOf(Math.max(...probabilities)) === label);
  expect(accuracy).toBeCloseTo(right.length / clips.length, 10);
  for (const { file, probabilities } of clips) {
    const alone = await predictor.predict(file);
    probabilities.forEach((value, index) => expect(alone[index]).toBeCloseTo(value, 5));
  }
  expect(addon.liveCounts().sessions).toBe(sessions);
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
