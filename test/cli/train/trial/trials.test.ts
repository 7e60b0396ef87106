import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../../../lib/cli/train';
import type { DryRun } from '../../../../lib/cli/train/trial/dry-run';
import type { History } from '../../../../lib/metrics/history/history';
import { suiteFolder } from '../../../support/suite-folder';
import { runInProcess } from '../../support/run-in-process';
import { writeTinyBackbone, writeTinyVideos } from '../../support/tiny-material';
import { tinyTrainArguments } from '../../support/tiny-run';

type Told = History & { readonly out: string };

const { path: folder } = suiteFolder();
let material: { videos: string; backbone: string };

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  material = { videos: await writeTinyVideos(folder), backbone: await writeTinyBackbone(folder) };
});

/** The options of a tiny run, of 8 clips to train on and 4 to test, in batches of 2. */
const options = (out: string, ...more: string[]): string[] => [
  ...without(tinyTrainArguments(material, join(folder, out)), '--batch-size'),
  ...['--batch-size', '2', ...more],
];

function without(args: readonly string[], name: string): string[] {
  return args.filter((word, at) => word !== name && args[at - 1] !== name);
}

describe('--dry-run', () => {
  it('tells what would be trained and written, and writes nothing', async () => {
    const { status, stdout } = await runInProcess(train, options('dry', '--dry-run', '--json', '--epochs', '3'));
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as DryRun;
    expect(told).toMatchObject({
      ...{ dryRun: true, clips: { train: 8, validation: 4, test: 4 }, epochs: 3, stepsPerEpoch: 4, steps: 12 },
      learns: [{ unfreeze: 'head', variables: 4 }],
      ...{ optimizer: { kind: 'adam' }, out: join(folder, 'dry') },
    });
    expect(told.learns[0]?.bytes).toBeLessThan(told.model.bytes);
    expect(existsSync(join(folder, 'dry'))).toBe(false);
  });

  it('counts the steps of phases, of accumulated batches, up to a limit', async () => {
    const args = options('dry', '--dry-run', '--epochs', '4', '--accumulate', '3', '--frozen-epochs', '1');
    const { status, stdout } = await runInProcess(train, [...args, '--max-steps', '5']);
    expect(status).toBe(0);
    expect(stdout).toContain('Steps: 4 epochs of 2, ended after 5\n');
    expect(stdout).toMatch(/^Learns \(head, the first 1 epochs\): 4 variables/m);
    expect(stdout).toMatch(/^Learns \(all\): \d{3} variables/m);
    expect(stdout).toContain('A dry run: nothing was trained or written\n');
  });

  it.each<[string[], RegExp]>([
    [['--unfreeze', 'block99'], /Unknown stage "block99"/],
    [
      ['--batch-size', '100000000'],
      /A batch of 100000000 clips of 4 frames of 32² takes \d+ GiB, this machine has \d+/,
    ],
    [['--schedule', '{"kind":"cosineDecay","steps":999}'], /The schedule of the learning rate takes 999 steps, but/],
    [['--class-weights', '{"sitting":2}'], /There is no class "sitting" to give a weight: the nearest/],
    [['--monitor', 'speed'], /Option --monitor: "speed" is not measured/],
  ])('refuses what a run would refuse: %j', async (given, message) => {
    const args = without(options('dry', '--dry-run'), given[0] ?? '');
    const { status, stderr } = await runInProcess(train, [...args, ...given]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(join(folder, 'dry'))).toBe(false);
  });
});

it('--fast-dev-run goes through everything, two batches of each, into a folder that it names', async () => {
  const args = without(options('', '--fast-dev-run', '--json', '--epochs', '50'), '--out');
  const { status, stdout, stderr } = await runInProcess(train, args);
  expect([status, stderr]).toEqual([0, expect.stringContaining('A fast development run: the first 2 batches')]);
  const told = JSON.parse(stdout) as Told;
  expect(told.epochs.map(({ step }) => step)).toEqual([2]);
  expect(told.config).toMatchObject({ fastDevRun: true, trainClips: 4, testClips: 4 });
  expect(readdirSync(told.out)).toEqual(expect.arrayContaining(['run.json', 'model', 'report.html', 'checkpoints']));
  rmSync(told.out, { recursive: true });
});

it('--overfit trains on the same clips in each epoch, and evaluates those', async () => {
  const args = options('overfit', '--overfit', '1', '--epochs', '4', '--learning-rate', '0.002');
  const { status, stdout, stderr } = await runInProcess(train, [...args, '--json']);
  expect([status, stderr]).toEqual([0, expect.stringContaining('Overfitting: 2 clips are trained on in each epoch')]);
  const { epochs, evaluate, config } = JSON.parse(stdout) as Told;
  expect(config).toMatchObject({ overfit: 1, trainClips: 2, testClips: 2 });
  const [first, last] = [epochs[0]?.metrics['val_loss'], epochs.at(-1)?.metrics['val_loss']];
  expect(last).toBeLessThan(first ?? 0);
  expect(evaluate?.metrics['loss']).toBeCloseTo(last ?? NaN, 6);
  const saved = JSON.parse(readFileSync(join(folder, 'overfit', 'run.json'), 'utf8')) as { options: object };
  expect(saved.options).toMatchObject({ overfit: 1 });
});

it('says that batch normalisation has nothing to do where the head alone learns', async () => {
  const { status, stderr } = await runInProcess(train, options('dry', '--dry-run', '--batch-norm', 'train'));
  expect([status, stderr]).toEqual([0, expect.stringContaining('Warning: --batch-norm train changes nothing')]);
});
