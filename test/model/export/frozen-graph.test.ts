import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { multiLabel, singleLabel, type Task } from '../../../lib/base/task';
import { runSignature } from '../../../lib/formats/signatures';
import { InferenceSession } from '../../../lib/inference/inference-session';
import { exportModel, type ExportOptions } from '../../../lib/model/export/export-model';
import type { FrozenSignature, FrozenTensor } from '../../../lib/model/export/frozen-graph';
import { createModel, type MovinetModel } from '../../../lib/model/movinet-model';
import { architectureOf } from '../../../lib/movinet/describe-movinet';
import type { ModelId } from '../../../lib/movinet/options';
import { loadAddon } from '../../../lib/native/addon';
import { SavedModel } from '../../../lib/native/messages';
import type { NativeTensor } from '../../../lib/native/tensor';
import { relativeError } from '../../../scripts/parity/errors';
import { referenceClip, referenceWeights } from '../../../scripts/parity/reference-weights';
import { suiteFolder } from '../../support/suite-folder';

const addon = loadAddon();
const suite = suiteFolder();
const classes = ['run', 'jump', 'a "quoted", name'];
const cut = { size: 45, frames: 4, every: { frames: 2 }, short: 'zero' } as const;

function modelOf(id: ModelId, task: Task = singleLabel(classes)): MovinetModel {
  return createModel({ id, task, clip: cut }, referenceWeights(architectureOf(id, classes.length)));
}

/** The exported folder's signature, and a session of its graph: only a SavedModel around it can be loaded here. */
async function exported(model: MovinetModel, format: 'frozen' | 'frozen-stream', options: ExportOptions = {}) {
  const folder = join(suite.path, `${model.id}-${format}-${readdirSync(suite.path).length}`);
  await exportModel(model, folder, format, { addon, ...options });
  expect(readdirSync(folder).sort()).toEqual(['classes.txt', 'frozen_graph.pb', 'signature.json']);
  const signature = JSON.parse(readFileSync(join(folder, 'signature.json'), 'utf8')) as FrozenSignature;
  const { image, logits, probabilities, states } = signature;
  const info = ({ tensor, dtype, shape }: FrozenTensor) => ({
    ...{ name: tensor, dtype: dtype === 'float32' ? 1 : 3, tensor_shape: { dim: shape.map((size) => ({ size })) } },
  });
  const nexts = states.map((state): [string, FrozenTensor] => [state.name, { ...state, tensor: state.next }]);
  const meta_graph = {
    meta_info_def: { tags: ['serve'] },
    graph_def: readFileSync(join(folder, 'frozen_graph.pb')),
    signature_def: {
      call: {
        inputs: Object.fromEntries([
          ['image', info(image)],
          ...states.map((state) => [state.name, info(state)]),
        ] as const),
        outputs: Object.fromEntries(
          [['logits', logits], ['probabilities', probabilities], ...nexts].map(([name, tensor]) => [
            name,
            info(tensor as FrozenTensor),
          ]),
        ),
      },
    },
  };
  const around = `${folder}-saved-model`;
  mkdirSync(around);
  const content = SavedModel.encode({ saved_model_schema_version: 1, meta_graphs: [meta_graph] }).finish();
  writeFileSync(join(around, 'saved_model.pb'), content);
  return { signature, loaded: await addon.loadSavedModel(around, ['serve']) };
}

function float32(shape: readonly number[], values: Float32Array): NativeTensor {
  const tensor = addon.createTensor('float32', [...shape]);
  (tensor.data() as Float32Array).set(values);
  return tensor;
}

async function expectedLogits(model: MovinetModel, shape: readonly number[]): Promise<Float32Array> {
  const [, frames, height, width] = shape as [number, number, number, number];
  expect(height).toBe(width);
  using session = await InferenceSession.open(addon, model, { frames, size: height });
  using clips = float32(shape, referenceClip(shape));
  return (await session.evaluate(clips)).logits;
}

it.each<[ModelId, ExportOptions, number[]]>([
  ['a0-base', {}, [2, 4, 45, 45, 3]],
  ['a0-stream', { shape: { batchSize: 1 } }, [1, 4, 45, 45, 3]],
  ['a0-stream-relu6', { shape: { batchSize: 'any', frames: 'any', size: 'any' } }, [3, 2, 58, 58, 3]],
])('frozen: %s with %j gives the logits of the model', async (id, options, shape) => {
  const model = modelOf(id);
  const { signature, loaded } = await exported(model, 'frozen', options);
  using owned = loaded.session;
  expect((await owned.devices()).length).toBeGreaterThan(0);
  const { batchSize = 'any', frames = cut.frames, size = cut.size } = options.shape ?? {};
  const stated = [batchSize, frames, size, size].map((one) => (one === 'any' ? -1 : one));
  expect(signature.image).toEqual({ tensor: 'image:0', dtype: 'float32', shape: [...stated, 3] });
  expect(signature).toMatchObject({ format: 1, model: id, task: 'single-label', states: [] });
  using image = float32(shape, referenceClip(shape));
  const { logits, probabilities } = await runSignature(loaded, 'call', { image });
  expect(relativeError(logits?.data() as Float32Array, await expectedLogits(model, shape))).toBeLessThan(1e-5);
  const sum = (probabilities?.data() as Float32Array).reduce((a, b) => a + b, 0);
  expect(sum).toBeCloseTo(shape[0] as number, 4);
  for (const tensor of [logits, probabilities]) tensor?.dispose();
});

it.each<ModelId>(['a3-stream', 'a0-stream-relu6'])(
  'frozen-stream: %s gives frames, one at a time with carried states, the logits of the clip',
  async (id) => {
    const model = modelOf(id, multiLabel(classes));
    const { signature, loaded } = await exported(model, 'frozen-stream', { shape: { batchSize: 1 } });
    using owned = loaded.session;
    expect((await owned.devices()).length).toBeGreaterThan(0);
    expect(signature.image.shape).toEqual([1, 1, cut.size, cut.size, 3]);
    const frame = cut.size * cut.size * 3;
    const shape = [1, 3, cut.size, cut.size, 3];
    const values = referenceClip(shape);
    let states: Record<string, NativeTensor> = Object.fromEntries(
      signature.states.map(({ name, dtype, shape: known }) => {
        expect([name, known.includes(-1)]).toEqual([name, false]);
        return [name, addon.createTensor(dtype, [...known])];
      }),
    );
    for (let t = 0; t < 3; t++) {
      using image = float32([1, 1, cut.size, cut.size, 3], values.subarray(t * frame, (t + 1) * frame));
      const { logits, probabilities, ...next } = await runSignature(loaded, 'call', { image, ...states });
      Object.values(states).forEach((state) => state.dispose());
      states = next;
      if (t === 2) {
        expect(relativeError(logits?.data() as Float32Array, await expectedLogits(model, shape))).toBeLessThan(1e-5);
        const [first = NaN] = logits?.data() as Float32Array;
        expect((probabilities?.data() as Float32Array)[0]).toBeCloseTo(1 / (1 + Math.exp(-first)), 5);
      }
      for (const tensor of [logits, probabilities]) tensor?.dispose();
    }
    Object.values(states).forEach((state) => state.dispose());
  },
);

it('replaces an earlier one, and one of another format', async () => {
  const folder = join(suite.path, 'replaced');
  const model = modelOf('a0-stream-relu6');
  await exportModel(model, folder, 'frozen', { addon });
  await exportModel(model, folder, 'frozen', { addon });
  await exportModel(model, folder, 'saved-model', { addon });
  expect(readdirSync(folder)).toContain('saved_model.pb');
});
