import { DivergedError, MovinetError, UsageError } from '../../lib/base/errors';
import { loadVideoDataset } from '../../lib/data/load-video-dataset';
import type { Prediction } from '../../lib/inference/file-views';
import { Predictor } from '../../lib/inference/predictor';
import { Weights } from '../../lib/graph/weights';
import type { MovinetModel } from '../../lib/model/movinet-model';
import { loadAddon } from '../../lib/native/addon';
import { expectNoMoreThan } from './support/live-counts';
import { suiteFolder } from '../support/suite-folder';
import { countingAddon, TINY_CLIP, tinyMaterial } from './support/tiny-predictors';
import { join } from 'node:path';

const addon = loadAddon();
const { path: folder } = suiteFolder();
let files: string[];
let model: MovinetModel;

beforeAll(async () => {
  ({ files, model } = await tinyMaterial(folder));
});

async function allOf(predictions: AsyncIterable<Prediction>): Promise<Prediction[]> {
  const all: Prediction[] = [];
  for await (const prediction of predictions) all.push(prediction);
  return all;
}

it('opens a session, a graph and a decoder once, whatever it is asked for, and starts no thread for a second call', async () => {
  const { addon: counting, calls } = countingAddon();
  const before = addon.liveCounts();
  using predictor = await Predictor.open(model, { addon: counting, decodeThreads: 2 });
  const opened = { createGraph: 1, createSession: 1, createClipDecoder: 1 };
  const first = await predictor.predict(files[0]!);
  await allOf(predictor.predictAll(files));
  // The session's thread and the decoder's; those that index a file end with that.
  const kept = { threads: before.threads + 3, sessions: before.sessions + 1 };
  await expectNoMoreThan(kept);
  expect(await predictor.predict(files[0]!)).toEqual(first);
  await allOf(predictor.predictAll(files));
  await predictor.warmUp();
  const { test } = await loadVideoDataset(join(folder, 'videos'), { clip: TINY_CLIP });
  await predictor.evaluate(test);
  expect(calls).toMatchObject(opened);
  await expectNoMoreThan(kept);
});

it('answers callers at the same time, each with its own', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  using predictor = await Predictor.open(model, { batchSize: 3 });
  const alone = new Map<string, Float32Array>();
  for (const file of files) alone.set(file, await predictor.predict(file));
  const { tensors } = addon.liveCounts();
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, addon.liveCounts().tensors - tensors)), 1);
  const given = Array.from({ length: 40 }, (_, i) => files[i % files.length]!);
  const [list, ...singles] = await Promise.all([
    allOf(predictor.predictAll(given)),
    ...given.map((file) => predictor.predict(file)),
  ]);
  clearInterval(watch);
  expect(list.map(({ file }) => file)).toEqual(given);
  const found = [...list.map((one) => (one as { probabilities: Float32Array }).probabilities), ...singles];
  found.forEach((probabilities, i) => {
    const expected = alone.get(given[i % given.length]!)!;
    probabilities.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5));
  });
  // Two batches, each a tensor of clips, one of targets, and what a run gives; not forty.
  expect(most).toBeLessThan(20);
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});

it('lets one caller go without disturbing the others', async () => {
  using predictor = await Predictor.open(model, { batchSize: 2 });
  const controller = new AbortController();
  const reason = new Error('enough');
  const gone = files.map((file) => predictor.predict(file, { signal: controller.signal }));
  const stays = allOf(predictor.predictAll([...files, ...files]));
  const rejected = Promise.allSettled(gone);
  await new Promise(setImmediate);
  controller.abort(reason);
  expect((await rejected).every((one) => one.status === 'rejected' && one.reason === reason)).toBe(true);
  expect((await stays).map((prediction) => 'error' in prediction)).toEqual(files.concat(files).map(() => false));
  await expect(predictor.predict(files[0]!)).resolves.toHaveLength(2);
});

it('rejects with the signal’s reason at once: while no path comes, and for each method', async () => {
  using predictor = await Predictor.open(model);
  using clips = addon.createTensor('float32', [1, 4, 32, 32, 3]);
  const { test } = await loadVideoDataset(join(folder, 'videos'), { clip: TINY_CLIP });
  const silent: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  };
  const reason = new Error('enough');
  const controller = new AbortController();
  const waiting = predictor.predictAll(silent, { signal: controller.signal }).next();
  await new Promise(setImmediate);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  const { signal } = controller;
  await expect(predictor.predict(files[0]!, { signal })).rejects.toBe(reason);
  await expect(predictor.predictAll(files, { signal }).next()).rejects.toBe(reason);
  await expect(predictor.predictClips(clips, { signal })).rejects.toBe(reason);
  await expect(predictor.warmUp({ signal })).rejects.toBe(reason);
  await expect(predictor.evaluate(test, { signal })).rejects.toBe(reason);
});

it('is disposed during calls, which then reject, and leaves nothing; later ones reject too', async () => {
  const { tensors, sessions, threads } = addon.liveCounts();
  const predictor = await Predictor.open(model, { batchSize: 1 });
  await predictor.predict(files[0]!);
  const { test } = await loadVideoDataset(join(folder, 'videos'), { clip: TINY_CLIP });
  const clips = addon.createTensor('float32', [5, 4, 32, 32, 3]);
  const calls = (): Promise<unknown>[] => [
    ...files.map((file) => predictor.predict(file)),
    allOf(predictor.predictAll([...files, ...files])),
    predictor.predict({ frames: new Uint8Array(8 * 8 * 3 * 9), width: 8, height: 8 }),
    predictor.predictClips(clips),
    predictor.evaluate(test),
    predictor.warmUp(),
  ];
  const underWay = Promise.allSettled(calls());
  await new Promise(setImmediate);
  predictor.dispose();
  const [during, later] = [await underWay, await Promise.allSettled(calls())];
  // A call may have been done by then.
  const broken = during.filter(({ status }) => status === 'rejected');
  expect(broken.length).toBeGreaterThan(0);
  for (const call of [...broken, ...later]) {
    const { reason } = call as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(MovinetError);
    expect(reason).toMatchObject({ message: 'The predictor was disposed: open another one' });
  }
  predictor.dispose();
  clips.dispose();
  // A graph ends with the collector.
  await expectNoMoreThan({ tensors, sessions, threads });
});

it('names the file for which a broken model gives NaN', async () => {
  const broken = new Weights();
  const path = model.weights.paths().find((name) => model.weights.shapeOf(name)?.join() === '2')!;
  const shape = model.weights.shapeOf(path)!;
  broken.set(path, { shape, data: new Float32Array(shape[0]!).fill(NaN) });
  using predictor = await Predictor.open(model.withWeights(broken));
  const failure = { what: 'logits', files: [files[1]] };
  await expect(predictor.predict(files[1]!)).rejects.toBeInstanceOf(DivergedError);
  await expect(predictor.predict(files[1]!)).rejects.toMatchObject(failure);
  await expect(allOf(predictor.predictAll([files[1]!, files[0]!]))).rejects.toMatchObject(failure);
  using clips = addon.createTensor('float32', [2, 4, 32, 32, 3]);
  await expect(predictor.predictClips(clips)).rejects.toMatchObject({ what: 'logits', files: ['clip 0'] });
});

it('refuses wrong options before anything is opened', async () => {
  const before = addon.liveCounts();
  await expect(Predictor.open(model, { batchSize: NaN })).rejects.toBeInstanceOf(UsageError);
  await expect(Predictor.open(model, { treads: 2 } as object)).rejects.toThrow(/^Predictor: there is no option treads/);
  await expectNoMoreThan(before);
});
