import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Callback } from '../../../lib/training/callback';
import { callbacks } from '../../../lib/training/callbacks/registry';
import { csvLog } from '../../../lib/training/logs/csv-log';
import { suiteFolder } from '../../support/suite-folder';
import { expectKilledAsWhole, LoggedRun } from '../support/logged-run';

const { path: folder } = suiteFolder();
const place = (name: string): string => join(folder, `${name}.csv`);
const write = (name: string): Callback => callbacks.build(csvLog({ file: place(name) }));
const read = (name: string): string => readFileSync(place(name), 'utf8');

it('has a row for each epoch and each validation, as they come', async () => {
  const run = new LoggedRun([write('rows')]);
  await run.begin();
  await run.epoch({ loss: 0.5, val_loss: 0.25 });
  expect(read('rows')).toBe(
    'epoch,step,seconds,learning_rate,loss,val_loss,decode_seconds,copy_seconds,compute_seconds,validation_seconds\n' +
      '1,4,1,,0.5,0.25,,,,\n',
  );
  await run.act('validate');
  expect(read('rows').split('\n')[2]).toBe('2,4,,,,0.4,0.25,,,,');
});

it('has rate and time of each epoch, and numbers that are none', async () => {
  const [log] = [write('times')];
  const run = new LoggedRun([log]);
  await run.begin();
  const timing = { decode: 1, copy: 0.5, compute: 2, validation: 0.25 };
  const record = { epoch: 1, step: 4, seconds: 4, learningRate: 1e-7, timing };
  await log.onEpochEnd?.({ ...record, metrics: { loss: NaN, top: Infinity, 'a,b': 1, step: 7 } }, run);
  expect(parse(read('times'), { columns: true })).toEqual([
    {
      ...{ epoch: '1', step: '4', seconds: '4', learning_rate: '1e-7', loss: 'NaN', top: 'Infinity', 'a,b': '1' },
      ...{
        metric_step: '7',
        decode_seconds: '1',
        copy_seconds: '0.5',
        compute_seconds: '2',
        validation_seconds: '0.25',
      },
    },
  ]);
});

it('takes in a metric that comes later, among the others', async () => {
  const run = new LoggedRun([write('later')]);
  await run.begin();
  await run.act('validate');
  await run.epoch({ loss: 1 });
  await run.epoch({ loss: 0.5, recall: 0.75 });
  const rows: Record<string, string>[] = parse(read('later'), { columns: true });
  expect(Object.keys(rows[0] ?? {}).slice(4, 8)).toEqual(['loss', 'recall', 'val_loss', 'val_accuracy']);
  expect(rows.map(({ epoch, loss, recall, val_loss: val }) => [epoch, loss, recall, val])).toEqual([
    ['1', '', '', '2'],
    ['1', '1', '', ''],
    ['2', '0.5', '0.75', ''],
  ]);
});

it('is that of a run which nobody killed, wherever it was killed and went on from', async () => {
  await expectKilledAsWhole({ write, read }, { seed: 5, numRuns: 20 });
});

it('of a new run replaces that of an earlier one, and nothing else', async () => {
  const run = new LoggedRun([write('again')]);
  await run.begin();
  await run.epoch();
  await new LoggedRun([write('again')]).begin();
  expect(read('again').split('\n')).toHaveLength(2);
  writeFileSync(place('list'), 'path,label\na.mp4,cat\n');
  await expect(new LoggedRun([write('list')]).begin()).rejects.toThrow(
    /^The file .*list\.csv holds something else than such a log: name another file$/,
  );
  expect(read('list')).toBe('path,label\na.mp4,cat\n');
});
