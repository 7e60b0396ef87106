import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../../lib/base/errors';
import { predictTable } from '../../../lib/cli/predict';
import { commandTable, parseCommand } from '../../../lib/cli/options/command-table';
import { flag, option } from '../../../lib/cli/options/option';
import { parseStreamOptions } from '../../../lib/cli/stream/options';
import { parseTrainOptions } from '../../../lib/cli/train/options';
import { integerFrom } from '../../../lib/base/ranges';
import { suiteFolder } from '../../support/suite-folder';

const { path: folder } = suiteFolder();
let files = 0;

/** A configuration file of this text. */
function fileOf(content: object | string, name = `movinet-${files++}.json`): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const train = (content: object | string, ...argv: string[]): ReturnType<typeof parseTrainOptions> =>
  parseTrainOptions(['--config', fileOf(content), ...argv]);

/** The message of a refusal, the file's name for short. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message.replace(/\S*\/movinet-\d+\.json/, 'FILE');
  }
  throw new Error('Nothing was refused');
}

it('takes from a file what the command line would give', () => {
  const { configuration, ...options } = train({
    $schema: './docs/movinet.config.schema.json',
    predict: { top: 3 },
    train: {
      ...{ epochs: 5, learningRate: 5e-4, augment: [{ kind: 'horizontalFlip' }], extensions: ['.mp4', 'mkv'] },
      ...{ multiLabel: true, validation: false, crops: 3, strict: true, dropoutRate: 0.2, model: 'a2-base' },
    },
  });
  const argv = [
    ...['--epochs', '5', '--learning-rate', '5e-4', '--augment', 'flip', '--extensions', '.mp4,mkv', '--multi-label'],
    ...['--no-validation', '--crops', '3', '--strict', '--dropout-rate', '0.2', '--model', 'a2-base', '--no-config'],
  ];
  expect(options).toEqual(parseTrainOptions(argv));
  expect(configuration?.names).toContain('dropoutRate');
  expect(options).toMatchObject({ epochs: 5, strict: true, crops: 3, augment: [{ kind: 'horizontalFlip' }] });
});

it('lets the command line win over the file, and the file over the defaults', () => {
  const options = train({ train: { epochs: 5, seed: 7, strict: true, validation: false } }, '--epochs', '2');
  expect(options).toMatchObject({ epochs: 2, seed: 7, strict: true, validation: false, keep: 3 });
  expect(options.configuration?.names).toEqual(['seed', 'strict', 'validation']);
  const back = train({ train: { strict: true, validation: false } }, '--no-strict', '--validation');
  expect(back).toMatchObject({ strict: false, validation: true });
  expect(back.configuration).toBeUndefined();
});

it('sets aside what an option of the command line excludes', () => {
  const spacing = train({ train: { frameStep: 5, epochs: 3 } }, '--frame-rate', '2');
  expect(spacing).toMatchObject({ frameRate: 2, epochs: 3 });
  expect(spacing).not.toHaveProperty('frameStep');
  const sample = train({ train: { data: 'videos', weights: 'w' } }, '--sample');
  expect(sample).not.toHaveProperty('data');
  const file = fileOf({ stream: { model: 'a0-stream', weights: 'w', memory: 5 } });
  const { options } = parseStreamOptions(['--config', file, '--model', 'runs/x/model', '--reset-every', '9', '0']);
  expect(options).toMatchObject({ model: 'runs/x/model', resetEvery: 9 });
  expect([options.weights, options.memory]).toEqual([undefined, undefined]);
});

it('reads paths from the folder of the file, and leaves names and addresses alone', () => {
  mkdirSync(join(folder, 'sub'), { recursive: true });
  const file = fileOf(
    {
      train: { data: 'videos', weights: '../w/ckpt', out: '/out' },
      predict: { model: 'runs/x', weights: 'kinetics600' },
    },
    'sub/movinet-0.json',
  );
  const given = parseTrainOptions(['--config', file, '--labels', 'l.txt']);
  expect(given).toMatchObject({
    ...{ data: join(folder, 'sub/videos'), weights: join(folder, 'w/ckpt'), out: '/out', labels: 'l.txt' },
  });
  expect(parseCommand(predictTable, ['--config', file, 'a.mp4']).options).toMatchObject({
    ...{ model: join(folder, 'sub/runs/x'), weights: 'kinetics600' },
  });
  const others = { predict: { model: 'a0-base', weights: 'https://example.org/a0.tar.gz' } };
  expect(parseCommand(predictTable, ['--config', fileOf(others), 'a.mp4']).options).toMatchObject(others.predict);
});

describe('in the working directory', () => {
  const before = process.cwd();
  beforeAll(() => {
    mkdirSync(join(folder, 'here'));
    fileOf({ train: { epochs: 9, data: 'videos' } }, 'here/movinet.config.json');
    process.chdir(join(folder, 'here'));
  });
  afterAll(() => process.chdir(before));

  it('takes movinet.config.json without being told, paths as they stand', () => {
    expect(parseTrainOptions([])).toMatchObject({ epochs: 9, data: 'videos' });
    expect(parseTrainOptions([]).configuration).toEqual({ file: 'movinet.config.json', names: ['epochs', 'data'] });
  });

  it('leaves it unread with --no-config, for another file, and where it has nothing for the command', () => {
    expect(parseTrainOptions(['--no-config'])).not.toHaveProperty('epochs');
    expect(parseTrainOptions(['--config', fileOf({})])).not.toHaveProperty('epochs');
    expect(parseCommand(predictTable, ['--model', 'a0-base', 'a.mp4']).options).not.toHaveProperty('configuration');
  });
});

it.each([
  [{ train: { epoch: 5 } }, 'FILE: train has no option "epoch"'],
  [{ train: { 'batch-size': 5 } }, 'FILE: train has no option "batch-size": it is written "batchSize"'],
  [{ train: { batch_size: 5 } }, 'FILE: train has no option "batch_size": it is written "batchSize"'],
  [{ train: { constructor: 5 } }, 'FILE: train has no option "constructor"'],
  ['{ "train": { "__proto__": 5 } }', 'FILE: train has no option "__proto__"'],
  [{ train: { verbose: true } }, 'FILE: train.verbose is for the command line only'],
  [{ train: { config: 'x' } }, 'FILE: train has no option "config"'],
  [{ trian: {} }, /^FILE: there is no command "trian" to configure: expected train, evaluate, /],
  [{ train: [] }, 'FILE: train: expected an object of options'],
  [[], 'FILE: expected an object of commands'],
  ['null', 'FILE: expected an object of commands'],
  [{ train: { epochs: '5' } }, 'FILE: train.epochs: expected a number, got "5"'],
  [{ train: { epochs: 0 } }, 'FILE: train.epochs: expected an integer of at least 1, got 0'],
  [{ train: { epochs: null } }, 'FILE: train.epochs: expected a number, got null'],
  [{ train: { seed: 1e300 } }, 'FILE: train.seed: expected an integer, got 1e+300'],
  [{ train: { strict: 'yes' } }, 'FILE: train.strict: expected true or false'],
  [{ train: { data: 5 } }, 'FILE: train.data: expected a text, got 5'],
  [{ train: { crops: '3' } }, 'FILE: train.crops: expected 1 or 3, got "3"'],
  [{ train: { split: 'half' } }, /^FILE: train\.split: Unknown split "half"/],
  [{ train: { augment: 5 } }, 'FILE: train.augment: expected a text, or a list of augmentations, got 5'],
  [{ train: { augment: [{ kind: 'blur' }] } }, /^FILE: train\.augment: .*blur/],
  [{ train: { augment: [{ kind: 'grey', probability: 2 }] } }, /^FILE: train\.augment: .*grey.*probability/],
  ['{ "train": { "epochs": 5, } }', /^FILE is no JSON: /],
  ['', /^FILE is no JSON: /],
  ['{ "train": { "epochs": 5, "epochs": 6 } }', 'FILE: train.epochs is there twice'],
  ['{ "train": {}, "train": {} }', 'FILE: train is there twice'],
])('refuses %j in a line that names file and key', (content, message) => {
  const text = refusal(() => train(content));
  expect(text).toMatch(
    message instanceof RegExp ? message : new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
  );
});

it('refuses a file that is not there, or none', () => {
  expect(() => parseTrainOptions(['--config', join(folder, 'no.json')])).toThrow(
    /no\.json cannot be read: there is no such/,
  );
  expect(() => parseTrainOptions(['--config', folder])).toThrow(/cannot be read: EISDIR$/);
});

it('says which of both a wrong value came from', () => {
  expect(refusal(() => train({ train: { epochs: 0 } }, '--batch-size', '0'))).toMatch(
    /^(FILE: train\.epochs|Option --b)/,
  );
  expect(refusal(() => train({ train: { epochs: 0 } }, '--epochs', '-1'))).toMatch(/^Option --epochs: .*got -1$/);
});

it('asks for what must be given unless the file has it', () => {
  expect(() => parseCommand(predictTable, ['a.mp4', '--no-config'])).toThrow(
    "required option '--model <model>' not specified",
  );
  const file = fileOf({ predict: { model: 'a0-base' } });
  expect(parseCommand(predictTable, ['a.mp4', '--config', file])).toMatchObject({
    ...{ operands: ['a.mp4'], options: { model: 'a0-base', top: 5 } },
  });
});

it('takes described values as JSON on the command line too', () => {
  const typed = (text: string) => parseTrainOptions(['--no-config', '--augment', text]).augment;
  expect(typed('[{"kind":"grey","probability":0.25}]')).toEqual([{ kind: 'grey', probability: 0.25 }]);
  expect(() => typed('[{"kind":')).toThrow(/^Option --augment: expected JSON: /);
});

it('gives a command without a configuration no option for one', () => {
  const options = { runs: option(integerFrom(1).default(3), { value: '<n>', help: 'times' }), loud: flag('aloud') };
  const table = commandTable({ name: 'tool', description: 'Does it.', options });
  expect(parseCommand(table, ['--loud']).options).toEqual({ runs: 3, loud: true });
  expect(() => parseCommand(table, ['--config', 'x'])).toThrow(/unknown option '--config'/);
});
