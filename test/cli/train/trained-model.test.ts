import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../../lib/cli/evaluate';
import { exportCommand } from '../../../lib/cli/export';
import { inspectCommand } from '../../../lib/cli/inspect';
import { predict } from '../../../lib/cli/predict';
import { stream } from '../../../lib/cli/stream';
import { train } from '../../../lib/cli/train';
import { recordOf } from '../../../lib/data/lists/record/dataset-record';
import { loadVideoDataset } from '../../../lib/data/load-video-dataset';
import { loadModel, saveModel } from '../../../lib/model/classifier';
import { adaptModel } from '../../../lib/model/adapt-head';
import type { MovinetModel } from '../../../lib/model/movinet-model';
import { loadAddon } from '../../../lib/native/addon';
import { multiLabel, singleLabel } from '../../../lib/base/task';
import { Trainer } from '../../../lib/training/trainer';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';
import { trainTinyRun, type TinyRun } from '../support/tiny-run';

type Trained = {
  epochs: { loss: number }[];
  evaluate: { metrics: { loss: number } };
  config: Record<string, unknown>;
  notes: string[];
};

const { path: folder } = suiteFolder();
let run: TinyRun;
let model: MovinetModel;

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  run = await trainTinyRun(folder);
  model = await loadModel(run.model);
});

describe('what a model remembers of its run', () => {
  it('is in its folder', () => {
    expect(model.training).toEqual({
      finished: expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/) as string,
      data: { name: 'videos', split: 'folders', videos: { train: 8, validation: 0, test: 4 } },
      weights: 'backbone/ckpt',
      seed: 0,
      loss: { kind: 'categoricalCrossEntropy', labelSmoothing: 0 },
      optimizer: {
        ...{ kind: 'adam', learningRate: { kind: 'constant', rate: 0.001 }, beta1: 0.9, beta2: 0.999 },
        ...{ epsilon: 1e-7, weightDecay: 0 },
      },
      epochs: 2,
      steps: 4,
      versions: expect.objectContaining({ tensorflow: loadAddon().tensorFlowVersion() }) as object,
    });
  });

  it('is shown by inspect, to people and to programs', async () => {
    const { stdout } = await runInProcess(inspectCommand, [run.model]);
    expect(stdout).toMatch(
      /\nModel: a0-stream-relu6, 2 classes \(single-label\): corner, figure-eight; clips of 4 frames, frame step 2, 32² of videos of \d+ frames a second\n/,
    );
    expect(stdout).toContain('\nTrained on videos, split folders: 8 train, 0 validation and 4 test videos\n');
    expect(stdout).toMatch(/\nTrained from backbone\/ckpt: 2 epochs, 4 steps, seed 0, until 20\S+Z; movinet-native \d/);
    const json = await runInProcess(inspectCommand, [run.model, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'saved-model', model: { training: model.training } });
  });

  it('is warned of where it cannot be read, and the rest is shown', async () => {
    const damaged = join(folder, 'damaged');
    cpSync(run.model, damaged, { recursive: true });
    writeFileSync(join(damaged, 'assets.extra/movinet.json'), '{');
    const { status, stdout, stderr } = await runInProcess(inspectCommand, [damaged]);
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/^Warning: .*movinet\.json is damaged: it is no JSON\n$/),
    ]);
    expect(stdout).toContain('\nSignature serving_default\n');
  });
});

