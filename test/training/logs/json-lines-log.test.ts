import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Callback } from '../../../lib/training/callback';
import { callbacks } from '../../../lib/training/callbacks/registry';
import { jsonLinesLog } from '../../../lib/training/logs/json-lines-log';
import { suiteFolder } from '../../support/suite-folder';
import { expectKilledAsWhole, LoggedRun } from '../support/logged-run';

const { path: folder } = suiteFolder();
const place = (name: string): string => join(folder, `${name}.jsonl`);
const write = (name: string, everySteps = 2): Callback =>
  callbacks.build(jsonLinesLog({ file: place(name), everySteps }));
const read = (name: string): string => readFileSync(place(name), 'utf8');
const lines = (name: string): Record<string, unknown>[] =>
  read(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('tells of the run, its steps, validations, epochs and end, an object a line', async () => {
  const run = new LoggedRun([write('whole')], { config: { optimizer: { kind: 'sgd' } } });
  await run.begin();
  await run.act('step');
  await run.act('step');
  await run.act('validate');
  await run.act('epoch');
  await run.end({ kind: 'stopped', why: 'enough' });
  const metrics = { val_loss: 2 / 3, val_accuracy: 0.25 };
  expect(lines('whole')).toEqual([
    { kind: 'run', format: 1, config: { optimizer: { kind: 'sgd' } } },
    { kind: 'step', epoch: 1, step: 2, metrics: { loss: 1 } },
    { kind: 'validation', epoch: 1, step: 2, metrics },
    { kind: 'step', epoch: 1, step: 4, metrics: { loss: 1 } },
    { kind: 'epoch', epoch: 1, step: 4, seconds: 1, metrics: { loss: 1 / 3, accuracy: 0.5 } },
    { kind: 'end', ended: 'stopped', why: 'enough' },
  ]);
});

it('has epochs and validations alone where nobody asks for steps', async () => {
  const run = new LoggedRun([callbacks.build(jsonLinesLog({ file: place('epochs') }))]);
  await run.begin();
  await run.act('epoch');
  await run.end({ kind: 'failed', error: new Error('the disk is gone') });
  expect(lines('epochs').map(({ kind }) => kind)).toEqual(['run', 'epoch', 'end']);
  expect(lines('epochs').at(-1)).toEqual({ kind: 'end', ended: 'failed', why: 'the disk is gone' });
});

it('is that of a run which nobody killed, wherever it was killed and went on from', async () => {
  await expectKilledAsWhole({ write, read }, { seed: 6, numRuns: 20 });
});

it('keeps no line of another run, and none that a killed process wrote half of', async () => {
  const first = new LoggedRun([write('other')], { config: { seed: 1 } });
  await first.begin();
  await first.takeSteps(4);
  const { state } = first;
  appendFileSync(place('other'), '{"kind":"step","ep');
  await new LoggedRun([write('other')], state).begin();
  expect(lines('other').map(({ kind, step }) => [kind, step])).toEqual([
    ['run', undefined],
    ['step', 2],
    ['step', 4],
  ]);
  await new LoggedRun([write('other')], { ...state, config: { seed: 2 } }).begin();
  expect(lines('other')).toEqual([{ kind: 'run', format: 1, config: { seed: 2 } }]);
});
