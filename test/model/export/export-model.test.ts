import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync, symlinkSync } from 'node:fs';
import { singleLabel } from '../../../lib/base/task';
import { dirname, join } from 'node:path';
import { OutputError, UsageError } from '../../../lib/base/errors';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import { createModel, type MovinetModel } from '../../../lib/model/movinet-model';
import type { ModelId, MovinetOverrides } from '../../../lib/movinet/options';
import { loadAddon } from '../../../lib/native/addon';
import type { NativeTensor } from '../../../lib/native/tensor';
import { relativeError } from '../../../scripts/parity/errors';
import { referenceClip, referenceWeights } from '../../../scripts/parity/reference-weights';
import { InferenceSession } from '../../../lib/inference/inference-session';
import { readCheckpointIndex } from '../../../lib/formats/checkpoint-index';
import { exportModel, EXPORT_FORMATS } from '../../../lib/model/export/export-model';
import { refuseOwnModel } from '../../../lib/model/export/export-folder';
import { inspectPath } from '../../../lib/formats/inspect';
import { loadModel } from '../../../lib/model/model-folder';
import { readCheckpoint, readObjectGraph } from '../../../lib/model/read-checkpoint';
import { runSignature } from '../../../lib/formats/signatures';
import { describeWith, KINETICS_CHECKPOINT } from '../../support/assets';
import { suiteFolder } from '../../support/suite-folder';

const addon = loadAddon();
const suite = suiteFolder();
const classes = ['run', 'jump', 'a "quoted", name'];
const officialExport = join(dirname(KINETICS_CHECKPOINT), 'saved_model');
const [batch, frames, size] = [2, 5, 45];

function modelOf(id: ModelId, overrides: MovinetOverrides = {}): MovinetModel {
  return createModel(
    { id, task: singleLabel(classes), overrides },
    referenceWeights(architectureOf(id, classes.length, overrides)),
  );
}

function float32(shape: number[], values: Float32Array): NativeTensor {
  const tensor = addon.createTensor('float32', shape);
  (tensor.data() as Float32Array).set(values);
  return tensor;
}

const clip = () => float32([batch, frames, size, size, 3], referenceClip([batch, frames, size, size, 3]));

/** Frames first … last of every clip. */
function part(first: number, last: number): NativeTensor {
  const values = referenceClip([batch, frames, size, size, 3]);
  const frame = size * size * 3;
  const parts = Array.from({ length: batch }, (_, row) =>
    values.subarray((row * frames + first) * frame, (row * frames + last) * frame),
  );
  const joined = new Float32Array(batch * (last - first) * frame);
  parts.forEach((piece, row) => joined.set(piece, row * piece.length));
  return float32([batch, last - first, size, size, 3], joined);
}

async function expectedLogits(model: MovinetModel): Promise<Float32Array> {
  using inference = await InferenceSession.open(addon, model, { frames, size });
  using clips = clip();
  return (await inference.evaluate(clips)).logits;
}

function inputShape(shape: number[]): NativeTensor {
  const tensor = addon.createTensor('int32', [5]);
  (tensor.data() as Int32Array).set(shape);
  return tensor;
}

function disposeAll(tensors: Record<string, NativeTensor>): void {
  Object.values(tensors).forEach((tensor) => tensor.dispose());
}

it('saved-model: runs again by its signature with the same logits', async () => {
  const model = modelOf('a0-base');
  const folder = join(suite.path, 'saved-model');
  await exportModel(model, folder, 'saved-model', { addon });
  const loaded = await addon.loadSavedModel(folder, ['serve']);
  using owned = loaded.session;
  expect((await owned.devices()).length).toBeGreaterThan(0);
  using image = clip();
  const outputs = await runSignature(loaded, 'serving_default', { image });
  expect(Object.keys(outputs)).toEqual(['logits', 'probabilities']);
  const expected = await expectedLogits(model);
  expect(relativeError(outputs['logits']?.data() as Float32Array, expected)).toBeLessThan(1e-5);
  disposeAll(outputs);
});

