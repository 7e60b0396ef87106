import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { multiLabel } from '../../lib/base/task';
import { UsageError } from '../../lib/base/errors';
import { loadModel, saveModel } from '../../lib/model/classifier';
import { exportModel } from '../../lib/model/export/export-model';
import { createModel } from '../../lib/model/movinet-model';
import { softwareVersions, type TrainingRecord } from '../../lib/model/training-record';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { loadAddon } from '../../lib/native/addon';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import { suiteFolder } from '../support/suite-folder';
import { trainingRecord } from './support/training-record';

const folder = suiteFolder();
const id = 'a0-stream-relu6';
const clip = { size: 48, frames: 3, every: { seconds: 0.1 }, short: 'hold' } as const;
const task = multiLabel(['run', 'jump']);
const untold = createModel({ id, task, clip, frameRate: 25 }, referenceWeights(architectureOf(id, 2)));
const model = untold.withTraining(trainingRecord());
const descriptionIn = (path: string): string => join(path, 'assets.extra', 'movinet.json');

describe('the record of a model', () => {
  it('is nobody’s before somebody gives it', () => {
    expect(untold.training).toBeUndefined();
    expect(model.training).toEqual(trainingRecord());
  });

  it('stays with other weights, other clips and other options of training', () => {
    expect(model.withWeights(untold.weights).training).toEqual(trainingRecord());
    expect(model.withClip({ ...clip, frames: 8 }).training).toEqual(trainingRecord());
    expect(model.withOptions({ dropoutRate: 0.5 }).training).toEqual(trainingRecord());
  });

  it.each([
    ['steps', { steps: -1 }, /^The training record's steps: /],
    ['a time', { finished: 'yesterday' }, /^The training record's finished: /],
    ['JSON', { loss: { rate: NaN } }, /^The training record's loss/],
  ])('must have %s', (_, wrong, message) => {
    const record: TrainingRecord = { ...trainingRecord(), ...wrong };
    expect(() => untold.withTraining(record)).toThrow(UsageError);
    expect(() => untold.withTraining(record)).toThrow(message);
  });

  it('has the versions of this package, TensorFlow and Node', async () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(softwareVersions(loadAddon())).toEqual({
      'movinet-native': version,
      tensorflow: loadAddon().tensorFlowVersion(),
      node: process.versions.node,
    });
  });
});

describe('in a folder', () => {
  it.each(['saved-model', 'stream'] as const)(
    'goes with task, clip and frame rate, also exported as %s',
    async (format) => {
      const path = join(folder.path, format);
      await exportModel(model, path, format, { trainable: true });
      const loaded = await loadModel(path);
      expect(loaded).toMatchObject({ id, task, clip, frameRate: 25 });
      expect(loaded.training).toEqual(trainingRecord());
      expect(loaded.options).toEqual(model.options);
    },
  );

  it('is one more member of the second format', async () => {
    const path = join(folder.path, 'members');
    const stored = async (saved: typeof model) => {
      await saveModel(saved, path);
      return JSON.parse(readFileSync(descriptionIn(path), 'utf8')) as Record<string, unknown>;
    };
    const without = await stored(untold);
    expect(without).toMatchObject({ format: 2 });
    expect((await loadModel(path)).training).toBeUndefined();
    expect(await stored(model)).toEqual({ ...without, training: trainingRecord() });
  });

  it('is read where a later version has more in it, and refused where it is damaged', async () => {
    const path = join(folder.path, 'read');
    await saveModel(model, path);
    const stored = JSON.parse(readFileSync(descriptionIn(path), 'utf8')) as Record<string, unknown>;
    const write = (training: unknown) => writeFileSync(descriptionIn(path), JSON.stringify({ ...stored, training }));
    write({ ...trainingRecord(), recipe: 'a new member' });
    expect((await loadModel(path)).training).toEqual(trainingRecord());
    write({ ...trainingRecord(), epochs: 'two' });
    await expect(loadModel(path)).rejects.toThrow(/movinet\.json is damaged: training\.epochs: /);
  });
});
