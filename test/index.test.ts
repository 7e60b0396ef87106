import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  adam,
  createClassifier,
  loadModel,
  loadVideoDataset,
  ModelStream,
  saveModel,
  Trainer,
  VideoFrames,
} from '../lib/index';
import { writeTinyBackbone, writeTinyVideos } from './cli/support/tiny-material';
import { suiteFolder } from './support/suite-folder';

const { path: folder } = suiteFolder();

it('carries the script of the README: load, create, fit, save, load again', async () => {
  const clip = { size: 32, frames: 4, every: { frames: 2 }, short: 'zero' } as const;
  const { train, test, classes } = await loadVideoDataset(await writeTinyVideos(folder), { clip, batchSize: 4 });
  const weights = await writeTinyBackbone(folder);
  const model = await createClassifier({ model: 'a0-stream-relu6', weights, classes, clip });
  using trainer = new Trainer({ model, optimizer: adam({ learningRate: 1e-3 }) });
  const { epochs } = await trainer.fit(train, { epochs: 2, validation: test });
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  const before = await trainer.evaluate(test);
  await saveModel(trainer.model, join(folder, 'model'));
  using loaded = new Trainer({ model: await loadModel(join(folder, 'model')) });
  expect((await loaded.evaluate(test)).metrics['loss']).toBeCloseTo(before.metrics['loss'] as number, 4);
});

it('carries the streaming script of the README: open, push, save the state, restore it', async () => {
  const root = await writeTinyVideos(folder);
  const clip = { size: 32, frames: 4, every: { frames: 2 }, short: 'zero' } as const;
  const weights = await writeTinyBackbone(folder);
  const classes = ['one', 'other'];
  const model = await createClassifier({ model: 'a0-stream-relu6', weights, classes, clip });
  const { size, every } = model.clip;
  const [label = ''] = readdirSync(join(root, 'train'));
  const [name = ''] = readdirSync(join(root, 'train', label));
  using stream = await ModelStream.open(model);
  let logits = new Float32Array();
  for await (const { frames } of await VideoFrames.open(join(root, 'train', label, name), { size, every })) {
    logits = new Float32Array(await stream.push(frames));
  }
  expect(logits).toHaveLength(model.classes.length);
  expect(stream.frames).toBeGreaterThan(1);
  const saved = stream.state();
  stream.reset();
  expect(stream.frames).toBe(0);
  using other = await ModelStream.open(model);
  other.restore(saved);
  expect(other.state()).toEqual(saved);
});

it('says which part of a data set a split leaves empty', async () => {
  const root = await writeTinyVideos(folder);
  const dataset = await loadVideoDataset(join(root, 'train'), { split: 'all' });
  expect(dataset.test.clipCount).toBe(8);
  expect(() => dataset.train).toThrow(/Split "all" leaves no train clip of .*: choose another split/);
});