describe('every command takes from the model', () => {
  const clip = { size: 48, frames: 3, every: { seconds: 0.125 }, short: 'hold' } as const;
  const other = join(folder, 'other/model');
  const video = (): string => join(run.videos, 'test/corner/corner-0000.avi');

  beforeAll(async () => {
    const task = multiLabel(['sharp', 'moving']);
    await saveModel((await adaptModel(model, task)).model.withClip(clip), other);
  });

  it('predict: clip and task', async () => {
    const predicted = async (...args: string[]) => {
      const { stdout } = await runInProcess(predict, ['--model', other, video(), '--json', ...args]);
      return JSON.parse(stdout) as { labels: string[]; predictions: { label: string; probability: number }[] };
    };
    const own = await predicted();
    expect(own.labels).toEqual(expect.any(Array));
    const asked = await predicted('--size', '48', '--frames', '3', '--frame-rate', '8', '--short', 'hold');
    expect(own).toEqual(asked);
    expect((await predicted('--size', '64')).predictions).not.toEqual(own.predictions);
  });

  it('evaluate: clip and task', async () => {
    const list = join(folder, 'list.csv');
    writeFileSync(list, `path,labels,split\n${video()},sharp|moving,test\n`);
    const { status, stdout, stderr } = await runInProcess(evaluate, ['--model', other, '--data', list, '--json']);
    expect([status, stderr]).toEqual([0, expect.stringContaining('clips of 3 frames, 8 frames a second, 48²')]);
    expect(JSON.parse(stdout)).toMatchObject({
      classes: ['sharp', 'moving'],
      config: { task: 'multi-label', size: 48, frames: 3, frameRate: 8, short: 'hold' },
    });
  });

  it('stream: size and spacing', async () => {
    const { stderr } = await runInProcess(stream, ['--model', other, video()]);
    expect(stderr).toContain('model a0-stream-relu6, 8 frames a second, 48²');
  });

  it('export: all of it', async () => {
    for (const format of ['saved-model', 'stream']) {
      const to = join(folder, `exported-${format}`);
      const { status } = await runInProcess(exportCommand, [
        '--model',
        run.model,
        '--out',
        to,
        '--format',
        format,
        '--trainable',
      ]);
      expect(status).toBe(0);
      const { training, clip: cut, task, frameRate } = await loadModel(to);
      expect({ training, clip: cut, task, frameRate }).toEqual({
        ...{ training: model.training, clip: model.clip, task: model.task, frameRate: model.frameRate },
      });
    }
  });
});

