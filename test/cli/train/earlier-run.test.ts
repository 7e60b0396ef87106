import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../../lib/cli/train';
import { FolderLock } from '../../../lib/io/guard/folder-lock';
import { parseHistory } from '../../../lib/metrics/history/history';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';
import { tinyTrainArguments, trainTinyRun, type TinyRun } from '../support/tiny-run';

const { path: folder } = suiteFolder();
let run: TinyRun;

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  run = await trainTinyRun(folder);
});

/** A copy of the run, and a call that would train another one there. */
function copyOf(name: string): { out: string; args: string[] } {
  const out = join(folder, name);
  cpSync(run.folder, out, { recursive: true });
  return { out, args: [...tinyTrainArguments(run, out), '--epochs', '1', '--quiet'] };
}

const all = (out: string): string[] => readdirSync(out, { recursive: true }).map(String).sort();

it('is not replaced unasked', async () => {
  const { out, args } = copyOf('unasked');
  const before = all(out);
  const { status, stderr } = await runInProcess(train, args);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^Error: .* holds the results of an earlier run .*--resume goes on .*--overwrite replaces it/);
  expect(all(out)).toEqual(before);
});

it('is replaced where that is asked for, other files are not', async () => {
  const { out, args } = copyOf('overwritten');
  writeFileSync(join(out, 'notes.txt'), 'mine');
  writeFileSync(join(out, 'checkpoints', 'notes.txt'), 'mine');
  expect(await runInProcess(train, [...args, '--overwrite'])).toMatchObject({ status: 0 });
  expect(parseHistory(readFileSync(join(out, 'history.json'), 'utf8')).epochs).toHaveLength(1);
  expect(readdirSync(join(out, 'checkpoints')).sort()).toEqual(['notes.txt', 'step-00000002']);
  expect(readFileSync(join(out, 'notes.txt'), 'utf8')).toBe('mine');
});

it.each([
  ['data that cannot be listed', () => ['--data', '/no/such'], 1],
  ['weights that cannot be read', () => ['--weights', '/no/ckpt-1'], 1],
  ['a stage that is not there', () => ['--unfreeze', 'block99'], 2],
  ['a metric that is not measured', () => ['--monitor', 'val_top'], 2],
  ['a callback that refuses', () => ['--callbacks', '[{"kind":"earlyStopping","monitor":"nothing"}]'], 2],
  ['its own model to begin with', () => ['--weights', join(folder, 'kept', 'model')], 2],
])('stays whole where the new one cannot begin: %s', async (_, options, status) => {
  const { out, args } = copyOf('kept');
  const before = all(out);
  const outcome = await runInProcess(train, [...args, ...options(), '--overwrite']);
  expect([outcome.status, outcome.stderr]).toEqual([status, expect.stringMatching(/^Error: [^\n]*\n$/)]);
  expect(all(out)).toEqual(before);
});

it('is not gone on with by two at once', async () => {
  const { out } = copyOf('busy');
  const lock = await FolderLock.take(out);
  const { status, stderr } = await runInProcess(train, ['--resume', '--out', out, '--quiet']);
  await lock.release();
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^Error: The folder .*busy is in use by process \d+/)]);
  expect(existsSync(join(out, '.lock'))).toBe(false);
});

it.each([
  [['--resume', '--overwrite', '--out', 'x'], /--resume/],
  [['--resume'], /name the run's folder with --out/],
  [
    ['--optimizer', '{"kind":"sgd","learningRate":0.1}', '--schedule', 'cosine'],
    /--optimizer says the learning rate itself, so it and --schedule exclude one another/,
  ],
  [['--loss', '{"kind":"categoricalCrossEntropy"}', '--label-smoothing', '0.1'], /exclude one another/],
  [['--save-every', '0'], /--save-every: expected a number of steps of at least 1, or of minutes such as 30m, got 0/],
  [['--save-every', '30x'], /got "30x"/],
  [['--keep', '0'], /--keep/],
  [['--batch-norm', 'off'], /--batch-norm: expected frozen, train/],
  [['--metrics', 'speed'], /--metrics: There is no metric of kind "speed"/],
  [['--optimizer', '{"kind":"sgd","rate":1}'], /--optimizer: The optimizer sgd has no option rate/],
])('wrong options: %j', async (args, message) => {
  const { status, stderr } = await runInProcess(train, args);
  expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
});
