import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrainOptions } from '../../../../lib/cli/train/options';
import { losses } from '../../../../lib/learning/loss';
import { z } from 'zod';
import { suiteFolder } from '../../../support/suite-folder';

const { path: folder } = suiteFolder();
const aFile = join(folder, 'file');
const aFolder = join(folder, 'folder');

beforeAll(() => {
  writeFileSync(aFile, '');
  mkdirSync(aFolder);
  losses.define('wholeClasses', z.object({}), () => ({ mixedTargets: false, perExample: (_, logits) => logits }));
});

it.each<[string[], string | RegExp]>([
  [['--warmup-steps', '5', '--warmup-epochs', '1'], '--warmup-steps and --warmup-epochs exclude one another'],
  [['--clip-norm', '1', '--clip-value', '1'], '--clip-norm and --clip-value exclude one another'],
  [['--overfit', '1', '--augment', 'flip'], '--overfit and --augment exclude one another'],
  [['--overfit', '1', '--fast-dev-run'], '--overfit and --fast-dev-run exclude one another'],
  [
    ['--optimizer', '{"kind":"sgd","learningRate":0.1}', '--learning-rate', '0.2'],
    '--optimizer says the learning rate itself, so it and --learning-rate exclude one another',
  ],
  [
    ['--schedule', '{"kind":"cosineDecay","initial":0.1,"steps":5}', '--learning-rate', '0.2'],
    '--schedule says the learning rate itself, so it and --learning-rate exclude one another',
  ],
  [['--find-learning-rate', '--resume', '--out', 'x'], '--find-learning-rate and --resume exclude one another'],
  [['--find-learning-rate', '--dry-run'], '--find-learning-rate and --dry-run exclude one another'],
  [['--stages-per-epoch', '1'], '--stages-per-epoch goes with --frozen-epochs'],
  [['--no-validation', '--validate-every', '3'], '--validate-every has nothing to do with --no-validation'],
  [['--frozen-epochs', '2', '--epochs', '2'], '--frozen-epochs 2 leaves none of 2 epochs for more than the head'],
  [['--frozen-epochs', '1', '--unfreeze', 'head'], '--frozen-epochs is for what learns after the head'],
  [['--loss', 'wholeClasses', '--augment', 'mixup=0.2'], /^--augment mixes clips of two classes \(mixUp\), which the/],
  [['--tensorboard', aFile], `--tensorboard: ${aFile} is a file, expected a folder`],
  [
    ['--csv-log', join(folder, 'log'), '--json-log', join(folder, 'log')],
    `--csv-log and --json-log are both ${join(folder, 'log')}: give each a place of its own`,
  ],
  [['--csv-log', aFolder], `--csv-log: ${aFolder} is a folder, expected a file`],
  [['--json-log', aFolder], `--json-log: ${aFolder} is a folder, expected a file`],
])('refuses %j', (argv, message) => {
  expect(() => parseTrainOptions(argv)).toThrow(message);
});

it.each([
  [['--optimizer', 'sgd', '--learning-rate', '0.2', '--schedule', 'cosine']],
  [['--schedule', '{"kind":"cosineDecay","alpha":0.1}', '--learning-rate', '0.2']],
  [['--loss', 'wholeClasses', '--augment', 'flip']],
  [['--frozen-epochs', '1', '--epochs', '2', '--unfreeze', 'block4']],
  [['--tensorboard', aFolder, '--csv-log', aFile, '--json-log', join(folder, 'new')]],
])('takes %j', (argv) => {
  expect(() => parseTrainOptions(argv)).not.toThrow();
});

describe('a configuration file', () => {
  const file = join(folder, 'movinet.config.json');
  const parse = (options: object, ...argv: string[]) => {
    writeFileSync(file, JSON.stringify({ train: options }));
    return parseTrainOptions(['--config', file, ...argv]);
  };

  it('keeps its optimizer beside a rate of the command line, unless that says its rate itself', () => {
    expect(parse({ optimizer: 'sgd' }, '--learning-rate', '0.2')).toMatchObject({
      ...{ optimizer: { kind: 'sgd' }, learningRate: 0.2 },
    });
    const own = parse({ optimizer: { kind: 'sgd', learningRate: 0.1 } }, '--learning-rate', '0.2');
    expect([own.optimizer, own.learningRate]).toEqual([undefined, 0.2]);
  });

  it('loses its rate and schedule to another optimizer', () => {
    const { learningRate, schedule } = parse({ learningRate: 0.1, schedule: 'cosine' }, '--optimizer', 'sgd');
    expect([learningRate, schedule]).toEqual([undefined, undefined]);
  });

  it.each([
    [{ ema: true }, { ema: true }],
    [{ ema: 0.9 }, { ema: 0.9 }],
    [{ classWeights: { fall: 5 } }, { classWeights: { fall: 5 } }],
    [
      { stageRates: 0.5, clipGlobalNorm: 1 },
      { stageRates: 0.5, clipGlobalNorm: 1 },
    ],
    [
      { featureCache: false, fixedClips: true },
      { featureCache: false, fixedClips: true },
    ],
    [
      { maxTime: '90s', reduceOnPlateau: { patience: 2 } },
      { maxTime: '90s', reduceOnPlateau: { patience: 2 } },
    ],
  ])('may hold %j', (options, expected) => {
    expect(parse(options)).toMatchObject(expected);
  });

  it('puts relative paths of logs below itself', () => {
    expect(parse({ csvLog: 'log.csv', tensorboard: 'events' })).toMatchObject({
      ...{ csvLog: join(folder, 'log.csv'), tensorboard: join(folder, 'events') },
    });
  });
});
