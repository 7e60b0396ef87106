import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { multiLabel, probabilities, singleLabel } from '../../lib/base/task';
import { join } from 'node:path';
import { OutputError } from '../../lib/base/errors';
import { createModel } from '../../lib/model/movinet-model';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import type { ModelId, MovinetOverrides } from '../../lib/movinet/options';
import { loadAddon } from '../../lib/native/addon';
import { relativeError } from '../../scripts/parity/errors';
import { referenceClip, referenceWeights } from '../../scripts/parity/reference-weights';
import { InferenceSession } from '../../lib/inference/inference-session';
import { loadModel, saveModel } from '../../lib/model/model-folder';
import { suiteFolder } from '../support/suite-folder';

const addon = loadAddon();
const folder = suiteFolder();
const classes = ['run', 'jump', 'a "quoted", name'];

function clipTensor(shape: number[]) {
  const tensor = addon.createTensor('float32', shape);
  (tensor.data() as Float32Array).set(referenceClip(shape));
  return tensor;
}

/** Each option with another value than the model id's own. */
const EVERY_OPTION: MovinetOverrides = {
  causal: false,
  convType: '3d_2plus1d',
  seType: '2d',
  activation: 'swish',
  gatingActivation: 'keras_hard_sigmoid',
  classifierActivation: 'hard_swish',
  usePositionalEncoding: true,
  dropoutRate: 0.25,
  stochasticDepthDropRate: 0.2,
  batchNormMomentum: 0.9,
  batchNormEpsilon: 0.01,
  synchronizedBatchNorm: false,
  fusedBatchNorm: true,
  weightDecay: 1.5e-5,
};

describe.each<[ModelId, MovinetOverrides]>([
  ['a0-base', {}],
  ['a0-stream', { gatingActivation: 'keras_hard_sigmoid', dropoutRate: 0.25 }],
  ['a0-stream-relu6', {}],
  ['t0-stream', EVERY_OPTION],
])('%s as a folder', (id, overrides) => {
  const weights = referenceWeights(architectureOf(id, classes.length, overrides));
  const clip = { size: 32, frames: 4, every: { frames: 2 }, short: 'zero' } as const;
  const model = createModel({ id, task: singleLabel(classes), clip, overrides }, weights);
  const path = () => join(folder.path, id);

  beforeAll(() => saveModel(addon, model, path()));

  it('loads again with everything that it had', async () => {
    const loaded = await loadModel(addon, path());
    expect(loaded).toMatchObject({ id, classes, clip: model.clip });
    expect(loaded.options).toEqual({ ...model.options, ...overrides });
    for (const parameter of model.architecture.parameters) {
      expect(loaded.weights.get(parameter).data).toEqual(weights.get(parameter).data);
    }
  });

  it.each([
    [2, 4, 32],
    [1, 5, 45],
  ])('runs as a SavedModel on %d clips of %d frames of %d²', async (batch, frames, size) => {
    using clips = clipTensor([batch, frames, size, size, 3]);
    const { session } = await addon.loadSavedModel(path(), ['serve']);
    using owned = session;
    const plan = owned.prepare(['serving_default_image:0'], ['logits:0', 'probabilities:0']);
    const [logits, probabilities] = await owned.run(plan, [clips]);
    using inference = await InferenceSession.open(addon, model, { frames, size });
    const expected = await inference.evaluate(clips);
    expect(relativeError(logits?.data() as Float32Array, expected.logits)).toBeLessThan(1e-5);
    const sum = (probabilities?.data() as Float32Array).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(batch, 5);
  });

  it('has the class names as an asset, a line each', () => {
    expect(readFileSync(join(path(), 'assets', 'classes.txt'), 'utf8')).toBe(`${classes.join('\n')}\n`);
  });
});

