import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare } from '../../lib/cli/compare';
import { historyJson } from '../../lib/metrics/history/history';
import type { NamedRun } from '../../lib/report/compare/comparison';
import { runOf, THREE } from '../report/compare/runs';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';

const { path: folder } = suiteFolder();
const runs = join(folder, 'runs');

function write({ name, history }: NamedRun): void {
  mkdirSync(join(runs, name), { recursive: true });
  writeFileSync(join(runs, name, 'history.json'), historyJson(history));
}

beforeAll(() => {
  process.env['NO_COLOR'] = '1';
  THREE.forEach(write);
});

const run = (...args: string[]) => runInProcess(compare, args);

it('shows people what runs came to and in what they differ', async () => {
  const { status, stdout, stderr } = await run(join(runs, 'first'), join(runs, 'second/'), '--metric', 'loss');
  expect(status).toBe(0);
  expect(stderr).toBe(`${runs}/second: 1 of 3 epochs are done; the run goes on, or was ended from outside\n`);
  const lines = stdout.replaceAll(`${runs}/`, '').split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['Run', 'Ended', 'Epochs', 'Time', 'Loss', 'Best loss'],
    ['first', 'completed', '3', '30.0 s', '0.3750', '1.2500 (epoch 2)'],
    ['second', 'running', '1', '10.0 s', '–', '2.0000 (epoch 1, training)'],
    ['A metric by its name is that of the final evaluation; the best is that of validation, over the epochs.'],
    [''],
    ['Run', 'seed', 'optimizer.kind', 'optimizer.nesterov'],
    ['first', '1', 'adam', '–'],
    ['second', '2', 'sgd', 'true'],
    [''],
  ]);
});

it('gives programs one object', async () => {
  const { stdout } = await run(runs, '--json', '--sort', 'val_loss', '--metric', 'accuracy,loss', '--quiet');
  const { format, runs: found, leftOut } = JSON.parse(stdout) as Record<string, { [key: string]: unknown }[]>;
  expect({ format, leftOut }).toEqual({ format: 1, leftOut: [] });
  expect(found!.map(({ name }) => name)).toEqual(['third', 'first', 'second'].map((name) => join(runs, name)));
  expect(found![1]).toEqual({
    ...{ name: join(runs, 'first'), epochs: 3, seconds: 30, ended: { kind: 'completed', why: 'Complete: 3 epochs' } },
    final: { loss: 0.375, accuracy: 0.875 },
    best: {
      accuracy: { value: 0.625, epoch: 2, validated: true },
      loss: { value: 1.25, epoch: 2, validated: true },
    },
    differences: { seed: 1, 'optimizer.kind': 'adam', 'optimizer.nesterov': null },
  });
});

it('writes a page, or a picture', async () => {
  const [page, picture] = [join(folder, 'runs.html'), join(folder, 'runs.SVG')];
  expect((await run(runs, '--out', page)).stdout).toMatch(/\nThe curves are in .*runs\.html\n$/);
  await run(runs, '--out', picture);
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/);
  expect(readFileSync(picture, 'utf8')).toMatch(/^<svg /);
});

it('leaves out what it cannot read, a line each, and takes old histories', async () => {
  const epochs = [1, 2].map((epoch) => ({ epoch, seconds: 10, loss: 1 / epoch, accuracy: 0.5 }));
  for (const [name, text] of [
    ['broken', '{"format": 1,'],
    ['newer', '{"format": 99}'],
    ['old', JSON.stringify({ epochs, evaluate: { loss: 1, accuracy: 0.5 }, classes: ['a'], config: {} })],
    ['evaluation', historyJson({ ...runOf('', []).history, evaluate: { metrics: { loss: 1 } } })],
  ] as const) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'history.json'), text);
  }
  const names = ['broken', 'newer', 'old', 'evaluation', 'nowhere'];
  const { status, stdout, stderr } = await run(...names.map((name) => join(folder, name)));
  expect(status).toBe(0);
  expect(stderr.replaceAll(`${folder}/`, '').split('\n')).toEqual([
    'Warning: broken is left out: This is no history of a run: it is no JSON',
    expect.stringMatching(/^Warning: newer is left out: .*expected 1, got 99; a later one needs a later version/),
    'Warning: evaluation is left out: it is an evaluation, no training run',
    'Warning: nowhere is left out: there is no history.json, which a run has after its first epoch',
    'old: its history is older than format 1 and does not tell how the run ended',
    '',
  ]);
  expect(stdout.split('\n')[1]).toMatch(/old +– +2 /);
});

it.each([
  ['no run', [], 2, /missing required argument/],
  ['a folder without runs', [__dirname], 2, /There is no run to compare: name folders of runs/],
  ['an unknown metric', [runs, '--metric', 'recall'], 2, /None of the runs has measured "recall": there is loss, /],
  ['a name that is empty', [runs, '--metric', 'loss,'], 2, /Option --metric: expected names of metrics between commas/],
  ['an unknown order', [runs, '--sort', 'colour'], 2, /has measured "colour"/],
  [
    'another kind of file',
    [runs, '--out', 'x.pdf'],
    2,
    /Option --out: expected a file that ends in .html or .svg, got "x.pdf"/,
  ],
  ['a file that cannot be', [runs, '--out', '/proc/x.html'], 1, /Cannot write "\/proc\/x.html": .* with --out/],
])('refuses %s in one line', async (_, args, expected, message) => {
  const { status, stdout, stderr } = await run(...args);
  expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
  expect(stderr.split('\n').filter((line) => line.startsWith('Error: '))).toEqual([expect.stringMatching(message)]);
});
