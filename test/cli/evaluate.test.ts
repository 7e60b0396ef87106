import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../lib/cli/evaluate';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';
import { trainTinyRun, type TinyRun } from './support/tiny-run';

type Evaluated = { loss: number };

const { path: folder } = suiteFolder();
let run: TinyRun;

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  run = await trainTinyRun(folder);
});

describe('evaluate', () => {
  it('gives loss and accuracy of the test part, as the run did', async () => {
    const args = ['--model', run.model, '--data', run.videos, '--json', '--device', 'cpu'];
    const { status, stdout } = await runInProcess(evaluate, args);
    const record = JSON.parse(stdout) as Evaluated;
    expect(status).toBe(0);
    expect(record).toMatchObject({ clips: 4, skipped: 0, classes: ['corner', 'figure-eight'] });
    expect(record.loss).toBeCloseTo((JSON.parse(run.outcome.stdout) as { evaluate: Evaluated }).evaluate.loss, 4);
  });

  it('takes every clip with --split all and writes a report', async () => {
    const out = join(folder, 'evaluation');
    const args = ['--model', run.model, '--data', join(run.videos, 'train'), '--split', 'all', '--out', out];
    const { status, stdout } = await runInProcess(evaluate, args);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Accuracy .* on 8 clips .*evaluation\n$/)]);
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['confusion_matrix.png', 'predictions.csv', 'report.html']),
    );
  });

  it.each<[string, () => string[], number, RegExp]>([
    [
      'a folder that is no model',
      () => ['--model', run.videos, '--data', run.videos],
      1,
      /is not a model of this library/,
    ],
    [
      'other classes',
      () => ['--model', run.model, '--data', folder, '--split', 'all'],
      1,
      /is none of the model's classes/,
    ],
    ['no model', () => ['--data', run.videos], 2, /required option '--model <model>' not specified/],
    [
      'a run’s own folder',
      () => ['--model', run.model, '--data', run.videos, '--out', run.folder],
      2,
      /choose another folder/,
    ],
  ])('refuses %s', async (_, args, status, message) => {
    const outcome = await runInProcess(evaluate, args());
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stdout).toBe('');
  });
});