describe('model folders', () => {
  const id = 'a0-stream-relu6';
  const model = createModel({ id, task: singleLabel(classes) }, referenceWeights(architectureOf(id, classes.length)));

  it('keep their task, how their clips are cut, and the frame rate of what they were trained on', async () => {
    const path = join(folder.path, 'multi-label');
    const clip = { size: 32, frames: 4, every: { seconds: 0.4 }, short: 'loop' } as const;
    const parts = { id, task: multiLabel(classes), clip, frameRate: 25 } as const;
    await saveModel(addon, createModel(parts, model.weights), path);
    const { task, clip: cut, frameRate } = await loadModel(addon, path);
    expect({ task, clip: cut, frameRate }).toEqual({ task: parts.task, clip, frameRate: 25 });
  });

  it('give other programs a probability for each class alone where the model is multi-label', async () => {
    const path = join(folder.path, 'multi-label-graph');
    const clip = { size: 32, frames: 4, every: { frames: 1 }, short: 'zero' } as const;
    await saveModel(addon, createModel({ id, task: multiLabel(classes), clip }, model.weights), path);
    using clips = clipTensor([2, 4, 32, 32, 3]);
    using session = (await addon.loadSavedModel(path, ['serve'])).session;
    const plan = session.prepare(['serving_default_image:0'], ['logits:0', 'probabilities:0']);
    const [logits, given] = (await session.run(plan, [clips])).map((tensor) => tensor.data() as Float32Array);
    probabilities(logits!, 2, 'multi-label').forEach((value, i) => expect(given![i]).toBeCloseTo(value, 5));
    expect(given!.reduce((sum, value) => sum + value, 0)).not.toBeCloseTo(2, 2);
  });

  it('of the first format are single-label, cut by frames, of an unknown rate', async () => {
    const path = join(folder.path, 'first-format');
    await saveModel(addon, model, path);
    const description = join(path, 'assets.extra', 'movinet.json');
    const { options } = JSON.parse(readFileSync(description, 'utf8')) as { options: unknown };
    const clip = { size: 172, frames: 8, frameStep: 5 };
    writeFileSync(description, JSON.stringify({ format: 1, model: id, classes, clip, options }));
    const loaded = await loadModel(addon, path);
    expect(loaded.task).toEqual(singleLabel(classes));
    expect(loaded.clip).toEqual({ size: 172, frames: 8, every: { frames: 5 }, short: 'zero' });
    expect(loaded.frameRate).toBeUndefined();
    await saveModel(addon, loaded, path);
    expect((await loadModel(addon, path)).clip).toEqual(loaded.clip);
  });

  it('replace an earlier one whole, and leave nothing else behind', async () => {
    const path = join(folder.path, 'again', 'model');
    await saveModel(addon, model, path);
    writeFileSync(join(path, 'stray'), '');
    await saveModel(addon, model, path);
    expect(readdirSync(join(folder.path, 'again'))).toEqual(['model']);
    expect(readdirSync(path).sort()).toEqual(['assets', 'assets.extra', 'saved_model.pb', 'variables']);
  });

  it('never replace a folder of other things', async () => {
    const path = join(folder.path, 'mine');
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), '');
    await expect(saveModel(addon, model, path)).rejects.toThrow(/mine exists and is no model of this library/);
    expect(readdirSync(path)).toEqual(['thesis.txt']);
  });

  it('are refused in one line where they cannot be written', async () => {
    writeFileSync(join(folder.path, 'file'), '');
    await expect(saveModel(addon, model, join(folder.path, 'file', 'model'))).rejects.toThrow(OutputError);
  });

  it.each([
    ['no such folder', undefined, /is not a model of this library/],
    ['no JSON', '{', /damaged: it is no JSON/],
    ['another model', '{"format":1,"model":"a9-base"}', /movinet\.json is damaged: model/],
    [
      'another task',
      '{"format":2,"model":"a0-base","classes":["a"],"options":{},"task":"any"}',
      /movinet\.json is damaged: task/,
    ],
    ['a format of later', '{"format":3}', /movinet\.json is damaged: format/],
  ])('are refused with %s', async (_, description, message) => {
    const path = join(folder.path, 'broken');
    rmSync(path, { recursive: true, force: true });
    if (description !== undefined) {
      await saveModel(addon, model, path);
      writeFileSync(join(path, 'assets.extra', 'movinet.json'), description);
    }
    await expect(loadModel(addon, path)).rejects.toThrow(message);
  });
});
