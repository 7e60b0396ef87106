import { DEFAULT_INPUTS, DEFAULT_MODELS, modelCases, parseClipInput } from '../../../scripts/bench/cases';
import { UsageError } from '../../../lib/base/errors';

it('reads an input as size, frames and batch size', () => {
  expect(parseClipInput('224x8x4')).toEqual({ size: 224, frames: 8, batchSize: 4 });
});

it.each(['', '224', '224x8', '0x8x8', '224x8x8x3', '224x-8x8', '224 x 8 x 8', '10000x1x1'])(
  'refuses the input "%s"',
  (text) => {
    expect(() => parseClipInput(text)).toThrow(UsageError);
  },
);

it('makes every kind of work of every model and input, with names that are unique and have no spaces', () => {
  const cases = modelCases(DEFAULT_MODELS, DEFAULT_INPUTS);
  const names = cases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => /\s/.test(name))).toEqual([]);
  for (const model of DEFAULT_MODELS) {
    for (const { size, frames, batchSize } of DEFAULT_INPUTS) {
      for (const work of ['BackboneForward', 'HeadTrainingStep']) {
        expect(names).toContain(`${work}/${model}/size:${size}/frames:${frames}/batch:${batchSize}`);
      }
    }
  }
});

it('times a step on features once for each batch size, as the clips make no difference to it', () => {
  const inputs = [parseClipInput('64x8x8'), parseClipInput('64x8x16'), parseClipInput('224x8x8')];
  const names = modelCases(['a0-base'], inputs).map(({ name }) => name);
  expect(names.filter((name) => name.includes('OnFeatures'))).toEqual([
    'HeadTrainingStepOnFeatures/a0-base/batch:8',
    'HeadTrainingStepOnFeatures/a0-base/batch:16',
  ]);
});
