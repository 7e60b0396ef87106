import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  cpSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../lib/cli/evaluate';
import { predict } from '../../lib/cli/predict';
import { train } from '../../lib/cli/train';
import { parseHistory } from '../../lib/metrics/history';
import { loadModel } from '../../lib/model/classifier';
import { describeWith, KINETICS_CHECKPOINT, LABELLED_CLIPS } from '../support/assets';
import { suiteFolder } from '../support/suite-folder';
import { mountTinyDisk } from '../support/tiny-disk';
import { runInProcess } from './support/run-in-process';
import { TINY_CLIP, writeTinyBackbone, writeTinyVideos } from './support/tiny-material';

type Epoch = { loss: number; val_loss: number };
type Evaluated = { loss: number };
type Trained = { epochs: Epoch[]; evaluate: Evaluated };
type Predicted = { file: string; predictions: { label: string; index: number; probability: number }[] };

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what the text is, is the caller’s to say
function parse<Type>(text: string): Type {
  return JSON.parse(text) as Type;
}

const { path: folder } = suiteFolder();
const tinyDisk = mountTinyDisk('size=512k');
afterAll(() => tinyDisk?.unmount());
const run = join(folder, 'run');
const modelFolder = join(run, 'model');
let videos: string;
let backbone: string;
let trained: { status: number; stdout: string; stderr: string };

const trainArguments = (out: string): string[] => [
  ...['--data', videos, '--model', 'a0-stream-relu6', '--weights', backbone, '--out', out, ...TINY_CLIP],
  ...['--batch-size', '4', '--device', 'cpu'],
];

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  videos = await writeTinyVideos(folder);
  backbone = await writeTinyBackbone(folder);
  trained = await runInProcess(train, [...trainArguments(run), '--json']);
});