describe.each<[string, ModelId, MovinetOverrides]>([
  ['positional encoding', 'a3-stream', {}],
  ['squeeze-excitation', 'a0-stream', {}],
  ['no squeeze-excitation', 'a0-stream-relu6', {}],
  ['3-D convolutions, whose buffers stand before their strides', 't0-base', { causal: true }],
  ['kernels of 3d_2plus1d', 't0-stream', { convType: '3d_2plus1d', seType: '2d' }],
])('stream: %s', (name, id, overrides) => {
  const model = modelOf(id, overrides);
  const folder = join(suite.path, name);
  beforeAll(() => exportModel(model, folder, 'stream', { addon }));

  it('gives two halves with carried states the logits of the whole clip', async () => {
    const loaded = await addon.loadSavedModel(folder, ['serve']);
    using owned = loaded.session;
    expect((await owned.devices()).length).toBeGreaterThan(0);
    using shape = inputShape([batch, frames, size, size, 3]);
    const expected = await expectedLogits(model);
    let states = await runSignature(loaded, 'init_states', { input_shape: shape });
    for (const [first, last] of [
      [0, 2],
      [2, frames],
    ] as const) {
      using image = part(first, last);
      const { logits, ...next } = await runSignature(loaded, 'call', { image, ...states });
      disposeAll(states);
      states = next;
      if (last === frames) expect(relativeError(logits?.data() as Float32Array, expected)).toBeLessThan(1e-5);
      logits?.dispose();
    }
    expect(states['state_head_pool_frame_count']?.data()).toEqual(Int32Array.of(frames));
    disposeAll(states);
  });

  it('starts with zeros in the shapes that the first call returns', async () => {
    const loaded = await addon.loadSavedModel(folder, ['serve']);
    using owned = loaded.session;
    expect((await owned.devices()).length).toBeGreaterThan(0);
    // Odd sizes, another for height than for width.
    using image = float32([1, 1, 45, 62, 3], new Float32Array(45 * 62 * 3));
    using shape = inputShape([1, 1, 45, 62, 3]);
    const states = await runSignature(loaded, 'init_states', { input_shape: shape });
    const outputs = await runSignature(loaded, 'call', { image, ...states });
    for (const [name, state] of Object.entries(states)) {
      expect([name, state.dtype, state.shape]).toEqual([name, outputs[name]?.dtype, outputs[name]?.shape]);
      expect((state.data() as Float32Array).every((value) => value === 0)).toBe(true);
    }
    expect(Object.keys(outputs).length).toBe(Object.keys(states).length + 1);
    disposeAll(states);
    disposeAll(outputs);
    using nothing = inputShape([0, 0, 0, 0, 3]);
    const empty = await runSignature(loaded, 'init_states', { input_shape: nothing });
    expect(empty['state_head_pool_buffer']?.shape).toEqual([0, 1, 1, 1, model.architecture.variant.headFilters]);
    disposeAll(empty);
  });

  it('is a model folder too where it is trainable', async () => {
    await expect(loadModel(addon, folder)).rejects.toThrow(/was exported for other programs.*export with `trainable`$/);
    const trainable = join(suite.path, `${name}, trainable`);
    await exportModel(model, trainable, 'stream', { addon, trainable: true });
    const loaded = await loadModel(addon, trainable);
    expect(loaded).toMatchObject({ id, classes, options: model.options });
  });
});

describeWith(officialExport)('stream, beside the official export', () => {
  it('has its signatures: names, tensors, dtypes and shapes', async () => {
    const id = 'a0-stream-relu6';
    const names = Array.from({ length: 600 }, (_, index) => `class${index}`);
    const model = createModel({ id, task: singleLabel(names) }, referenceWeights(architectureOf(id, names.length)));
    const folder = join(suite.path, 'beside');
    await exportModel(model, folder, 'stream', { addon });
    const [ours, official] = await Promise.all([folder, officialExport].map(inspectPath));
    expect(ours?.graphs[0]?.signatures).toEqual(official?.graphs[0]?.signatures);
    expect(official?.needsXla).toBe(true);
    expect(ours?.needsXla).toBe(false);
  });
});

