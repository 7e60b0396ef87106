import { parseTrainOptions } from '../../lib/cli/train-options';
import { settingsFrom, TUTORIAL_SETTINGS } from '../../lib/cli/training-inputs';

it('has the tutorial’s defaults', () => {
  const options = parseTrainOptions([]);
  expect(options).toMatchObject({
    ...{ seed: 0, strict: false, json: false, validation: true },
    ...{ dropout: 0, stochasticDepth: 0, weightDecay: 0, labelSmoothing: 0 },
  });
  expect(settingsFrom(TUTORIAL_SETTINGS, options)).toEqual({
    ...{ size: 224, frames: 8, frameStep: 15, batchSize: 8, epochs: 2, learningRate: 1e-3 },
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
    ...{ epochs: 7, frameStep: 3, learningRate: 5e-4, unfreeze: 'block4' },
  });
});

it.each([
  [['--epochs', '0'], 'Option --epochs: expected an integer of at least 1, got 0'],
  [['--epochs', '1.5'], 'Option --epochs: expected an integer of at least 1, got 1.5'],
  [['--epochs', 'two'], 'Option --epochs: expected a number, got "two"'],
  [['--frame-step', ''], 'Option --frame-step: expected a number, got ""'],
  [['--learning-rate', '-1'], 'Option --learning-rate: expected a number above 0, got -1'],
  [['--dropout', '1'], 'Option --dropout: expected a number from 0 up to, not including, 1, got 1'],
  [['--stochastic-depth', '-0.1'], 'Option --stochastic-depth: expected a number from 0 up to, not including, 1'],
  [['--weight-decay', '-1'], 'Option --weight-decay: expected a number of at least 0, got -1'],
  [['--schedule', 'linear'], 'Option --schedule: expected constant or cosine, got "linear"'],
  [['--model', 'a9-base'], /^Option --model: Unknown model "a9-base"; the models are a0-base, a0-stream/],
  [['--split', 'half'], /^Unknown split "half": choose auto, folders/],
  [['--unknown'], "error: unknown option '--unknown'"],
  [['surplus'], /too many arguments/],
])('refuses %j', (argv, message) => {
  expect(() => parseTrainOptions(argv)).toThrow(message);
});
