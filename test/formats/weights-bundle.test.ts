import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from '../../lib/base/errors';
import { readCheckpointIndex } from '../../lib/formats/checkpoint-index';
import { writeTensors } from '../../lib/formats/tensor-bundle';
import { firstDifference, readWeights, writeWeights } from '../../lib/formats/weights-bundle';
import { Weights } from '../../lib/graph/weights';
import { loadAddon } from '../../lib/native/addon';
import { temporaryFolder } from '../io/support/temporary-folder';

const addon = loadAddon();
const folder = temporaryFolder();
const prefix = (): string => join(folder(), 'variables');

function weightsOf(arrays: Readonly<Record<string, readonly number[]>>): Weights {
  const weights = new Weights();
  for (const [name, data] of Object.entries(arrays))
    weights.set(name, { shape: [data.length], data: Float32Array.from(data) });
  return weights;
}

it('has the names as keys', async () => {
  await writeWeights(addon, prefix(), weightsOf({ 'b/c.d': [1, 2], '.callbacks/x(y)/a': [3], a: [] }));
  expect((await readCheckpointIndex(prefix())).map(({ key, shape }) => [key, shape])).toEqual([
    ['.callbacks/x(y)/a', [1]],
    ['a', [0]],
    ['b/c.d', [2]],
  ]);
});

it('gives back more than is copied at once', async () => {
  const weights = weightsOf({ large: Array.from({ length: 2 ** 18 + 3 }, (_, i) => i) });
  await writeWeights(addon, prefix(), weights);
  expect(await firstDifference(weights, await readWeights(addon, prefix()))).toBeUndefined();
});

it('finds the first difference: a bit, a shape, a name', async () => {
  const weights = weightsOf({ a: [1, NaN, 0], b: [2] });
  const difference = (other: Weights): Promise<string | undefined> => firstDifference(weights, other);
  expect(await difference(weightsOf({ a: [1, NaN, 0], b: [2] }))).toBeUndefined();
  expect(await difference(weightsOf({ a: [1, NaN, -0], b: [2] }))).toBe('a');
  expect(await difference(weightsOf({ a: [1, NaN, 0] }))).toBe('b');
  expect(await difference(weightsOf({ a: [1, NaN, 0], b: [2], c: [] }))).toBe('c');
  const other = weightsOf({ a: [1, NaN, 0] });
  other.set('b', { shape: [], data: Float32Array.of(2) });
  expect(await difference(other)).toBe('b');
  const large = Array.from({ length: 2 ** 18 + 1 }, () => 1);
  expect(await firstDifference(weightsOf({ large }), weightsOf({ large: [...large.slice(1), 2] }))).toBe('large');
});

it('names what is damaged', async () => {
  await writeWeights(addon, prefix(), weightsOf({ a: [1, 2, 3] }));
  const data = `${prefix()}.data-00000-of-00001`;
  const bytes = readFileSync(data);
  bytes[5]! ^= 1;
  writeFileSync(data, bytes);
  await expect(readWeights(addon, prefix())).rejects.toThrow(
    /^The checkpoint .*variables cannot be read \(DATA_LOSS: .*\)$/,
  );
  rmSync(data);
  await expect(readWeights(addon, prefix())).rejects.toThrow(CheckpointError);
});

it('refuses what is no float32', async () => {
  await writeTensors(addon, prefix(), new Map(), new Map([['text', Buffer.from('x')]]));
  await expect(readWeights(addon, prefix())).rejects.toThrow(/has text, which is not float32$/);
});
