import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../lib/cli/train';
import { parseHistory } from '../../lib/metrics/history';
import { loadModel } from '../../lib/model/classifier';
import { suiteFolder } from '../support/suite-folder';
import { mountTinyDisk } from '../support/tiny-disk';
import { runInProcess } from './support/run-in-process';
import { tinyTrainArguments, trainTinyRun, type TinyRun } from './support/tiny-run';

type Epoch = { loss: number; val_loss: number };
type Trained = { epochs: Epoch[]; evaluate: { loss: number } };

const { path: folder } = suiteFolder();
const tinyDisk = mountTinyDisk('size=512k');
afterAll(() => tinyDisk?.unmount());
let run: TinyRun;

const trainArguments = (out: string): string[] => tinyTrainArguments(run, out);

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  run = await trainTinyRun(folder);
});

describe('train', () => {
  it('prints the history as one line of JSON, and where it ran on standard error', () => {
    expect(run.outcome.status).toBe(0);
    expect(run.outcome.stdout.trimEnd().split('\n')).toHaveLength(1);
    const record = JSON.parse(run.outcome.stdout) as Trained;
    expect(record).toMatchObject({
      classes: ['corner', 'figure-eight'],
      config: { model: 'a0-stream-relu6', split: 'folders', train_clips: 8, test_clips: 4, frame_step: 2 },
      out: run.folder,
    });
    expect(record.epochs).toHaveLength(2);
    expect(record.evaluate.loss).toBeCloseTo(record.epochs[1]?.val_loss ?? NaN, 6);
    expect(run.outcome.stderr).toMatch(/^Device: CPU \(as asked\); TensorFlow 2\.\d+\.\d+, OpenCV \d/);
    expect(run.outcome.stderr).toContain('2 classes, 8 train and 4 test videos');
  });

  it('leaves everything that a run has', () => {
    expect(readdirSync(run.folder).sort()).toEqual([
      ...['confusion_matrix.json', 'confusion_matrix.png', 'confusion_matrix.svg', 'history.json'],
      ...['learning_curves.png', 'learning_curves.svg', 'model', 'predictions.csv', 'report.html'],
    ]);
    expect(parseHistory(readFileSync(join(run.folder, 'history.json'), 'utf8')).epochs).toHaveLength(2);
    expect(readFileSync(join(run.folder, 'predictions.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(5);
  });

  it('gives the same numbers for the same seed', async () => {
    const again = await runInProcess(train, [...trainArguments(join(folder, 'again')), '--json', '--quiet']);
    const losses = (text: string): number[] => (JSON.parse(text) as Trained).epochs.map(({ loss }) => loss);
    expect(again.stderr).toBe('');
    losses(again.stdout).forEach((loss, i) => expect(loss).toBeCloseTo(losses(run.outcome.stdout)[i]!, 4));
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
    cpSync(run.videos, damaged, { recursive: true });
    writeFileSync(join(damaged, 'train', 'corner', 'text.avi'), 'no video');
    const out = join(folder, 'damaged-run');
    const args = trainArguments(out).map((word) => (word === run.videos ? damaged : word));
    const strict = await runInProcess(train, [...args, '--strict']);
    expect(strict.status).toBe(1);
    expect(strict.stderr).toMatch(/Error: Cannot decode .*text\.avi: .*without --strict to leave it out\n$/);
    expect(existsSync(out)).toBe(false);
    const { status, stderr } = await runInProcess(train, [...args, '--epochs', '1']);
    expect(status).toBe(0);
    expect(stderr).toContain('9 train and 4 test videos');
    expect(parseHistory(readFileSync(join(out, 'history.json'), 'utf8')).config).toMatchObject({
      skipped: 1,
      damaged: 0,
    });
    expect(stderr).toMatch(/Warning: Left out .*text\.avi: /);
  });
});

describe('bad input', () => {
  const outputs = (): string => join(folder, 'never');
  it.each<[string, () => string[], number, RegExp]>([
    ['a missing folder', () => ['--data', '/no/such'], 1, /No such folder: \/no\/such/],
    ['a folder without classes', () => ['--data', join(run.model, 'assets')], 1, /has no sub-folders/],
    [
      'a missing checkpoint',
      () => ['--data', run.videos, '--weights', '/no/ckpt-1'],
      1,
      /There are no weights at \/no\/ckpt-1: expected \/no\/ckpt-1\.index/,
    ],
    [
      'a checkpoint of another model',
      () => ['--data', run.videos, '--weights', run.backbone, '--model', 'a0-base'],
      1,
      /checkpoint .* (lacks \d+ of \d+ variables|has .* with shape)/,
    ],
    [
      'an unknown stage',
      () => [...trainArguments(outputs()), '--unfreeze', 'block99'],
      2,
      /Unknown stage "block99" to unfreeze; expected all, head, or one of/,
    ],
    ['an unknown device', () => ['--data', run.videos, '--device', 'tpu'], 2, /Unknown device "tpu"/],
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
    cpSync(run.videos, data, { recursive: true });
    mkdirSync(join(data, 'train', 'nothing'));
    const { status, stderr } = await runInProcess(train, ['--data', data, '--weights', run.backbone]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^Error: Class folder .*nothing holds no video: .*\n$/),
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
  expect((JSON.parse(stdout) as Trained).epochs).toHaveLength(history.epochs.length);
  expect(existsSync(join(out, 'model', 'saved_model.pb'))).toBe(true);
});
