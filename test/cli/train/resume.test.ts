import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, truncateSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../../lib/cli/train';
import { parseHistory } from '../../../lib/metrics/history/history';
import { RunStore } from '../../../lib/training/store/run-store';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';
import { writeTinyBackbone, writeTinyVideos } from '../support/tiny-material';
import { tinyTrainArguments } from '../support/tiny-run';

const { path: folder } = suiteFolder();
const straight = join(folder, 'straight');
let material: { videos: string; backbone: string };

/** Everything that is drawn at random, and a rate that changes with each step. */
const RANDOM = [
  ...['--epochs', '3', '--save-every', '1', '--augment', 'flip', '--schedule', 'cosine', '--unfreeze', 'block4'],
  ...['--dropout-rate', '0.2', '--stochastic-depth-drop-rate', '0.2', '--seed', '5'],
];
const argumentsFor = (out: string): string[] => [...tinyTrainArguments(material, out), ...RANDOM];
const resume = (out: string, ...more: string[]) => runInProcess(train, ['--resume', '--out', out, '--json', ...more]);

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  material = { videos: await writeTinyVideos(folder), backbone: await writeTinyBackbone(folder) };
  expect((await runInProcess(train, [...argumentsFor(straight), '--json'])).status).toBe(0);
});

/** The last checkpoint of a run: its numbers as a digest, and its state without what a clock says. */
async function lastOf(out: string): Promise<{ digest: string; state: object; passedOver: number }> {
  const { snapshot, passedOver } = await new RunStore(join(out, 'checkpoints')).load();
  const hash = createHash('sha256');
  for (const path of snapshot.variables.paths().sort()) {
    const { data } = snapshot.variables.array(path);
    hash.update(path).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const { history, ...state } = { ...snapshot.state, seconds: 0 };
  const epochs = history.map(({ epoch, step, metrics }) => ({ epoch, step, metrics }));
  return { digest: hash.digest('hex'), state: { ...state, history: epochs }, passedOver: passedOver.length };
}

const historyOf = (out: string) => parseHistory(readFileSync(join(out, 'history.json'), 'utf8'));

/** A run that is killed once so much has happened among its checkpoints. */
async function killAfter(events: number, out: string, args: readonly string[]): Promise<void> {
  const script = join(__dirname, '../../../lib/cli/main.ts');
  mkdirSync(join(out, 'checkpoints'), { recursive: true });
  const child = spawn(process.execPath, ['-r', 'ts-node/register', script, 'train', ...args], {
    cwd: join(__dirname, '../../..'),
    stdio: 'ignore',
  });
  let seen = 0;
  const watcher = watch(join(out, 'checkpoints'), () => {
    if (++seen >= events) child.kill('SIGKILL');
  });
  await once(child, 'close');
  watcher.close();
}

it('equals the straight run, to the last bit, wherever it was killed', async () => {
  const out = join(folder, 'killed');
  const moments = Array.from({ length: 3 }, () => 2 + Math.floor(Math.random() * 10));
  await killAfter(moments[0]!, out, argumentsFor(out));
  for (const moment of moments.slice(1)) await killAfter(moment, out, ['--resume', '--out', out]);
  const { status, stderr } = await resume(out);
  const told = { moments, status, stderr };
  expect({ ...told, last: await lastOf(out) }).toEqual({ ...told, status: 0, last: await lastOf(straight) });
  const metricsOf = (run: string) => historyOf(run).epochs.map(({ metrics }) => metrics);
  expect(metricsOf(out)).toEqual(metricsOf(straight));
  expect(historyOf(out)).toMatchObject({ ended: { kind: 'completed' }, evaluate: historyOf(straight).evaluate });
});

describe('a run that is complete', () => {
  it('is evaluated and reported again, and says so; its checkpoints stay', async () => {
    const out = join(folder, 'complete');
    cpSync(straight, out, { recursive: true });
    const before = readdirSync(join(out, 'checkpoints'));
    const { status, stderr } = await resume(out);
    expect([status, stderr]).toEqual([0, expect.stringContaining('The run is complete, with 3 epochs')]);
    expect(historyOf(out).evaluate).toEqual(historyOf(straight).evaluate);
    expect(readdirSync(join(out, 'checkpoints'))).toEqual(before);
  });

  it('goes on to more epochs, with the schedule that it began with', async () => {
    const out = join(folder, 'longer');
    cpSync(straight, out, { recursive: true });
    const { status, stderr } = await resume(out, '--epochs', '4');
    expect([status, stderr]).toEqual([0, expect.stringContaining('after 3 whole epochs and 6 steps')]);
    expect(historyOf(out).epochs).toHaveLength(4);
    expect(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'))).toMatchObject({
      options: { epochs: 4, data: material.videos },
      optimizer: { learningRate: { kind: 'cosineDecay', steps: 6 } },
    });
  });
});

it('falls back to the checkpoint before a damaged one, and says so', async () => {
  const out = join(folder, 'damaged');
  cpSync(straight, out, { recursive: true });
  const last = readdirSync(join(out, 'checkpoints'))
    .filter((name) => name.startsWith('step-'))
    .sort()
    .at(-1)!;
  truncateSync(join(out, 'checkpoints', last, 'variables.data-00000-of-00001'), 100);
  const { status, stderr } = await resume(out);
  expect(status).toBe(0);
  expect(stderr).toMatch(new RegExp(`^Warning: The checkpoint .*${last} is passed over: `, 'm'));
  expect((await lastOf(out)).digest).toBe((await lastOf(straight)).digest);
});

it('starts from the beginning where there is no checkpoint yet', async () => {
  const out = join(folder, 'early');
  mkdirSync(out);
  for (const name of ['run.json', 'dataset.json']) cpSync(join(straight, name), join(out, name));
  const { status, stderr } = await resume(out);
  expect([status, stderr]).toEqual([0, expect.stringContaining('its run starts from the beginning')]);
  expect((await lastOf(out)).digest).toBe((await lastOf(straight)).digest);
});

describe('refuses', () => {
  it.each([
    ['--batch-size', '2', '--batch-size (source.batchSize) was 4 and is 2'],
    ['--seed', '6', '--seed (seed) was 5 and is 6'],
    ['--learning-rate', '0.01', '--learning-rate (optimizer.learningRate.initial) was 0.001 and is 0.01'],
  ])('another configuration, with the difference: %s %s', async (flag, value, difference) => {
    const before = readFileSync(join(straight, 'run.json'), 'utf8');
    const history = readFileSync(join(straight, 'history.json'), 'utf8');
    const { status, stderr } = await resume(straight, flag, value);
    expect([status, stderr]).toEqual([2, expect.stringContaining(difference)]);
    expect(readFileSync(join(straight, 'run.json'), 'utf8')).toBe(before);
    expect(readFileSync(join(straight, 'history.json'), 'utf8')).toBe(history);
  });

  it('a folder without a run, and a file that is none of ours', async () => {
    const { status, stderr } = await resume(join(folder, 'nothing'));
    expect([status, stderr]).toEqual([2, expect.stringContaining('holds no run to go on with')]);
    mkdirSync(join(folder, 'foreign'));
    writeFileSync(join(folder, 'foreign', 'run.json'), '{"format":2}');
    const foreign = await resume(join(folder, 'foreign'));
    expect([foreign.status, foreign.stderr]).toEqual([2, expect.stringContaining('of another format')]);
  });
});