describe('checkpoint', () => {
  const model = modelOf('a0-stream');
  const folder = join(suite.path, 'checkpoint');
  const prefix = join(folder, 'ckpt-1');
  beforeAll(() => exportModel(model, folder, 'checkpoint', { addon }));

  it('is read again with every number', async () => {
    const weights = await readCheckpoint(addon, prefix, model.architecture);
    for (const parameter of model.architecture.parameters) {
      expect(weights.get(parameter).data).toEqual(model.weights.get(parameter).data);
    }
  });

  it('has what tf.train.Checkpoint(model=model) expects: the object graph and the save counter', async () => {
    const entries = await readCheckpointIndex(prefix);
    // Entries of a checkpoint: variables + 2 (specification §1.3).
    expect(entries).toHaveLength(389 + 2);
    expect(entries.find(({ key }) => key.startsWith('save_counter'))).toMatchObject({ dtype: 9, shape: [], size: 8 });
    const objects = await readObjectGraph(addon, prefix);
    expect(objects?.keyOf('save_counter')).toBe('save_counter/.ATTRIBUTES/VARIABLE_VALUE');
    for (const { path } of model.architecture.parameters) {
      expect(objects?.keyOf(`model/${path}`)).toBe(`model/${path}/.ATTRIBUTES/VARIABLE_VALUE`);
    }
  });

  it('comes with the class names and the file that names the latest checkpoint', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'checkpoint',
      'ckpt-1.data-00000-of-00001',
      'ckpt-1.index',
      'classes.txt',
    ]);
    expect(readFileSync(join(folder, 'classes.txt'), 'utf8')).toBe(`${classes.join('\n')}\n`);
    expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toMatch(/^model_checkpoint_path: "ckpt-1"$/m);
  });

  it('replaces an earlier one whole', async () => {
    writeFileSync(join(folder, 'classes.txt'), 'damaged');
    await exportModel(model, folder, 'checkpoint', { addon });
    expect(readFileSync(join(folder, 'classes.txt'), 'utf8')).toBe(`${classes.join('\n')}\n`);
    expect(readdirSync(suite.path).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('refusals', () => {
  it('a model that is not causal has no stream, and nothing is written', async () => {
    const folder = join(suite.path, 'refused', 'base');
    const done = exportModel(modelOf('a0-base'), folder, 'stream', { addon });
    await expect(done).rejects.toThrow(UsageError);
    await expect(done).rejects.toThrow(/^a0-base cannot stream: .* the models that can are a0-stream, /);
    expect(readdirSync(suite.path)).not.toContain('refused');
  });

  it.each(['stream', 'checkpoint'] as const)('a place that cannot be written, for %s', async (format) => {
    const file = join(suite.path, `file-${format}`);
    writeFileSync(file, '');
    const done = exportModel(modelOf('a0-stream-relu6'), join(file, 'x'), format, { addon });
    await expect(done).rejects.toThrow(OutputError);
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  it.each(EXPORT_FORMATS)('a folder of other things for %s, which is left as it is, unless told to', async (format) => {
    const home = join(suite.path, `home-${format}`);
    mkdirSync(home);
    writeFileSync(join(home, 'thesis.txt'), 'years of work');
    const model = modelOf('t0-stream');
    const done = exportModel(model, home, format, { addon });
    await expect(done).rejects.toThrow(UsageError);
    await expect(done).rejects.toThrow(/neither empty nor an earlier export/);
    expect(readFileSync(join(home, 'thesis.txt'), 'utf8')).toBe('years of work');
    await expect(exportModel(model, join(home, 'thesis.txt'), format, { addon })).rejects.toThrow(UsageError);
    await exportModel(model, home, format, { addon, overwrite: 'anything' });
    expect(readdirSync(home)).not.toContain('thesis.txt');
  });

  it('an earlier export that something was added to', async () => {
    const folder = join(suite.path, 'added');
    const model = modelOf('t0-stream');
    await exportModel(model, folder, 'checkpoint', { addon });
    writeFileSync(join(folder, 'thesis.txt'), '');
    await expect(exportModel(model, folder, 'checkpoint', { addon })).rejects.toThrow(UsageError);
    expect(readdirSync(folder)).toContain('thesis.txt');
  });

  it.each([
    ['the model itself', 'model'],
    ['a folder around it', '.'],
    ['a folder within it', 'model/variables'],
    ['the model itself behind a link', 'link/model'],
    ['a new folder within it, behind a link', 'link/model/variables/new/folder'],
  ])('%s, forced or not', async (_, below) => {
    const run = join(suite.path, 'run');
    mkdirSync(join(run, 'model', 'variables'), { recursive: true });
    if (!existsSync(join(run, 'link'))) symlinkSync(run, join(run, 'link'));
    const refused = refuseOwnModel(join(run, below), join(run, 'model'));
    await expect(refused).rejects.toThrow(/the model itself is there/);
    await expect(refuseOwnModel(join(run, 'export'), join(run, 'model'))).resolves.toBeUndefined();
  });
});
