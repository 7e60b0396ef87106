import { join } from 'node:path';
import { singleLabel } from '../../lib/base/task';
import { UsageError } from '../../lib/base/errors';
import { createClassifier, loadModel, saveModel } from '../../lib/model/classifier';
import { createModel } from '../../lib/model/movinet-model';
import type { TrainingOptions } from '../../lib/model/training-options';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import type { MovinetOverrides } from '../../lib/movinet/options';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import { suiteFolder } from '../support/suite-folder';

const suite = suiteFolder();
const id = 'a0-stream-relu6';
const classes = ['run', 'jump'];
const overrides = { dropoutRate: 0.25, stochasticDepthDropRate: 0.1, activation: 'swish' } as const;
const model = createModel(
  { id, task: singleLabel(classes), overrides },
  referenceWeights(architectureOf(id, 2, overrides)),
);
const folder = join(suite.path, 'model');

beforeAll(() => saveModel(model, folder));

it('changes how a trained model learns, and nothing else of it', () => {
  const changes = { dropoutRate: 0, stochasticDepthDropRate: 0.4, weightDecay: 1e-5, batchNormMomentum: 0.9 };
  const changed = model.withOptions({ ...changes, synchronizedBatchNorm: false, fusedBatchNorm: true });
  expect(changed.options).toEqual({
    ...model.options,
    ...changes,
    ...{ synchronizedBatchNorm: false, fusedBatchNorm: true },
  });
  expect(changed.weights).toBe(model.weights);
  expect(changed.architecture.parameters).toEqual(model.architecture.parameters);
  const last = changed.architecture.blocks.at(-1)!;
  expect(last.dropRate).toBeCloseTo(4 * model.architecture.blocks.at(-1)!.dropRate, 6);
  expect(model.options.dropoutRate).toBe(0.25);
});

it.each<[MovinetOverrides, RegExp]>([
  [
    { causal: false },
    /^The option causal of a trained model stays true: its weights were made for that network; what may change is dropoutRate, /,
  ],
  [{ dropoutRate: 0.1, activation: 'relu6' }, /^The option activation of a trained model stays swish/],
  [{ batchNormEpsilon: 1 }, /^The option batchNormEpsilon of a trained model stays 0.001/],
  [{ dropoutRate: 1 }, /^Options of the network: dropoutRate must be/],
  [{ weightDecay: NaN }, /^Options of the network: weightDecay must be a number, got NaN/],
  [{ droput: 0.1 } as MovinetOverrides, /there is no option droput/],
])('refuses %j with the reason', async (changes, message) => {
  expect(() => model.withOptions(changes as TrainingOptions)).toThrow(UsageError);
  expect(() => model.withOptions(changes as TrainingOptions)).toThrow(message);
  await expect(loadModel(folder, { overrides: changes })).rejects.toThrow(message);
});

it('takes an option of the architecture that the model has anyway', () => {
  expect(model.withOptions({ activation: 'swish' } as TrainingOptions).options).toEqual(model.options);
});

it('are given where a model is loaded', async () => {
  const loaded = await loadModel(folder, { overrides: { dropoutRate: 0.5 } });
  expect(loaded.options).toEqual({ ...model.options, dropoutRate: 0.5 });
});

describe('createClassifier from a model’s folder', () => {
  it('keeps the head of its classes, its network and its clip', async () => {
    const created = await createClassifier({ model: id, classes, weights: folder, overrides: { dropoutRate: 0.5 } });
    expect(created.options).toEqual({ ...model.options, dropoutRate: 0.5 });
    for (const parameter of model.architecture.parameters)
      expect(created.weights.get(parameter).data).toEqual(model.weights.get(parameter).data);
    const clip = { size: 32, frames: 4, every: { frames: 2 }, short: 'zero' } as const;
    expect((await createClassifier({ model: id, classes, weights: folder, clip })).clip).toEqual(clip);
    expect(created.clip).toEqual(model.clip);
  });

  it('draws a new one for other classes', async () => {
    const created = await createClassifier({ model: id, classes: ['swim'], weights: folder });
    expect(created.classes).toEqual(['swim']);
    expect(created.options).toEqual({ ...model.options, numClasses: 1 });
  });

  it('refuses another network, and options of its architecture', async () => {
    await expect(createClassifier({ model: 'a0-base', classes, weights: folder })).rejects.toThrow(
      `${folder} is a model of the network a0-stream-relu6, not a0-base: name a0-stream-relu6`,
    );
    const other = { activation: 'relu6' } as const;
    await expect(createClassifier({ model: id, classes, weights: folder, overrides: other })).rejects.toThrow(
      /^The option activation of a trained model stays swish/,
    );
  });
});
