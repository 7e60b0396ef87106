import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { train } from '../../../lib/cli/train';
import { suiteFolder } from '../../support/suite-folder';
import { runInProcess } from '../support/run-in-process';
import { tinyTrainArguments, trainTinyRun, type TinyRun } from '../support/tiny-run';

const { path: folder } = suiteFolder();
let run: TinyRun;

const trainArguments = (out: string): string[] => tinyTrainArguments(run, out);

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  run = await trainTinyRun(folder);
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
