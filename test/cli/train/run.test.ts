import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../../lib/cli/train';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';
import { tinyTrainArguments, trainTinyRun, type TinyRun } from '../support/tiny-run';
import { recordOf } from '../../../lib/data/lists/record/dataset-record';
import { parseHistory } from '../../../lib/metrics/history/history';
import { loadModel } from '../../../lib/model/classifier';

type Epoch = { metrics: { loss: number; val_loss: number } };
type Trained = { epochs: Epoch[]; evaluate: { metrics: { loss: number } } };

const { path: folder } = suiteFolder();
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
      format: 1,
      classes: ['corner', 'figure-eight'],
      config: { model: 'a0-stream-relu6', split: 'folders', trainClips: 8, testClips: 4, frameStep: 2 },
      out: run.folder,
    });
    expect(record.epochs).toHaveLength(2);
    expect(record.evaluate.metrics.loss).toBeCloseTo(record.epochs[1]?.metrics.val_loss ?? NaN, 6);
    expect(run.outcome.stderr).toMatch(/^Device: CPU \(as asked\); TensorFlow 2\.\d+\.\d+, OpenCV \d/);
    expect(run.outcome.stderr).toContain('2 classes, 8 train and 4 test clips');
  });

  it('leaves everything that a run has', () => {
    expect(readdirSync(run.folder).sort()).toEqual([
      ...[
        'checkpoints',
        'confusion_matrix.json',
        'confusion_matrix.png',
        'confusion_matrix.svg',
        'dataset.json',
        'history.json',
      ],
      ...['learning_curves.png', 'learning_curves.svg', 'model', 'predictions.csv', 'report.html', 'run.json'],
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
      config: { split: '0.5/0.25/0.25', groupBy: '([0-9])\\.avi', trainClips: 4, testClips: 2 },
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
    expect(JSON.parse(stdout)).toMatchObject({ config: { crops: 3, evaluationClips: 2, testClips: 24 } });
  });

  it('gives the same numbers for the same seed', async () => {
    const again = await runInProcess(train, [...trainArguments(join(folder, 'again')), '--json', '--quiet']);
    const losses = (text: string): number[] => (JSON.parse(text) as Trained).epochs.map(({ metrics }) => metrics.loss);
    expect(again.stderr).toBe('');
    losses(again.stdout).forEach((loss, i) => expect(loss).toBeCloseTo(losses(run.outcome.stdout)[i]!, 4));
  });

  it('keeps the options of the network with the model', async () => {
    const out = join(folder, 'options');
    const options = [
      '--dropout-rate',
      '0.1',
      '--stochastic-depth-drop-rate',
      '0.2',
      '--weight-decay',
      '1e-5',
      '--gating-activation',
      'sigmoid',
    ];
    const { status } = await runInProcess(train, [...trainArguments(out), '--epochs', '1', '--quiet', ...options]);
    expect(status).toBe(0);
    expect((await loadModel(join(out, 'model'))).options).toMatchObject({
      ...{ dropoutRate: 0.1, stochasticDepthDropRate: 0.2, weightDecay: 1e-5, gatingActivation: 'sigmoid' },
    });
    const { config } = parseHistory(readFileSync(join(out, 'history.json'), 'utf8'));
    expect(config).toMatchObject({ dropoutRate: 0.1, stochasticDepthDropRate: 0.2, weightDecay: 1e-5 });
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
      ...{ skipped: 1, leftOut: [text], damaged: [], brokenOff: [], otherRates: [] },
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
