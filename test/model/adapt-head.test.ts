import fc from 'fast-check';
import { multiLabel, singleLabel } from '../../lib/base/task';
import { adaptModel, replaceHead } from '../../lib/model/adapt-head';
import { createModel } from '../../lib/model/movinet-model';
import { isHead } from '../../lib/movinet/architecture';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import { trainingRecord } from './support/training-record';

const id = 'a0-stream-relu6';
const overrides = { gatingActivation: 'keras_hard_sigmoid', dropoutRate: 0.25 } as const;
const clip = { size: 48, frames: 3, every: { seconds: 0.1 }, short: 'hold' } as const;
const classes = ['run', 'jump', 'café'];
const model = createModel(
  { id, task: singleLabel(classes), clip, frameRate: 25, training: trainingRecord(), overrides },
  referenceWeights(architectureOf(id, classes.length, overrides)),
);
const { kernel, bias } = model.architecture.classifier;

/** What a class's output is computed from. */
function outputOf({ weights, classes: names }: typeof model, name: string): number[] {
  const index = names.indexOf(name);
  return [kernel, bias!].flatMap((parameter) =>
    [...weights.get(parameter).data].filter((_, i) => i % names.length === index),
  );
}

it('keeps a head whose classes are the data set’s', async () => {
  const { model: adapted, head } = await adaptModel(model, singleLabel(classes));
  expect(head).toBe('kept');
  expect(adapted.weights).toBe(model.weights);
  expect(adapted).toMatchObject({ task: model.task, clip, frameRate: 25, training: model.training });
  expect(adapted.options).toEqual(model.options);
});

it('takes a name that a file system has taken apart for the same, and as the data set writes it', async () => {
  const apart = classes.map((name) => name.normalize('NFD'));
  expect(await adaptModel(model, singleLabel(apart))).toMatchObject({ head: 'kept', model: { classes: apart } });
});

it('gives every class its own output, in whatever order the data set has them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(classes, { minLength: 3 }), async (order) => {
      const { model: adapted, head } = await adaptModel(model, singleLabel(order));
      expect(head).toBe(order.join() === classes.join() ? 'kept' : 'reordered');
      expect(adapted.classes).toEqual(order);
      for (const name of classes) expect(outputOf(adapted, name)).toEqual(outputOf(model, name));
      expect(adapted.training).toEqual(model.training);
    }),
    { numRuns: 20 },
  );
});

it.each([
  ['other classes', singleLabel(['run', 'jump', 'swim'])],
  ['more classes', singleLabel([...classes, 'swim'])],
  ['fewer classes', singleLabel(['run', 'jump'])],
  ['a class twice', singleLabel(['run', 'jump', 'jump'])],
  ['another kind of task', multiLabel(classes)],
])('draws a new head for %s, on the same backbone', async (_, task) => {
  const { model: adapted, head } = await adaptModel(model, task, { seed: 5 });
  expect(head).toBe('new');
  expect(adapted).toMatchObject({ id, task, clip, frameRate: 25, training: undefined });
  expect(adapted.options).toEqual({ ...model.options, numClasses: task.classes.length });
  for (const parameter of adapted.architecture.parameters.filter((one) => !isHead(one)))
    expect(adapted.weights.get(parameter).data).toBe(model.weights.get(parameter).data);
  const hidden = adapted.architecture.classifierHidden.kernel;
  expect(adapted.weights.get(hidden).data).not.toEqual(model.weights.get(hidden).data);
});

it('draws the same head for the same seed, be the classes the same too', async () => {
  const drawn = async (seed: number) => [...(await replaceHead(model, model.task, { seed })).weights.get(kernel).data];
  expect(await drawn(1)).toEqual(await drawn(1));
  expect(await drawn(1)).not.toEqual(await drawn(2));
  expect(await drawn(1)).not.toEqual([...model.weights.get(kernel).data]);
});
