import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../lib/cli/evaluate';
import { train } from '../../lib/cli/train';
import { loadModel, saveModel } from '../../lib/model/classifier';
import { recordOf } from '../../lib/data/lists/record/dataset-record';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';
import { tinyTrainArguments, trainTinyRun, type TinyRun } from './support/tiny-run';

type Evaluated = { metrics: { loss: number } };

const { path: folder } = suiteFolder();
let run: TinyRun;

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  run = await trainTinyRun(folder);
});

/** A copy of a run, trained on a copy of its videos with another split. */
async function runOn(name: string, options: readonly string[]): Promise<{ model: string; data: string }> {
  const data = join(folder, name);
  cpSync(join(run.videos, 'train'), data, { recursive: true });
  const out = join(folder, `${name}-run`);
  const args = tinyTrainArguments({ ...run, videos: data }, out);
  const { status, stderr } = await runInProcess(train, [...args, '--epochs', '1', ...options]);
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return { model: join(out, 'model'), data };
}

async function evaluated(args: readonly string[]): Promise<{ status: number; stderr: string; record: Evaluated }> {
  const { status, stdout, stderr } = await runInProcess(evaluate, [...args, '--json', '--device', 'cpu']);
  return { status, stderr, record: stdout === '' ? { metrics: { loss: NaN } } : (JSON.parse(stdout) as Evaluated) };
}

describe('evaluate of a run that remembers its data', () => {
  it('needs no --data: it takes the very clips that the run tested on', async () => {
    const { model, data } = await runOn('remembered', ['--split', '0.5', '--seed', '3']);
    const trained = JSON.parse(readFileSync(join(model, '../history.json'), 'utf8')) as { evaluate: Evaluated };
    const first = await evaluated(['--model', model]);
    expect(first.record).toMatchObject({ clips: 4, skipped: 0, notes: [], config: { data, split: '0.5', seed: 3 } });
    expect(first.record.metrics.loss).toBeCloseTo(trained.evaluate.metrics.loss, 4);
    expect(first.stderr).toContain(`Data: ${data}, split 0.5, as the run has it: 4 clips\n`);

    const record = await recordOf(model);
    const [gone] = record!.parts.test;
    rmSync(join(data, gone!.path));
    cpSync(join(run.videos, 'test/corner/corner-0000.avi'), join(data, 'corner/added.avi'));
    const later = await evaluated(['--model', model, '--data', data]);
    const added = `1 video was added to ${data} since the run, such as ${join(data, 'corner/added.avi')}: left out`;
    expect(later.record).toMatchObject({ clips: 3, skipped: 1, notes: [added] });
    expect(later.stderr).toContain(`${added}\n`);
    expect(later.stderr).toMatch(/Warning: Left out .*: it is no longer there, and was in the run's test part/);
    const strict = await evaluated(['--model', model, '--strict']);
    expect([strict.status, strict.stderr]).toEqual([
      1,
      expect.stringMatching(/Error: Cannot use .*: it is no longer there/),
    ]);
  });

  it('draws anew where it is told otherwise, and refuses training clips unless they are allowed', async () => {
    const { model, data } = await runOn('redrawn', ['--split', '0.5', '--seed', '3']);
    const refused = await evaluated(['--model', model, '--seed', '4']);
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Error: \d of 4 clips to evaluate on are clips that the model was trained on, such as .*--allow-overlap/m,
      ),
    ]);
    const allowed = await evaluated(['--model', model, '--split', 'all', '--allow-overlap']);
    expect(allowed.record).toMatchObject({
      ...{ clips: 8, config: { data, split: 'all', seed: 3 } },
      notes: [expect.stringMatching(/^4 of 8 clips to evaluate on are clips that the model was trained on/)],
    });
  });

  it('finds training clips in a copy of the data set', async () => {
    const copy = join(folder, 'copy/of/it');
    cpSync(join(run.videos, 'train'), copy, { recursive: true });
    const { status, stderr } = await evaluated(['--model', run.model, '--data', copy, '--split', 'all']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/Error: 8 of 8 clips .*copy\/of\/it\/corner\/corner-0000\.avi \(/),
    ]);
    const other = await evaluated(['--model', run.model, '--data', join(run.videos, 'test'), '--split', 'all']);
    expect(other.record).toMatchObject({ clips: 4, notes: [] });
  });

  it('names videos of another frame rate than that of training, be they all alike', async () => {
    const model = await loadModel(run.model);
    const other = join(folder, 'other-rate/model');
    await saveModel(model.withClip(model.clip, 2 * model.frameRate!), other);
    const args = ['--data', join(run.videos, 'test'), '--split', 'all'];
    const trainedOn = await evaluated(['--model', run.model, ...args]);
    expect(trainedOn.record).toMatchObject({ otherRates: [] });
    const fromOther = await evaluated(['--model', other, ...args]);
    expect(fromOther.record).toHaveProperty('otherRates.length', 4);
    expect(fromOther.record).toHaveProperty('otherRates.0.frameRate', model.frameRate);
    expect(fromOther.stderr).toContain('another frame rate');
  });

  it('says that nothing can be checked without a record, and refuses a damaged one', async () => {
    const alone = join(folder, 'alone/model');
    cpSync(run.model, alone, { recursive: true });
    const unknown = await evaluated(['--model', alone, '--data', run.videos]);
    expect(unknown.record).toMatchObject({
      notes: [expect.stringMatching(/^Whether clips .* cannot be checked: it has no record/)],
    });
    const nothing = await evaluated(['--model', alone]);
    expect([nothing.status, nothing.stderr]).toEqual([
      2,
      expect.stringMatching(/has no record of what it was trained on .*--data/),
    ]);
    writeFileSync(join(folder, 'alone/dataset.json'), '{');
    const damaged = await evaluated(['--model', alone, '--data', run.videos]);
    expect([damaged.status, damaged.stderr]).toEqual([
      1,
      expect.stringMatching(/alone\/dataset\.json.* is damaged: it is no JSON/),
    ]);
  });
});

