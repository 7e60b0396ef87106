import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAddon } from '../../../../../lib/native/addon';
import { ModelFiles, modelOf } from '../../../../../scripts/bench/peers/inputs/model-files';
import type { ModelWork } from '../../../../../scripts/bench/peers/works';

const WORK: ModelWork = { name: 'frame', kind: 'frame', model: 'a0-stream-relu6', clips: 1, frames: 1, size: 32 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movinet-files-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The files of a work, and how often something was converted by a converter that copies. */
async function filesOf(work: ModelWork) {
  const converter = join(folder, 'converter');
  const script = `#!/bin/sh
echo once >> ${folder}/log
cp "$3" "$9"
`;
  writeFileSync(converter, script);
  chmodSync(converter, 0o755);
  const addon = loadAddon();
  const model = await modelOf(addon, work);
  const open = () => new ModelFiles(addon, work, model, { folder, converter: () => Promise.resolve(converter) });
  return { model, open };
}

it('freezes a stream with what its states come back by', async () => {
  const { open } = await filesOf(WORK);
  const { path, inputs, logits } = await open().inFormat('graph');
  expect(statSync(path).size).toBeGreaterThan(1_000_000);
  const [clips, ...states] = inputs;
  expect(clips).toEqual({ name: 'clips:0', dtype: 'float32', shape: [1, 1, 32, 32, 3] });
  expect(logits).toMatch(/:0$/);
  expect(states.length).toBeGreaterThan(5);
  for (const { shape, next } of states) {
    expect(shape.every((size) => size > 0)).toBe(true);
    expect(next).toMatch(/:\d$/);
  }
});

it('converts once, and another network again', async () => {
  const { open } = await filesOf(WORK);
  const first = await open().inFormat('onnx');
  await expect(open().inFormat('onnx')).resolves.toEqual(first);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('once\n');
  const other = await filesOf({ ...WORK, size: 48 });
  const second = await other.open().inFormat('onnx');
  expect(dirname(second.path)).not.toBe(dirname(first.path));
});

it('writes every number of the network for a peer that takes them by themselves', async () => {
  const { model, open } = await filesOf({ ...WORK, kind: 'forward', model: 'a0-base' });
  const { path } = await open().inFormat('arrays');
  const convolutions = JSON.parse(readFileSync(path, 'utf8')) as Record<string, { offset: number; shape: number[] }>[];
  const count = model.architecture.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(statSync(join(dirname(path), 'weights.f32')).size).toBe(4 * count);
  expect(convolutions.flatMap((arrays) => Object.keys(arrays))).toHaveLength(model.architecture.parameters.length);
  expect(convolutions[0]!['kernel']).toEqual({ offset: 0, shape: model.architecture.stem.kernel.shape });
});

it('writes an official checkpoint', async () => {
  const { open } = await filesOf(WORK);
  const { path } = await open().inFormat('checkpoint');
  expect(statSync(`${path}.index`).size).toBeGreaterThan(1000);
  await expect(open().inFormat('checkpoint')).resolves.toMatchObject({ path });
});
