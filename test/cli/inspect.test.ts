import { dirname, join } from 'node:path';
import { singleLabel } from '../../lib/base/task';
import { inspectCommand } from '../../lib/cli/inspect';
import { formatBytes } from '../../lib/cli/terminal/inspect-text';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { createModel } from '../../lib/model/movinet-model';
import { loadAddon } from '../../lib/native/addon';
import { referenceWeights } from '../../scripts/parity/reference-weights';
import { exportModel } from '../../lib/model/export/export-model';
import type { Inspection } from '../../lib/formats/inspect';
import { describeWith, KINETICS_CHECKPOINT } from '../support/assets';
import { suiteFolder } from '../support/suite-folder';
import { runInProcess } from './support/run-in-process';

const { path: folder } = suiteFolder();
const stream = join(folder, 'stream');
const officialExport = join(dirname(KINETICS_CHECKPOINT), 'saved_model');

beforeAll(async () => {
  process.env['NO_COLOR'] = '1';
  const id = 'a0-stream-relu6';
  const model = createModel({ id, task: singleLabel(['run', 'jump']) }, referenceWeights(architectureOf(id, 2)));
  await exportModel(model, stream, 'stream', { addon: loadAddon(), trainable: true });
});

const run = (...args: string[]) => runInProcess(inspectCommand, args);

it('shows people signatures, variables and files in aligned columns', async () => {
  const { status, stdout, stderr } = await run(stream);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(
    `SavedModel ${stream}\nModel: a0-stream-relu6, 2 classes (single-label): run, jump; clips of 8 frames, frame step 15, 224²\nTags: serve; TensorFlow ${loadAddon().tensorFlowVersion()};`,
  );
  expect(stdout).toContain('\nNeeds no XLA\nAssets: classes.txt\nSignature call\n  inputs\n');
  expect(stdout).toMatch(/\n {4}image {30}float32 {2}\[-1, -1, -1, -1, 3\] {3}call_image:0\n/);
  expect(stdout).toMatch(
    /\nSignature init_states\n {2}inputs\n {4}input_shape {2}int32 {2}\[5\] {2}init_states_input_/,
  );
  expect(stdout).toMatch(/\nVariables: \d+, [\d,]+ numbers, \d+\.\d MB\n {2}\[8\] +float32 {2}model\//);
  expect(stdout).toMatch(/\nFiles: 5, \d+\.\d MB\n {2}assets\.extra\/movinet\.json +\d+ bytes\n/);
});

it('gives programs one object a line for each path', async () => {
  const { status, stdout } = await run(stream, join(stream, 'variables'), '--json');
  expect(status).toBe(0);
  const kinds = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as Inspection).kind);
  expect(kinds).toEqual(['saved-model', 'checkpoint']);
});

it.each([
  ['no path', [], 2, /missing required argument/],
  ['nothing there', [join(folder, 'nowhere')], 1, /There is nothing at .*nowhere/],
  ['an unknown option', ['--deep'], 2, /unknown option '--deep'/],
])('refuses %s in one line', async (_, args, expected, message) => {
  const { status, stdout, stderr } = await run(...args);
  expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 KB'],
  [12_345_678, '12.3 MB'],
  [5e12, '5000.0 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

describeWith(officialExport)('the official stream export', () => {
  it('is said to need XLA', async () => {
    const { stdout } = await run(officialExport);
    expect(stdout).toMatch(/\nNeeds XLA: \d+ functions or operations are marked for it/);
  });
});