describe('evaluate', () => {
  it('gives loss and accuracy of the test part, as the run did', async () => {
    const args = ['--model', run.model, '--data', run.videos, '--json', '--device', 'cpu'];
    const { status, stdout } = await runInProcess(evaluate, args);
    const record = JSON.parse(stdout) as Evaluated;
    expect(status).toBe(0);
    expect(record).toMatchObject({ format: 1, clips: 4, skipped: 0, classes: ['corner', 'figure-eight'] });
    expect(record.metrics.loss).toBeCloseTo(
      (JSON.parse(run.outcome.stdout) as { evaluate: Evaluated }).evaluate.metrics.loss,
      4,
    );
  });

  it('takes a list of one video without a part, whole, with clips that are cut as it is told', async () => {
    const list = join(folder, 'one.txt');
    writeFileSync(list, `${join(run.videos, 'test/corner/corner-0000.avi')} corner\n`);
    const args = ['--model', run.model, '--data', list, '--frames', '2', '--frame-step', '3', '--short', 'hold'];
    const { record, stderr } = await evaluated(args);
    expect(stderr).toContain('It has no test part of its own: all of it is evaluated\n');
    expect(record).toMatchObject({ clips: 1, config: { split: 'all', frames: 2, frameStep: 3, short: 'hold' } });
    expect(record.metrics.loss).toBeGreaterThan(0);
  });

  it('tells what it found though the profile cannot be written', async () => {
    const args = ['--model', run.model, '--data', run.videos, '--batch-size', '1', '--profile', '/proc/profile.json'];
    const { status, stdout, stderr } = await runInProcess(evaluate, args);
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^Accuracy .* on 4 clips/)]);
    expect(stderr).toMatch(/^Error: .*\/proc\/profile\.json/m);
  });

  it('takes every clip with --split all and writes a report', async () => {
    const out = join(folder, 'evaluation');
    const args = ['--model', run.model, '--data', join(run.videos, 'train'), '--split', 'all', '--out', out];
    const { status, stdout } = await runInProcess(evaluate, [...args, '--allow-overlap']);
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
    ['what is neither a model nor an id', () => ['--model', '/no/such'], 2, /There is no model "\/no\/such"/],
    [
      'groups by nothing',
      () => ['--model', run.model, '--split', '0.5', '--group-by', '('],
      2,
      /--group-by "\(" is no regular expression/,
    ],
    [
      'a fourth list',
      () => ['--model', run.model, '--fold', '4'],
      2,
      /Option --fold: expected an integer from 1 to 3, got 4/,
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
