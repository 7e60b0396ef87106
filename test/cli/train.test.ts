import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../lib/cli/train';
import { recordOf } from '../../lib/data/lists/record/dataset-record';
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
    expect(run.outcome.stderr).toContain('2 classes, 8 train and 4 test clips');
  });

  it('leaves everything that a run has', () => {
    expect(readdirSync(run.folder).sort()).toEqual([
      ...['confusion_matrix.json', 'confusion_matrix.png', 'confusion_matrix.svg', 'dataset.json', 'history.json'],
      ...['learning_curves.png', 'learning_curves.svg', 'model', 'predictions.csv', 'report.html'],
    ]);
    expect(parseHistory(readFileSync(join(run.folder, 'history.json'), 'utf8')).epochs).toHaveLength(2);
    expect(readFileSync(join(run.folder, 'predictions.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(5);
  });

  it('remembers what it was trained on, and says what is worth a line', async () => {
    const record = await recordOf(run.model);
    expect(record).toMatchObject({ data: run.videos, rule: { kind: 'folders' }, options: { seed: 0 } });
    expect(record?.parts.train).toHaveLength(8);
    expect(record?.parts.test[0]).toEqual({ path: 'test/corner/corner-0000.avi', bytes: expect.any(Number) as number });
    const shared =
      'The validation part is the test part: accuracy after each epoch is on the clips of the final evaluation';
    expect(run.outcome.stderr).toContain(`${shared}\n`);
    expect(JSON.parse(run.outcome.stdout)).toMatchObject({ notes: [shared] });
  });

  it('keeps the record of an earlier run’s model for as long as that model', async () => {
    const out = join(folder, 'kept');
    cpSync(run.folder, out, { recursive: true });
    const before = readFileSync(join(out, 'dataset.json'), 'utf8');
    const data = join(folder, 'other-videos');
    cpSync(run.videos, data, { recursive: true });
    writeFileSync(join(data, 'train', 'corner', 'text.avi'), 'no video');
    const args = trainArguments(out).map((word) => (word === run.videos ? data : word));
    expect((await runInProcess(train, [...args, '--strict'])).status).toBe(1);
    expect(readFileSync(join(out, 'dataset.json'), 'utf8')).toBe(before);
    expect((await runInProcess(train, [...args, '--epochs', '1', '--quiet'])).status).toBe(0);
    expect(await recordOf(out)).toMatchObject({ data });
  });

  it.each([
    [['--crops', '3'], '8 train and 4 test videos, 3 clips of each of these', '4 test videos, 3 clips of each ('],
    [['--clips-per-video', '2'], '8 train videos, 2 clips of each, and 4 test videos', '4 test clips ('],
    [
      ['--clips-per-video', '2', '--evaluation-clips', '2'],
      '8 train videos, 2 clips of each, and 4 test videos, 2 clips of each',
      '4 test videos, 2 clips of each (',
    ],
  ])('tells videos and their clips apart: %j', async (options, data, accuracy) => {
    const args = [...trainArguments(join(folder, `views${options.join('')}`)), '--epochs', '1', ...options];
    const { status, stdout, stderr } = await runInProcess(train, args);
    expect(status).toBe(0);
    expect(stderr).toContain(`2 classes, ${data}\n`);
    expect(stdout).toMatch(/^Accuracy \S+ % on /);
    expect(stdout).toContain(` on ${accuracy}`);
  });

  it('tells the spans of a video apart in its predictions', async () => {
    const out = join(folder, 'spans');
    const list = join(run.videos, 'spans.csv');
    const video = (part: string, name: string): string => `${part}/${name}/${name}-0000.avi,${name}`;
    const names = ['corner', 'figure-eight'];
    const rows = names.flatMap((name) => [
      `${video('train', name)},0,0.2,train`,
      ...[',0,0.1,test', ',0.1,0.25,test'].map((rest) => `${video('test', name)}${rest}`),
    ]);
    writeFileSync(list, ['path,label,start,end,split', ...rows, ''].join('\n'));
    const args = trainArguments(out).map((word) => (word === run.videos ? list : word));
    // A frozen backbone's features are kept: the second pass reads no video.
    expect((await runInProcess(train, [...args, '--epochs', '1', '--quiet'])).status).toBe(0);
    const [header, ...lines] = readFileSync(join(out, 'predictions.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toBe('file,start,end,true_class,predicted_class,probability');
    expect(lines.map((line) => line.split(',').slice(1, 4))).toEqual(
      names.flatMap((name) => [
        ['0', '0.1', name],
        ['0.1', '0.25', name],
      ]),
    );
  });

  it('divides by three shares, in groups, and keeps the options with the results', async () => {
    const out = join(folder, 'three');
    const data = join(run.videos, 'train');
    const args = trainArguments(out).map((word) => (word === run.videos ? data : word));
    const options = ['--split', '0.5/0.25/0.25', '--group-by', '([0-9])\\.avi', '--epochs', '1', '--json'];
    const { status, stdout } = await runInProcess(train, [...args, ...options]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      config: { split: '0.5/0.25/0.25', group_by: '([0-9])\\.avi', train_clips: 4, test_clips: 2 },
      notes: [],
    });
    const record = await recordOf(out);
    expect([record?.parts.train.length, record?.parts.validation.length, record?.parts.test.length]).toEqual([4, 2, 2]);
  });

  it('evaluates on several crops and clips where it is told to, and keeps that with the results', async () => {
    const out = join(folder, 'crops');
    const args = ['--epochs', '1', '--crops', '3', '--evaluation-clips', '2', '--json'];
    const { status, stdout, stderr } = await runInProcess(train, [...trainArguments(out), ...args]);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(stdout)).toMatchObject({ config: { crops: 3, evaluation_clips: 2, test_clips: 24 } });
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
    const { status, stderr, stdout } = await runInProcess(train, [
      ...args,
      '--epochs',
      '1',
      '--json',
      '--frames',
      '500',
    ]);
    expect(status).toBe(0);
    expect(stderr).toContain('9 train and 4 test clips');
    const text = { path: join(damaged, 'train', 'corner', 'text.avi'), reason: expect.any(String) as string };
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ skipped: 1, left_out: [text], damaged: [], broken_off: [], other_rates: [] },
      short: new Array(12).fill({
        path: expect.any(String) as string,
        frames: expect.any(Number) as number,
        needed: 500,
      }),
    });
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
    [
      'groups that nothing heeds',
      () => [...trainArguments(outputs()), '--split', 'all', '--group-by', 'x'],
      2,
      /The split "all" does not heed --group-by: leave it out/,
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

  it('an empty class is no class, and is said', async () => {
    const data = join(folder, 'empty');
    cpSync(run.videos, data, { recursive: true });
    mkdirSync(join(data, 'train', 'nothing'));
    const args = trainArguments(join(folder, 'empty-run')).map((word) => (word === run.videos ? data : word));
    const { status, stderr } = await runInProcess(train, [...args, '--epochs', '1']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^class folders without a clip: .*nothing$/m)]);
    expect(stderr).toContain('2 classes, 8 train and 4 test clips');
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
