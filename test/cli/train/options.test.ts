import { resolve } from 'node:path';
import { TUTORIAL_CLIP } from '../../../lib/base/clip';
import { parseTrainOptions } from '../../../lib/cli/train/options';
import { dataConfig, splitOptionsFrom } from '../../../lib/cli/program/data-options';
import { settingsFrom, TUTORIAL_SETTINGS } from '../../../lib/cli/train/inputs';

it('has the tutorial’s defaults', () => {
  const options = parseTrainOptions([]);
  expect(options).toMatchObject({
    ...{ seed: 0, strict: false, json: false, validation: true },
    ...{ resume: false, overwrite: false, keep: 3 },
  });
  expect(settingsFrom(TUTORIAL_SETTINGS, options)).toEqual({
    ...{ clip: TUTORIAL_CLIP, batchSize: 8, epochs: 2, learningRate: 1e-3 },
    ...{ schedule: 'constant', unfreeze: 'head' },
  });
});

it('lets what the user gave win over the defaults', () => {
  const argv = [
    '--epochs',
    '7',
    '--frame-step',
    '3',
    '--learning-rate',
    '5e-4',
    '--unfreeze',
    'block4',
    '--no-validation',
  ];
  const options = parseTrainOptions(argv);
  expect(options.validation).toBe(false);
  expect(settingsFrom(TUTORIAL_SETTINGS, options)).toEqual({
    ...TUTORIAL_SETTINGS,
    clip: { ...TUTORIAL_CLIP, every: { frames: 3 } },
    ...{ epochs: 7, learningRate: 5e-4, unfreeze: 'block4' },
  });
});

it.each([
  [['--epochs', '0'], 'Option --epochs: expected an integer of at least 1, got 0'],
  [['--epochs', '1.5'], 'Option --epochs: expected an integer of at least 1, got 1.5'],
  [['--epochs', 'two'], 'Option --epochs: expected a number, got "two"'],
  [['--frame-step', ''], 'Option --frame-step: expected a number, got ""'],
  [['--learning-rate', '-1'], 'Option --learning-rate: expected a number above 0, got -1'],
  [['--dropout-rate', '1'], 'Option --dropout-rate: expected a number from 0 up to, not including, 1, got 1'],
  [
    ['--stochastic-depth-drop-rate', '-0.1'],
    'Option --stochastic-depth-drop-rate: expected a number from 0 up to, not including, 1',
  ],
  [['--weight-decay', '-1'], 'Option --weight-decay: expected a number of at least 0, got -1'],
  [
    ['--schedule', 'linear'],
    'Option --schedule: expected constant, cosine, step, exponential, polynomial or a description, got "linear"',
  ],
  [['--size', '1e12'], 'Option --size: expected an integer from 32 to 4096, got 1000000000000'],
  [['--frames', '1e12'], 'Option --frames: expected an integer from 1 to 10000, got 1000000000000'],
  [['--optimizer', 'adamm'], /^Option --optimizer: There is no optimizer of kind "adamm": expected one of adam/],
  [['--optimizer', '{"kind":"sgd","kind":"adam"}'], 'Option --optimizer: kind is there twice'],
  [['--clip-norm', '0'], 'Option --clip-norm: expected a number above 0, got 0'],
  [['--accumulate', '0'], 'Option --accumulate: expected an integer of at least 1, got 0'],
  [['--ema', '1'], 'Option --ema: expected a number from 0 up to, not including, 1, got 1'],
  [['--max-time', '30'], 'Option --max-time: expected a time such as 90s, 30m or 2h, got "30"'],
  [['--max-steps', '-1'], 'Option --max-steps: expected an integer of at least 1, got -1'],
  [['--reduce-on-plateau', '0'], /^Option --reduce-on-plateau: expected a number of epochs, or options such as/],
  [['--stage-rates', '-0.5'], 'Option --stage-rates: expected a factor above 0, got -0.5'],
  [['--stage-rates', '{"block4":-1}'], 'Option --stage-rates: block4: expected a number of at least 0, got -1'],
  [['--class-weights', 'equal'], 'Option --class-weights: expected balanced, or factors by classes, got "equal"'],
  [['--sampling', 'even'], 'Option --sampling: expected natural, balanced, got "even"'],
  [['--pixels', 'int8'], 'Option --pixels: expected float32, uint8, got "int8"'],
  [['--precision', 'int8'], 'Option --precision: expected float32, bfloat16, float16, got "int8"'],
  [['--overfit', '0'], 'Option --overfit: expected an integer of at least 1, got 0'],
  [['--model', ''], 'Option --model: expected a value'],
  [['--split', 'half'], /^Option --split: Unknown split "half": choose auto, folders/],
  [['--split', '0.8/0.3'], 'The shares of the split "0.8/0.3" must sum to 1; they sum to 1.1'],
  [['--fold', '0'], 'Option --fold: expected an integer from 1 to 3, got 0'],
  [['--fold', '4'], 'Option --fold: expected an integer from 1 to 3, got 4'],
  [['--group-by', ''], 'Option --group-by: expected a value'],
  [['--unknown'], "error: unknown option '--unknown'"],
  [['surplus'], /too many arguments/],
])('refuses %j', (argv, message) => {
  expect(() => parseTrainOptions(argv)).toThrow(message);
});

it('has what a data set may need', () => {
  const argv = [
    '--split',
    '0.7/0.15/0.15',
    '--group-by',
    '_g(\\d+)_',
    '--fold',
    '2',
    '--videos',
    'v',
    '--labels',
    'l.txt',
  ];
  const options = parseTrainOptions([...argv, '--extensions', '.mp4, mkv,', '--multi-label']);
  expect(options).toMatchObject({
    ...{ split: '0.7/0.15/0.15', groupBy: '_g(\\d+)_', fold: 2, videos: 'v', labels: 'l.txt' },
    ...{ extensions: ['.mp4', 'mkv'], multiLabel: true },
  });
  expect(splitOptionsFrom(options, 5)).toMatchObject({
    split: { kind: 'ratio', train: 0.7, validation: 0.15 },
    seed: 5,
  });
  expect(dataConfig(splitOptionsFrom(options, 5))).toEqual({
    ...{ groupBy: '_g(\\d+)_', fold: 2, videos: resolve('v'), labels: resolve('l.txt') },
    ...{ extensions: '.mp4,mkv', multiLabel: true },
  });
  expect(dataConfig(splitOptionsFrom(parseTrainOptions([]), undefined))).toEqual({});
});
