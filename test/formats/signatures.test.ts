import { dirname, join } from 'node:path';
import { singleLabel } from '../../lib/base/task';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel } from '../../lib/model/movinet-model';
import { loadAddon } from '../../lib/native/addon';
import type { LoadedSavedModel } from '../../lib/native/session';
import type { NativeTensor } from '../../lib/native/tensor';
import { relativeError } from '../../scripts/parity/errors';
import { referenceClip, referenceWeights } from '../../scripts/parity/reference-weights';
import { InferenceSession } from '../../lib/inference/inference-session';
import { saveModel } from '../../lib/model/model-folder';
import { readCheckpoint } from '../../lib/model/read-checkpoint';
import { runSignature } from '../../lib/formats/signatures';
import { describeWith, KINETICS_CHECKPOINT } from '../support/assets';
import { suiteFolder } from '../support/suite-folder';

const addon = loadAddon();
const officialExport = join(dirname(KINETICS_CHECKPOINT), 'saved_model');
const id = 'a0-stream-relu6';

function clipTensor(shape: number[]): NativeTensor {
  const tensor = addon.createTensor('float32', shape);
  (tensor.data() as Float32Array).set(referenceClip(shape));
  return tensor;
}

describe('what does not fit a signature', () => {
  const { path } = suiteFolder();
  let loaded: LoadedSavedModel;

  beforeAll(async () => {
    const model = createModel({ id, task: singleLabel(['a', 'b']) }, referenceWeights(architectureOf(id, 2)));
    await saveModel(addon, model, join(path, 'model'));
    loaded = await addon.loadSavedModel(join(path, 'model'), ['serve']);
  });
  afterAll(() => loaded.session.close());

  it.each(['call', 'toString'])('an unknown name: %s', async (name) => {
    await expect(runSignature(loaded, name, {})).rejects.toThrow(
      `The SavedModel has no signature "${name}": it has serving_default`,
    );
  });

  it('inputs that are missing, unknown or of another dtype', async () => {
    using whole = addon.createTensor('int32', [1, 1, 32, 32, 3]);
    const run = (feeds: Record<string, NativeTensor>) => runSignature(loaded, 'serving_default', feeds);
    await expect(run({})).rejects.toThrow(/: image is missing$/);
    await expect(run({ image: whole, state: whole })).rejects.toThrow(
      /: image is int32, expected float32; state is unknown$/,
    );
  });

  it('runs again and again', async () => {
    using image = clipTensor([1, 1, 32, 32, 3]);
    const runs = await Promise.all([1, 2].map(() => runSignature(loaded, 'serving_default', { image })));
    expect(runs[0]?.['logits']?.data()).toEqual(runs[1]?.['logits']?.data());
    runs.forEach((outputs) => Object.values(outputs).forEach((tensor) => tensor.dispose()));
  });
});

describeWith(officialExport)('the official stream export of Kinetics-600', () => {
  it('runs by signature, with the logits of this library from the checkpoint beside it', async () => {
    const shape = [1, 4, 64, 64, 3];
    const loaded = await addon.loadSavedModel(officialExport, ['serve']);
    using session = loaded.session;
    expect((await session.devices()).length).toBeGreaterThan(0);
    using image = clipTensor(shape);
    using inputShape = addon.createTensor('int32', [5]);
    (inputShape.data() as Int32Array).set(shape);
    const states = await runSignature(loaded, 'init_states', { input_shape: inputShape });
    const outputs = await runSignature(loaded, 'call', { image, ...states });

    const classes = Array.from({ length: 600 }, (_, index) => `class${index}`);
    const weights = await readCheckpoint(addon, KINETICS_CHECKPOINT, architectureOf(id, classes.length));
    using inference = await InferenceSession.open(addon, createModel({ id, task: singleLabel(classes) }, weights), {
      frames: 4,
      size: 64,
    });
    const { logits } = await inference.evaluate(image);
    expect(relativeError(outputs['logits']?.data() as Float32Array, logits)).toBeLessThan(1e-4);
    [states, outputs].forEach((tensors) => Object.values(tensors).forEach((tensor) => tensor.dispose()));
  });
});