describe('train', () => {
  it('prints the history as one line of JSON, and where it ran on standard error', () => {
    expect(trained.status).toBe(0);
    expect(trained.stdout.trimEnd().split('\n')).toHaveLength(1);
    const record = parse<Trained>(trained.stdout);
    expect(record).toMatchObject({
      classes: ['corner', 'figure-eight'],
      config: { model: 'a0-stream-relu6', split: 'folders', train_clips: 8, test_clips: 4, frame_step: 2 },
      out: run,
    });
    expect(record.epochs).toHaveLength(2);
    expect(record.evaluate.loss).toBeCloseTo(record.epochs[1]?.val_loss ?? NaN, 6);
    expect(trained.stderr).toMatch(/^Device: CPU \(as asked\); TensorFlow 2\.\d+\.\d+, OpenCV \d/);
    expect(trained.stderr).toContain('2 classes, 8 train and 4 test clips, 0 skipped');
  });

  it('leaves everything that a run has', () => {
    expect(readdirSync(run).sort()).toEqual([
      ...['confusion_matrix.json', 'confusion_matrix.png', 'confusion_matrix.svg', 'history.json'],
      ...['learning_curves.png', 'learning_curves.svg', 'model', 'predictions.csv', 'report.html'],
    ]);
    expect(parseHistory(readFileSync(join(run, 'history.json'), 'utf8')).epochs).toHaveLength(2);
    expect(readFileSync(join(run, 'predictions.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(5);
  });

  it('gives the same numbers for the same seed', async () => {
    const again = await runInProcess(train, [...trainArguments(join(folder, 'again')), '--json', '--quiet']);
    const losses = (text: string): number[] => parse<Trained>(text).epochs.map(({ loss }) => loss);
    expect(again.stderr).toBe('');
    losses(again.stdout).forEach((loss, i) => expect(loss).toBeCloseTo(losses(trained.stdout)[i]!, 4));
  });

  it('keeps the options of the network with the model', async () => {
    const out = join(folder, 'options');
    const options = ['--dropout', '0.1', '--stochastic-depth', '0.2', '--weight-decay', '1e-5', '--gating', 'sigmoid'];
    const { status } = await runInProcess(train, [...trainArguments(out), '--epochs', '1', '--quiet', ...options]);
    expect(status).toBe(0);
    expect((await loadModel(join(out, 'model'))).options).toMatchObject({
      ...{ dropoutRate: 0.1, stochasticDepthDropRate: 0.2, weightDecay: 1e-5, gatingActivation: 'sigmoid' },
    });
    const { config } = parseHistory(readFileSync(join(out, 'history.json'), 'utf8'));
    expect(config).toMatchObject({ dropout: 0.1, stochastic_depth: 0.2, weight_decay: 1e-5 });
  });

  it('leaves out a broken video, or refuses it with --strict', async () => {
    const damaged = join(folder, 'damaged');
    cpSync(videos, damaged, { recursive: true });
    writeFileSync(join(damaged, 'train', 'corner', 'text.avi'), 'no video');
    const out = join(folder, 'damaged-run');
    const args = trainArguments(out).map((word) => (word === videos ? damaged : word));
    const strict = await runInProcess(train, [...args, '--strict']);
    expect(strict.status).toBe(1);
    expect(strict.stderr).toMatch(/Error: Cannot decode .*text\.avi: .*without --strict to leave it out\n$/);
    expect(existsSync(out)).toBe(false);
    const { status, stderr } = await runInProcess(train, [...args, '--epochs', '1']);
    expect(status).toBe(0);
    expect(stderr).toContain('8 train and 4 test clips, 1 skipped');
    expect(stderr).toMatch(/Warning: Left out .*text\.avi: /);
  });
});

describe('bad input', () => {
  const outputs = (): string => join(folder, 'never');
  it.each<[string, () => string[], number, RegExp]>([
    ['a missing folder', () => ['--data', '/no/such'], 1, /No such folder: \/no\/such/],
    ['a folder without classes', () => ['--data', join(folder, 'run', 'model', 'assets')], 1, /has no sub-folders/],
    [
      'a missing checkpoint',
      () => ['--data', videos, '--weights', '/no/ckpt-1'],
      1,
      /There are no weights at \/no\/ckpt-1: expected \/no\/ckpt-1\.index/,
    ],
    [
      'a checkpoint of another model',
      () => ['--data', videos, '--weights', backbone, '--model', 'a0-base'],
      1,
      /checkpoint .* (lacks \d+ of \d+ variables|has .* with shape)/,
    ],
    [
      'an unknown stage',
      () => [...trainArguments(outputs()), '--unfreeze', 'block99'],
      2,
      /Unknown stage "block99" to unfreeze; expected all, head, or one of/,
    ],
    ['an unknown device', () => ['--data', videos, '--device', 'tpu'], 2, /Unknown device "tpu"/],
    [
      'an unwritable folder',
      () => [...trainArguments('/proc/never')],
      1,
      /Cannot write into the output folder "\/proc/,
    ],
    [
      'a split without training clips',
      () => [...trainArguments(outputs()), '--split', 'all'],
      1,
      /Split "all" leaves no train clip of .*: choose another split/,
    ],
  ])('%s', async (_, args, status, message) => {
    const given = args();
    const outcome = await runInProcess(train, [...given, ...(given.includes('--out') ? [] : ['--out', outputs()])]);
    expect(outcome.status).toBe(status);
    expect(outcome.stdout).toBe('');
    const error = outcome.stderr.split('\n').filter((line) => line.startsWith('Error: '));
    expect(error).toHaveLength(1);
    expect(error[0]).toMatch(message);
    expect(outcome.stderr).not.toMatch(/^ {4}at /m);
    expect(existsSync(outputs())).toBe(false);
  });

  it('an empty class', async () => {
    const data = join(folder, 'empty');
    cpSync(videos, data, { recursive: true });
    mkdirSync(join(data, 'train', 'nothing'));
    const { status, stderr } = await runInProcess(train, ['--data', data, '--weights', backbone]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^Error: Class folder .*nothing holds no video: .*\n$/),
    ]);
  });
});

describe('evaluate', () => {
  it('gives loss and accuracy of the test part, as the run did', async () => {
    const args = ['--model', modelFolder, '--data', videos, '--json', '--device', 'cpu'];
    const { status, stdout } = await runInProcess(evaluate, args);
    const record = parse<Evaluated & { epochs: Epoch[] }>(stdout);
    expect(status).toBe(0);
    expect(record).toMatchObject({ clips: 4, skipped: 0, classes: ['corner', 'figure-eight'] });
    expect(record.loss).toBeCloseTo(parse<Trained>(trained.stdout).evaluate.loss, 4);
  });

  it('takes every clip with --split all and writes a report', async () => {
    const out = join(folder, 'evaluation');
    const args = ['--model', modelFolder, '--data', join(videos, 'train'), '--split', 'all', '--out', out];
    const { status, stdout } = await runInProcess(evaluate, args);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Accuracy .* on 8 clips .*evaluation\n$/)]);
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['confusion_matrix.png', 'predictions.csv', 'report.html']),
    );
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['a folder that is no model', () => ['--model', videos, '--data', videos], 1, /is not a model of this library/],
    [
      'other classes',
      () => ['--model', modelFolder, '--data', folder, '--split', 'all'],
      1,
      /is none of the model's classes/,
    ],
    ['no model', () => ['--data', videos], 2, /required option '--model <model>' not specified/],
    ['a run’s own folder', () => ['--model', modelFolder, '--data', videos, '--out', run], 2, /choose another folder/],
  ])('refuses %s', async (_, args, status, message) => {
    const outcome = await runInProcess(evaluate, args());
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stdout).toBe('');
  });
});