describe('going on from a trained model', () => {
  const trained = async (args: readonly string[]) => {
    const out = join(folder, `run-${readdirSync(folder).length}`);
    const all = [...args, '--out', out, '--epochs', '1', '--device', 'cpu', '--json'];
    const { status, stdout, stderr } = await runInProcess(train, all);
    return { out, status, stderr, record: (stdout === '' ? undefined : JSON.parse(stdout)) as Trained };
  };

  it.each([
    ['in the same order', ['corner', 'figure-eight']],
    ['in another order', ['figure-eight', 'corner']],
  ])('the library begins with its loss, classes %s', async (_, classes) => {
    const { test } = await loadVideoDataset(join(folder, 'videos'), { clip: model.clip, batchSize: 4 });
    const saved = join(folder, `library-${classes.join()}`);
    await saveModel((await adaptModel(model, singleLabel(classes))).model, saved);
    const { model: loaded } = await adaptModel(await loadModel(saved), test.task);
    using before = new Trainer({ model });
    const { metrics } = await before.evaluate(test);
    using trainer = new Trainer({ model: loaded });
    // The loss of the only step is that before its update.
    const { epochs } = await trainer.fit(test, { epochs: 1 });
    expect(epochs[0]?.metrics.loss).toBeCloseTo(metrics.loss as number, 5);
    expect(trainer.model.weights.get(model.architecture.classifier.kernel).data).not.toEqual(
      loaded.weights.get(model.architecture.classifier.kernel).data,
    );
  });

  it('by its folder alone: its head, clip, data and split', async () => {
    const { loss } = (JSON.parse(run.outcome.stdout) as Trained).evaluate.metrics;
    const args = ['--model', run.model, '--learning-rate', '1e-12'];
    const { status, stderr, record, out } = await trained(args);
    expect([status, stderr]).toEqual([0, expect.stringContaining(`Weights: ${run.model}, with its head\n`)]);
    expect(stderr).toContain('Model: a0-stream-relu6, its head learns; clips of 4 frames, frame step 2, 32²');
    expect(record.evaluate.metrics.loss).toBeCloseTo(loss, 5);
    expect(record.config).toMatchObject({ data: run.videos, size: 32, frames: 4, frameStep: 2 });
    expect((await loadModel(join(out, 'model'))).training).toMatchObject({ weights: 'run/model', epochs: 1 });
  });

  it('named as weights too', async () => {
    const { stderr, record } = await trained(['--weights', run.model, '--data', run.videos, '--frames', '5']);
    expect(stderr).toContain(`Weights: ${run.model}, with its head\n`);
    expect(record.config).toMatchObject({ model: 'a0-stream-relu6', frames: 5, size: 32 });
  });

  it('divides the data of its run as that did, whatever the seed', async () => {
    const data = join(folder, 'drawn');
    cpSync(join(run.videos, 'train'), data, { recursive: true });
    const first = await trained(['--model', run.model, '--data', data, '--split', '0.5', '--seed', '3']);
    const again = await trained(['--model', join(first.out, 'model'), '--seed', '4']);
    const [before, after] = [await recordOf(first.out), await recordOf(again.out)];
    expect(after?.parts).toEqual(before?.parts);
    const drawnAnew = await trained(['--model', join(first.out, 'model'), '--split', '0.5', '--seed', '4']);
    expect(drawnAnew.stderr).toMatch(/Warning: \d of 4 clips to evaluate on are clips that the model was trained on/);
  });

  it('draws a new head for other classes, and says so in a line', async () => {
    const data = join(folder, 'others');
    cpSync(run.videos, data, { recursive: true });
    for (const part of ['train', 'test'])
      cpSync(join(data, part, 'corner'), join(data, part, 'edge'), { recursive: true });
    const { status, stderr, record } = await trained(['--model', run.model, '--data', data]);
    expect(status).toBe(0);
    expect(stderr).toContain(
      `Weights: ${run.model}, without its head: its classes are corner, figure-eight, the data set's corner, edge, figure-eight\n`,
    );
    expect(record.config).toMatchObject({ frames: 4, size: 32 });
  });

  it('keeps its options of training unless others are given', async () => {
    const regularized = join(folder, 'regularized/model');
    await saveModel(model.withOptions({ dropoutRate: 0.3, weightDecay: 1e-4 }), regularized);
    const { record, out } = await trained(['--model', regularized, '--data', run.videos, '--weight-decay', '0']);
    expect(record.config).toMatchObject({ dropoutRate: 0.3, weightDecay: 0 });
    expect((await loadModel(join(out, 'model'))).options).toMatchObject({ dropoutRate: 0.3, weightDecay: 0 });
  });

  it('keeps its kind of task', async () => {
    const several = join(folder, 'several/model');
    await saveModel((await adaptModel(model, multiLabel(model.classes))).model, several);
    const { stderr, record } = await trained(['--model', several, '--data', run.videos]);
    expect(stderr).toContain(`Weights: ${several}, with its head\n`);
    expect(record.config).toMatchObject({ task: 'multi-label' });
  });

  it.each<[string, () => string[], number, RegExp]>([
    [
      'weights beside it',
      () => ['--model', run.model, '--weights', run.backbone],
      2,
      /--weights, .* go with a model id/,
    ],
    [
      'the id of another network',
      () => ['--model', 'a0-base', '--weights', run.model],
      2,
      /is a model of the network a0-stream-relu6, not a0-base/,
    ],
    [
      'other gates',
      () => ['--weights', run.model, '--data', run.videos, '--gating-activation', 'sigmoid'],
      2,
      /The option gatingActivation of a trained model stays hard_sigmoid/,
    ],
    [
      'no data, where nothing is remembered',
      () => ['--model', join(folder, 'several/model')],
      2,
      /has no record of what it was trained on .* say with --data/,
    ],
  ])('refuses %s in one line', async (_, args, expected, message) => {
    const { status, stderr } = await trained(args());
    const errors = stderr.split('\n').filter((line) => line.startsWith('Error: '));
    expect([status, errors]).toEqual([expected, [expect.stringMatching(message)]]);
  });
});
