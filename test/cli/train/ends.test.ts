import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../../lib/cli/train';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';
import { tinyTrainArguments, trainTinyRun, type TinyRun } from '../support/tiny-run';
import { parseHistory } from '../../../lib/metrics/history/history';
import { mountTinyDisk } from '../../support/tiny-disk';

type Epoch = { metrics: { loss: number; val_loss: number } };
type Trained = { epochs: Epoch[]; evaluate: { metrics: { loss: number } } };

const { path: folder } = suiteFolder();
const tinyDisk = mountTinyDisk('size=512k');
afterAll(() => tinyDisk?.unmount());
let run: TinyRun;

const trainArguments = (out: string): string[] => tinyTrainArguments(run, out);

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  run = await trainTinyRun(folder);
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
  const script = join(__dirname, '../../../lib/cli/main.ts');
  const args = ['-r', 'ts-node/register', script, 'train', ...trainArguments(out), '--epochs', '100000', '--json'];
  const child = spawn(process.execPath, args, { cwd: join(__dirname, '../../..') });
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

/** The first step leaves numbers that the second cannot compute with. */
const DIVERGING = ['--optimizer', '{"kind":"sgd","learningRate":1e38}', '--epochs', '5', '--quiet'];

it('a run that diverges keeps its last good checkpoint and reports', async () => {
  const out = join(folder, 'diverged');
  const { status, stdout, stderr } = await runInProcess(train, [
    ...trainArguments(out),
    ...DIVERGING,
    '--save-every',
    '1',
  ]);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^Error: NaN or infinite \w+ after step 2 of epoch 1 .*: a smaller learning rate may help$/m);
  const { ended } = parseHistory(readFileSync(join(out, 'history.json'), 'utf8'));
  const why = expect.stringMatching(/^Diverged after 0 of 5 epochs: NaN or infinite/) as string;
  expect(ended).toEqual({ kind: 'diverged', why });
  expect(existsSync(join(out, 'model'))).toBe(false);
  expect(readdirSync(join(out, 'checkpoints'))).toEqual(['step-00000001']);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Diverged after 0 of 5 epochs');
});

it('a run that diverges before anything of it is kept leaves nothing', async () => {
  const out = join(folder, 'nothing');
  expect(await runInProcess(train, [...trainArguments(out), ...DIVERGING])).toMatchObject({ status: 1, stdout: '' });
  expect(existsSync(out)).toBe(false);
});

it('stops early, and tells the best epoch', async () => {
  const out = join(folder, 'stopped');
  const options = ['--epochs', '9', '--early-stopping', '1', '--learning-rate', '1e-30', '--quiet'];
  const { status, stdout } = await runInProcess(train, [...trainArguments(out), ...options]);
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/^Stopped early after 2 of 9 epochs: val_loss .* of epoch 1\. /),
  ]);
});

it('goes on and ends in order where nobody reads what it prints, at SIGHUP with 129', async () => {
  const out = join(folder, 'unread');
  const script = join(__dirname, '../../../lib/cli/main.ts');
  const args = ['-r', 'ts-node/register', script, 'train', ...trainArguments(out), '--epochs', '100000'];
  const child = spawn(process.execPath, args, { cwd: join(__dirname, '../../..') });
  child.stdout.destroy();
  child.stderr.once('data', () => child.stderr.destroy());
  const watcher = watch(folder, { recursive: true }, (_, name) => {
    if (name !== join('unread', 'report.html')) return;
    watcher.close();
    child.kill('SIGHUP');
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  expect(status).toBe(129);
  const { ended } = parseHistory(readFileSync(join(out, 'history.json'), 'utf8'));
  expect(ended?.kind).toBe('interrupted');
});

const growingDisk = mountTinyDisk('size=60m');
afterAll(() => growingDisk?.unmount());

(growingDisk ? it : it.skip)(
  'a disk that is full in the middle ends a run that goes on once there is room',
  async () => {
    const path = growingDisk?.path ?? '';
    const out = join(path, 'run');
    const options = ['--epochs', '9', '--save-every', '1', '--keep', '9', '--quiet'];
    const { status, stderr } = await runInProcess(train, [...trainArguments(out), ...options]);
    expect(status).toBe(1);
    expect(stderr.split('\n').filter((line) => line.startsWith('Error: '))).toEqual([
      expect.stringMatching(/disk is full; free some space/),
    ]);
    execFileSync('mount', ['-o', 'remount,size=400m', path]);
    expect(await runInProcess(train, ['--resume', '--out', out, '--quiet'])).toMatchObject({ status: 0 });
    const { epochs, ended } = parseHistory(readFileSync(join(out, 'history.json'), 'utf8'));
    expect([epochs.map(({ step }) => step), ended?.kind]).toEqual([[2, 4, 6, 8, 10, 12, 14, 16, 18], 'completed']);
  },
);
