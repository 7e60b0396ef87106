import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { singleLabel } from '../../lib/base/task';
import { dirname, join } from 'node:path';
import { CheckpointError } from '../../lib/base/errors';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel } from '../../lib/model/movinet-model';
import { loadAddon } from '../../lib/native/addon';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import { exportModel } from '../../lib/model/export/export-model';
import { inspectPath } from '../../lib/formats/inspect';
import { describeWith, KINETICS_CHECKPOINT } from '../support/assets';
import { suiteFolder } from '../support/suite-folder';

const suite = suiteFolder();
const classes = ['run', 'jump'];
const model = createModel(
  { id: 'a0-base', task: singleLabel(classes) },
  referenceWeights(architectureOf('a0-base', 2)),
);
const savedModel = join(suite.path, 'saved-model');
const checkpoint = join(suite.path, 'checkpoint');
const officialExport = join(dirname(KINETICS_CHECKPOINT), 'saved_model');

beforeAll(async () => {
  await exportModel(model, savedModel, 'saved-model', { addon: loadAddon(), trainable: true });
  await exportModel(model, checkpoint, 'checkpoint', { addon: loadAddon() });
});

/** Variables of the specification's table, with a head of two classes in place of 600. */
const ELEMENTS = 3_126_071 - 598 * (2048 + 1);

describe('a SavedModel', () => {
  it('shows its signature, assets, variables and files', async () => {
    const inspection = await inspectPath(savedModel);
    expect(inspection).toMatchObject({
      kind: 'saved-model',
      path: savedModel,
      needsXla: false,
      variableCount: 334,
      elements: ELEMENTS,
      variableBytes: 4 * ELEMENTS,
      graphs: [
        {
          tags: ['serve'],
          functions: 0,
          xla: 0,
          assets: ['classes.txt'],
          signatures: {
            serving_default: {
              method: 'tensorflow/serving/predict',
              inputs: {
                image: { tensor: 'serving_default_image:0', dtype: 'float32', shape: [-1, -1, -1, -1, 3] },
              },
              outputs: {
                logits: { tensor: 'logits:0', dtype: 'float32', shape: [-1, 2] },
                probabilities: { tensor: 'probabilities:0', dtype: 'float32', shape: [-1, 2] },
              },
            },
          },
        },
      ],
    });
    expect(inspection.variables.find(({ key }) => key.includes('/_stem/_conv/kernel/'))).toEqual({
      key: 'model/layer_with_weights-0/layer_with_weights-0/_stem/_conv/kernel/.ATTRIBUTES/VARIABLE_VALUE',
      dtype: 'float32',
      shape: [1, 3, 3, 3, 8],
      bytes: 4 * 3 * 3 * 3 * 8,
    });
    expect(inspection.files).toContainEqual({
      path: 'saved_model.pb',
      bytes: statSync(join(savedModel, 'saved_model.pb')).size,
    });
    expect(inspection.bytes).toBe(inspection.files.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it('is the same by its file', async () => {
    expect(await inspectPath(join(savedModel, 'saved_model.pb'))).toEqual(await inspectPath(savedModel));
  });

  it('may be without variables', async () => {
    const folder = join(suite.path, 'without-variables');
    mkdirSync(folder);
    copyFileSync(join(savedModel, 'saved_model.pb'), join(folder, 'saved_model.pb'));
    expect(await inspectPath(folder)).toMatchObject({ variableCount: 0, variableBytes: 0, variables: [] });
  });
});

describe('a checkpoint', () => {
  it.each(['ckpt-1', 'ckpt-1.index', 'ckpt-1.data-00000-of-00001', ''])(
    'shows variables and files: %s',
    async (name) => {
      expect(await inspectPath(join(checkpoint, name))).toMatchObject({
        kind: 'checkpoint',
        path: join(checkpoint, 'ckpt-1'),
        graphs: [],
        // The save counter is a variable too.
        variableCount: 334 + 1,
        elements: ELEMENTS + 1,
        files: [{ path: 'ckpt-1.data-00000-of-00001' }, { path: 'ckpt-1.index' }],
      });
    },
  );
});

describe('bad input', () => {
  const broken = join(suite.path, 'broken');
  beforeEach(() => {
    rmSync(broken, { recursive: true, force: true });
    cpSync(savedModel, broken, { recursive: true });
  });

  it('nothing there, and something else', async () => {
    await expect(inspectPath(join(suite.path, 'nowhere'))).rejects.toThrow(/^There is nothing at .*nowhere/);
    await expect(inspectPath(join(savedModel, 'assets', 'classes.txt'))).rejects.toThrow(/neither a SavedModel nor/);
    await expect(inspectPath(join(savedModel, 'assets'))).rejects.toThrow(CheckpointError);
  });

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('<html>403 Forbidden</html>')],
  ])('a graph that is %s', async (_, damage) => {
    const path = join(broken, 'saved_model.pb');
    writeFileSync(path, damage(readFileSync(path)));
    const done = inspectPath(broken);
    await expect(done).rejects.toThrow(CheckpointError);
    await expect(done).rejects.toThrow(
      /saved_model\.pb is damaged or no SavedModel \([^\n]+\); fetch or export it again$/,
    );
  });

  it('variables that are truncated', async () => {
    truncateSync(join(broken, 'variables', 'variables.data-00000-of-00001'), 1000);
    await expect(inspectPath(broken)).rejects.toThrow(/is truncated: 1000 of \d+ bytes/);
  });
});

describeWith(officialExport)('the official stream export', () => {
  it('has the two signatures, and needs XLA', async () => {
    const { needsXla, graphs, variableCount } = await inspectPath(officialExport);
    expect(needsXla).toBe(true);
    expect(variableCount).toBeGreaterThan(200);
    expect(Object.keys(graphs[0]?.signatures ?? {})).toEqual(['call', 'init_states']);
    expect(graphs[0]?.signatures['init_states']?.inputs).toEqual({
      input_shape: { tensor: 'init_states_input_shape:0', dtype: 'int32', shape: [5] },
    });
  });
});