describe('predict', () => {
  const clip = (): string => join(videos, 'test', 'corner', 'corner-0000.avi');

  it('classifies what it can, tells of the rest, and exits with 1', async () => {
    const text = join(folder, 'text.avi');
    writeFileSync(text, 'no video');
    const cut = join(folder, 'cut.avi');
    cpSync(clip(), cut);
    truncateSync(cut, Math.floor(statSync(cut).size / 20));
    const files = [clip(), text, '/no/such.avi', cut, clip()];
    const { status, stdout, stderr } = await runInProcess(predict, ['--model', modelFolder, ...files, '--json']);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => parse<Predicted>(line));
    expect(status).toBe(1);
    expect(records.map(({ file }) => file)).toEqual([clip(), clip()]);
    for (const { predictions } of records) {
      expect(predictions).toHaveLength(2);
      const [first = NaN, second = NaN] = predictions.map(({ probability }) => probability);
      expect(first).toBeGreaterThanOrEqual(second);
      expect(first + second).toBeCloseTo(1, 5);
    }
    for (const file of [text, '/no/such.avi', cut]) expect(stderr).toContain(`Cannot classify ${file}: `);
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['no files', () => ['--model', modelFolder], 2, /missing required argument 'files'/],
    [
      'an unknown model',
      () => ['--model', 'a0-huge', clip()],
      2,
      /There is no model "a0-huge": give the folder model\//,
    ],
    [
      'weights beside a model folder',
      () => ['--model', modelFolder, '--weights', 'x', clip()],
      2,
      /go with a model id/,
    ],
    [
      'missing labels',
      () => ['--model', 'a0-stream-relu6', '--weights', backbone, '--labels', '/no/labels', clip()],
      2,
      /Cannot read the labels \/no\/labels/,
    ],
    [
      'a checkpoint without a head',
      () => ['--model', 'a0-stream-relu6', '--weights', backbone, clip()],
      1,
      /lacks \d+ of/,
    ],
    [
      'a start that is no frame',
      () => ['--model', modelFolder, '--start', 'end', clip()],
      2,
      /Option --start: expected center/,
    ],
  ])('refuses %s', async (_, args, status, message) => {
    const outcome = await runInProcess(predict, args());
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stdout).toBe('');
  });
});

describeWith(KINETICS_CHECKPOINT + '.index', LABELLED_CLIPS)('predict with the official weights', () => {
  const official = ['--model', 'a0-stream-relu6', '--weights', KINETICS_CHECKPOINT];
  const clips = ['arm_wrestling.mp4', 'carving_ice.mp4'].map((name) => join(LABELLED_CLIPS, name));

  it('gives the official implementation’s classes and probabilities', async () => {
    const { stdout } = await runInProcess(predict, [...official, ...clips, '--json', '--top', '2']);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => parse<Predicted>(line).predictions);
    expect(records[0]?.[0]).toEqual({ label: 'arm wrestling', index: 11, probability: expect.closeTo(0.9974, 3) });
    expect(records[1]?.[0]).toEqual({ label: 'carving ice', index: 72, probability: expect.closeTo(0.96892, 3) });
    expect(records[1]?.[1]).toEqual({ label: 'chiseling stone', index: 86, probability: expect.closeTo(0.01597, 3) });
  });

  it('takes the model id in evaluate as well', async () => {
    const data = join(folder, 'kinetics');
    for (const [index, label] of ['arm wrestling', 'carving ice'].entries()) {
      mkdirSync(join(data, label), { recursive: true });
      cpSync(clips[index] as string, join(data, label, 'clip.mp4'));
    }
    const { status, stdout } = await runInProcess(evaluate, [...official, '--data', data, '--split', 'all', '--json']);
    expect(status).toBe(0);
    expect(parse<{ accuracy: number; clips: number }>(stdout)).toMatchObject({ accuracy: 1, clips: 2 });
  });

  it('says so where the labels are not the weights’', async () => {
    const labels = join(folder, 'labels.txt');
    writeFileSync(labels, 'one\ntwo\n');
    const { status, stderr } = await runInProcess(predict, [...official, '--labels', labels, clips[0] as string]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/have 600 classes, but .*labels\.txt has 2 labels: does it belong to them\?\n$/),
    ]);
  });
});

(tinyDisk ? it : it.skip)('a full disk is one line, and nothing half-written', async () => {
  const path = tinyDisk?.path ?? '';
  const { status, stdout, stderr } = await runInProcess(train, trainArguments(path));
  expect([status, stdout]).toEqual([1, '']);
  const errors = stderr.split('\n').filter((line) => line.startsWith('Error: '));
  expect(errors).toEqual([expect.stringContaining(path)]);
  expect(readdirSync(path)).toEqual([]);
});

it('saves what was learned at the first Ctrl-C and exits with 130', async () => {
  const out = join(folder, 'interrupted');
  const script = join(__dirname, '../../scripts/train.ts');
  const args = ['-r', 'ts-node/register', script, ...trainArguments(out), '--epochs', '100000', '--json'];
  const child = spawn(process.execPath, args, { cwd: join(__dirname, '../..') });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
    if (stderr.includes('Epoch 2/')) child.kill('SIGINT');
  });
  const [status] = (await once(child, 'close')) as [number | null];
  expect(status).toBe(130);
  const history = parseHistory(readFileSync(join(out, 'history.json'), 'utf8'));
  expect(history.epochs.length).toBeGreaterThanOrEqual(2);
  expect(history.evaluate).toBeUndefined();
  expect(parse<Evaluated & { epochs: Epoch[] }>(stdout).epochs).toHaveLength(history.epochs.length);
  expect(existsSync(join(out, 'model', 'saved_model.pb'))).toBe(true);
});
