import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { UsageError } from '../../../lib/base/errors';
import { multiLabel, singleLabel } from '../../../lib/base/task';
import { type ClassWeights, clipWeights, resolveClassWeights } from '../../../lib/training/class-weights';
import type { ClipBatch } from '../../../lib/data/clip-source';
import { sgd } from '../../../lib/learning/optimizer';
import { Trainer } from '../../../lib/training/trainer';
import { addon, BrightnessSource, tinyModel } from '../support/brightness';

/** Made by `scripts/python/fixtures/class_weights.py`. */
const official = JSON.parse(readFileSync(join(__dirname, 'class-weights.json'), 'utf8')) as {
  readonly counts: number[];
  readonly weights: (number | null)[];
}[];

const TASK = singleLabel(['run', 'jump', 'fall', 'swim']);
const counts = (...given: number[]) => ({ classCounts: () => given });
const resolve = (weights: ClassWeights, source = {}) => resolveClassWeights(weights, TASK, source);

describe('the weights of classes', () => {
  it.each(official)('balanced: as scikit-learn has them, of $counts clips', ({ counts: given, weights: expected }) => {
    const task = singleLabel(given.map((_, label) => `class ${label}`));
    const weights = resolveClassWeights('balanced', task, counts(...given)) ?? given.map(() => 1);
    // Of a class without clips scikit-learn knows nothing.
    expected.forEach((weight, label) => expect(weights[label]).toBeCloseTo(weight ?? 1, 12));
  });

  it('balanced: each class weighs the same in all, a clip one on average', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 4, maxLength: 4 }), (given) => {
        const weights = resolve('balanced', counts(...given)) ?? [1, 1, 1, 1];
        const present = given.filter((count) => count > 0).length;
        const clips = given.reduce((a, b) => a + b, 0);
        given.forEach((count, label) => {
          if (count > 0) expect(count * weights[label]!).toBeCloseTo(clips / present, 9);
        });
      }),
    );
  });

  it('by names: 1 where a class has none', () => {
    expect(resolve({ fall: 2.5, run: 0 })).toEqual([0, 1, 2.5, 1]);
    expect(resolve({})).toBeUndefined();
    expect(resolve({ run: 1 })).toBeUndefined();
  });

  it.each<[string, ClassWeights, object, RegExp]>([
    ['a class that is none', { jmp: 2 }, {}, /no class "jmp" to give a weight: the nearest of the 4 are jump, /],
    ['a negative weight', { run: -1 }, {}, /weight of class "run" must be a finite number of at least 0, got -1/],
    ['NaN', { run: NaN }, {}, /got NaN/],
    ['a text', { run: '2' as unknown as number }, {}, /class "run" .*got "2"/],
    ['a source that does not tell its classes', 'balanced', {}, /\(classCounts\): give the weights by the names/],
    ['counts of other classes', 'balanced', counts(1, 2), /has 4 classes, and tells \[1,2\] of their clips/],
  ])('are refused for %s', (_, weights, source, message) => {
    expect(() => resolve(weights, source)).toThrow(UsageError);
    expect(() => resolve(weights, source)).toThrow(message);
  });
});

describe('the weight of a clip', () => {
  it('is that of its class, and of a mixed clip that of its shares', () => {
    const targets = Float32Array.of(0, 1, 0, 0, 0.25, 0, 0.75, 0);
    expect([...clipWeights(targets, [2, 3, 4, 5], 'single-label')]).toEqual([3, 0.25 * 2 + 0.75 * 4]);
  });

  it('is the mean of its classes, and 1 without any, where there may be several', () => {
    const targets = Float32Array.of(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0.5, 0, 0.5, 0);
    expect([...clipWeights(targets, [2, 3, 4, 5], multiLabel([]).kind)]).toEqual([2.5, 1, 5, 3]);
  });
});

it('are factors of the gradients, with the weights of clips: a step of the head by hand', async () => {
  class Weighted extends BrightnessSource {
    override readonly clipCount = 4;
    protected override batch(epoch: number, begin: number): ClipBatch {
      return { ...super.batch(epoch, begin), weights: Float32Array.from(own) };
    }
  }
  const [own, ofClass, rate] = [[1, 3, 0, 0.5], [2, 0.25], 0.5];
  const [model, source] = [tinyModel(), new Weighted()];
  const optimizer = sgd({ learningRate: rate });
  using trainer = new Trainer({ model, addon, optimizer, classWeights: { dark: 2, bright: 0.25 } });
  const before = await trainer.predict(source);
  await trainer.fit(source, { epochs: 1 });
  expect(trainer.state.step).toBe(1);
  const bias = model.architecture.parameters.filter(
    ({ stage, role }) => stage === 'classifier_head' && role === 'bias',
  );
  const parameter = bias.at(-1)!;
  const [start, end] = [model, trainer.model].map(({ weights }) => weights.get(parameter).data);
  // As Keras' reduction sum_over_batch_size: divided by the clips, not by their weights.
  for (const c of [0, 1]) {
    const gradients = before.map(
      ({ probabilities }, row) => own[row]! * ofClass[row % 2]! * (probabilities[c]! - (row % 2 === c ? 1 : 0)),
    );
    const gradient = gradients.reduce((sum, value) => sum + value, 0) / 4;
    expect(Math.abs(gradient)).toBeGreaterThan(0.01);
    expect(end![c]! - start![c]!).toBeCloseTo(-rate * gradient, 5);
  }
});
