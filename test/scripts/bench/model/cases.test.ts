import { DEFAULT_INPUTS, DEFAULT_MODELS, modelCases, parseClipInput } from '../../../../scripts/bench/model/cases';
import { UsageError } from '../../../../lib/base/errors';

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
      for (const work of ['BackboneForward', 'Forward', 'HeadTrainingStep', 'TrainingStep']) {
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

it('times frames of a stream once for each size, on one thread, and of causal models alone', () => {
  const inputs = [parseClipInput('172x8x8'), parseClipInput('172x16x1')];
  const streams = modelCases(['a0-base', 'a0-stream-relu6'], inputs).filter(({ work }) => work === 'StreamFrame');
  expect(streams).toMatchObject([{ name: 'StreamFrame/a0-stream-relu6/size:172', setting: { threads: 1 } }]);
});

it('makes each case for each precision and number of threads, and says so in its name', () => {
  const options = { threads: [1, 2], precisions: ['float32', 'bfloat16'] as const };
  const cases = modelCases(['a0-base'], [parseClipInput('64x8x1')], options);
  const forward = cases.filter(({ work }) => work === 'Forward');
  expect(forward.map(({ name }) => name.replace('Forward/a0-base/size:64/frames:8/batch:1', ''))).toEqual([
    ...['/threads:1', '/threads:2', '/bfloat16/threads:1', '/bfloat16/threads:2'],
  ]);
  expect(forward.map(({ setting }) => setting)).toEqual([
    { precision: 'float32', threads: 1 },
    { precision: 'float32', threads: 2 },
    { precision: 'bfloat16', threads: 1 },
    { precision: 'bfloat16', threads: 2 },
  ]);
});

it('adds the stages of a network where they are asked for', () => {
  const stages = modelCases(['a0-base'], [parseClipInput('64x8x1')], { stages: true }).flatMap(
    ({ stage }) => stage ?? [],
  );
  expect(stages).toEqual(['stem', 'block0', 'block1', 'block2', 'block3', 'block4', 'head']);
});
