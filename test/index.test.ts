import { join } from 'node:path';
import { adam, createClassifier, loadModel, loadVideoDataset, saveModel, Trainer } from '../lib';
import { writeTinyBackbone, writeTinyVideos } from './cli/support/tiny-material';
import { suiteFolder } from './support/suite-folder';

const { path: folder } = suiteFolder();

it('carries the script of the README: load, create, fit, save, load again', async () => {
  const clip = { size: 32, frames: 4, frameStep: 2 };
  const { train, test, classes } = await loadVideoDataset(await writeTinyVideos(folder), { ...clip, batchSize: 4 });
  const weights = await writeTinyBackbone(folder);
  const model = await createClassifier({ model: 'a0-stream-relu6', weights, classes, clip });
  using trainer = new Trainer({ model, optimizer: adam({ learningRate: 1e-3 }) });
  const { epochs } = await trainer.fit(train, { epochs: 2, validation: test });
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  const before = await trainer.evaluate(test);
  await saveModel(trainer.model, join(folder, 'model'));
  using loaded = new Trainer({ model: await loadModel(join(folder, 'model')) });
  expect((await loaded.evaluate(test)).loss).toBeCloseTo(before.loss, 4);
});

it('says which part of a data set a split leaves empty', async () => {
  const root = await writeTinyVideos(folder);
  const dataset = await loadVideoDataset(join(root, 'train'), { split: 'all' });
  expect(dataset.test.clipCount).toBe(8);
  expect(() => dataset.train).toThrow(/Split "all" leaves no train clip of .*: choose another split/);
});
