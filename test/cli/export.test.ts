import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { singleLabel } from '../../lib/base/task';
import { join } from 'node:path';
import { exportCommand } from '../../lib/cli/export';
import { inspectCommand } from '../../lib/cli/inspect';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel } from '../../lib/model/movinet-model';
import { loadAddon } from '../../lib/native/addon';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import type { Inspection } from '../../lib/formats/inspect';
import { saveModel } from '../../lib/model/model-folder';
import { mountTinyDisk } from '../support/tiny-disk';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';

const { path: folder } = suiteFolder();
const model = join(folder, 'run', 'model');
const base = join(folder, 'base');
const tinyDisk = mountTinyDisk('size=512k');
afterAll(() => tinyDisk?.unmount());

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  for (const [id, path] of [
    ['a0-stream-relu6', model],
    ['a0-base', base],
  ] as const) {
    const parts = { id, task: singleLabel(['run', 'jump']) };
    await saveModel(loadAddon(), createModel(parts, referenceWeights(architectureOf(id, 2))), path);
  }
});

const run = (...args: string[]) => runInProcess(exportCommand, args);

it.each([
  ['saved-model', /as a SavedModel with the signature serving_default, \d+\.\d MB\n$/, ['serving_default']],
  ['stream', /with the signatures call and init_states, \d+\.\d MB\n$/, ['call', 'init_states']],
  ['checkpoint', /as an official checkpoint, ckpt-1, \d+\.\d MB\n$/, []],
])('writes a %s that inspect reads', async (format, line, signatures) => {
  const to = join(folder, format);
  const { status, stdout, stderr } = await run(
    '--model',
    model,
    '--out',
    to,
    '--format',
    format,
    ...(format === 'checkpoint' ? [] : ['--trainable']),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(line);
  const inspected = await runInProcess(inspectCommand, [to, '--json']);
  const { graphs, variableCount } = JSON.parse(inspected.stdout) as Inspection;
  expect(graphs.flatMap((graph) => Object.keys(graph.signatures))).toEqual(signatures);
  expect(variableCount).toBeGreaterThan(200);
});

it('writes a SavedModel by default, over an earlier export, and says so in JSON', async () => {
  const to = join(folder, 'again');
  expect((await run('--model', model, '--out', to, '--format', 'checkpoint', '--quiet')).stdout).toBe('');
  const { status, stdout } = await run('--model', model, '--out', to, '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    ...{ model: 'a0-stream-relu6', classes: 2, format: 1, kind: 'saved-model', folder: to },
    bytes: expect.any(Number),
  });
  expect(readdirSync(to)).toContain('saved_model.pb');
});

it('replaces other things only by force', async () => {
  const to = join(folder, 'other');
  mkdirSync(to);
  writeFileSync(join(to, 'thesis.txt'), '');
  const refused = await run('--model', model, '--out', to);
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toMatch(
    /^Error: .*other is neither empty nor an earlier export: name another folder, or give --overwrite to replace it\n$/,
  );
  expect(readdirSync(to)).toEqual(['thesis.txt']);
  expect((await run('--model', model, '--out', to, '--overwrite')).status).toBe(0);
  expect(readdirSync(to)).not.toContain('thesis.txt');
});

it.each([
  ['a stream of a model that is not causal', 2, /a0-base cannot stream/, ['--format', 'stream']],
  [
    'an unknown format',
    2,
    /Option --format: expected saved-model, stream, frozen, frozen-stream, checkpoint/,
    ['--format', 'onnx'],
  ],
  ['variables of a frozen graph', 2, /--trainable is for SavedModels/, ['--format', 'frozen', '--trainable']],
  ['a shape of a SavedModel', 2, /--clip-shape is for frozen graphs/, ['--clip-shape', '1,8,224,224']],
  ['a shape that is none', 2, /expected batch,frames,height,width/, ['--format', 'frozen', '--clip-shape', '1,8']],
  ['an argument too many', 2, /too many arguments|takes no argument/, ['more']],
])('refuses %s in one line, and writes nothing', async (_, expected, message, args) => {
  const to = join(folder, 'refused');
  const { status, stdout, stderr } = await run('--model', base, '--out', to, ...args);
  expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(to)).toBe(false);
});

it('writes a checkpoint’s model by its id, its labels beside it', async () => {
  const to = join(folder, 'by-id');
  const prefix = join(model, 'variables', 'variables');
  const labels = join(folder, 'labels.txt');
  writeFileSync(labels, 'run\njump\n');
  const args = ['--model', 'a0-stream-relu6', '--weights', prefix, '--labels', labels, '--out', to];
  const { status, stdout, stderr } = await run(...args, '--format', 'stream', '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ model: 'a0-stream-relu6', classes: 2, kind: 'stream' });
  expect(readFileSync(join(to, 'assets', 'classes.txt'), 'utf8')).toBe('run\njump\n');
  const three = join(folder, 'three.txt');
  writeFileSync(three, 'run\njump\nrest\n');
  const refused = await run('--model', 'a0-stream-relu6', '--weights', prefix, '--labels', three, '--out', `${to}-3`);
  expect(refused).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /weights .*variables have 2 classes, but .*three.txt has 3 labels: does it belong to them\?$/m,
    ),
  });
  expect(existsSync(`${to}-3`)).toBe(false);
});

it('never replaces the weights that it reads, force or not', async () => {
  const before = readdirSync(model).sort();
  for (const weights of [model, join(model, 'variables', 'variables')]) {
    const args = ['--model', 'a0-stream-relu6', '--weights', weights, '--out', model, '--format', 'checkpoint'];
    for (const force of [[], ['--overwrite']]) {
      const { status, stderr } = await run(...args, ...force);
      expect(stderr).toMatch(/cannot be written: the model itself is there/);
      expect(status).toBe(2);
    }
  }
  expect(readdirSync(model).sort()).toEqual(before);
});

it('refuses a stream of a model id that is not causal before it looks for weights', async () => {
  const { status, stderr } = await run('--model', 'a2-base', '--out', join(folder, 'no'), '--format', 'stream');
  expect(stderr).toMatch(/a2-base cannot stream/);
  expect(status).toBe(2);
});

it('refuses what is no model, and the place of the model itself', async () => {
  const nowhere = await run('--model', join(folder, 'nowhere'), '--out', join(folder, 'x'));
  expect(nowhere).toMatchObject({ status: 2, stderr: expect.stringMatching(/There is no model/) });
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const noModel = await run('--model', empty, '--out', join(folder, 'x'));
  expect(noModel).toMatchObject({ status: 1, stderr: expect.stringMatching(/is not a model of this library/) });
  const itself = await run('--model', model, '--out', model, '--format', 'checkpoint', '--overwrite');
  expect(itself).toMatchObject({ status: 2, stderr: expect.stringMatching(/the model itself is there/) });
  expect(readdirSync(model)).toContain('saved_model.pb');
});

(tinyDisk ? it : it.skip).each(['saved-model', 'stream', 'checkpoint'])(
  'leaves nothing half-written on a full disk: %s',
  async (format) => {
    const disk = tinyDisk?.path ?? '';
    const { status, stderr } = await run(
      '--model',
      model,
      '--out',
      join(disk, 'out'),
      '--format',
      format,
      ...(format === 'checkpoint' ? [] : ['--trainable']),
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: [^\n]*cannot be written[^\n]*\n$/);
    expect(readdirSync(disk)).toEqual([]);
  },
);
