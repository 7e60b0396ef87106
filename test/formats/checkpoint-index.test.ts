import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { CheckpointError } from '../../lib/base/errors';
import { readCheckpointIndex } from '../../lib/formats/checkpoint-index';
import { architectureOf } from '../../lib/movinet/describe-movinet';
import { KINETICS_CHECKPOINT, describeWith } from '../support/assets';
import { temporaryFolder } from '../io/support/temporary-folder';
import { bundleEntry, indexFile, writeCheckpointFiles } from '../support/checkpoint-files';

const folder = temporaryFolder();
const prefix = (): string => join(folder(), 'ckpt-1');
const FLOAT32 = 1;
const TENSORS = [
  { key: 'model/a/kernel', shape: [3, 3, 8] },
  { key: 'model/a/bias', shape: [8] },
  { key: 'model/scale', shape: [] },
];

describe('readCheckpointIndex', () => {
  beforeEach(() => writeCheckpointFiles(prefix(), TENSORS));

  it('lists what is there, in the order of the keys', async () => {
    expect(await readCheckpointIndex(prefix())).toEqual([
      { key: 'model/a/bias', dtype: 1, shape: [8], size: 32 },
      { key: 'model/a/kernel', dtype: 1, shape: [3, 3, 8], size: 288 },
      { key: 'model/scale', dtype: 1, shape: [], size: 4 },
    ]);
  });

  it('reads keys over several blocks', async () => {
    const many = Array.from({ length: 1234 }, (_, i) => ({ key: `variables/${i}/value`, shape: [1] }));
    writeCheckpointFiles(prefix(), many);
    const keys = (await readCheckpointIndex(prefix())).map(({ key }) => key);
    expect(keys).toEqual(many.map(({ key }) => key).sort());
  });

  it('names a missing index, a missing and a truncated data file', async () => {
    const data = `${prefix()}.data-00000-of-00001`;
    truncateSync(data, 300);
    await expect(readCheckpointIndex(prefix())).rejects.toThrow(
      new CheckpointError(`The checkpoint's data file ${data} is truncated: 300 of 324 bytes; fetch it again`),
    );
    rmSync(data);
    await expect(readCheckpointIndex(prefix())).rejects.toThrow(`data file ${data} cannot be read (ENOENT)`);
    rmSync(`${prefix()}.index`);
    await expect(readCheckpointIndex(prefix())).rejects.toThrow(`index ${prefix()}.index cannot be read (ENOENT)`);
  });

  it('refuses what is no index', async () => {
    writeFileSync(`${prefix()}.index`, '<!doctype html>'.repeat(10));
    await expect(readCheckpointIndex(prefix())).rejects.toThrow(
      /^The checkpoint's index .* is damaged \(truncated, or no index\); fetch it again$/,
    );
  });

  it.each<[string, (number | string)[], number, number, string]>([
    ['more numbers than its data', [2 ** 31], 0, 12, 'a tensor larger than its data'],
    ['more numbers than any memory', ['1152921504606846976'], 0, 12, 'a number out of range'],
    ['more numbers than can be counted', [2 ** 40, 2 ** 40], 0, 12, 'a tensor larger than its data'],
    ['less than nothing', [-3], 0, 12, 'a number out of range'],
    ['a size below zero', [3], 0, -12, 'a number out of range'],
    ['a place below zero', [3], -12, 12, 'a number out of range'],
  ])('refuses a tensor of %s before TensorFlow takes memory for it', async (_, shape, offset, size, reason) => {
    writeFileSync(`${prefix()}.index`, indexFile([['a', bundleEntry(shape, offset, size)]]));
    await expect(readCheckpointIndex(prefix())).rejects.toThrow(`is damaged (${reason}); fetch it again`);
  });

  it('refuses a tensor in a data file that there is not', async () => {
    // shard_id
    const entry = Buffer.concat([bundleEntry([3], 0, 12), Buffer.of(0x18, 7)]);
    writeFileSync(`${prefix()}.index`, indexFile([['a', entry]]));
    await expect(readCheckpointIndex(prefix())).rejects.toThrow(/is damaged \(a tensor in no data file\)/);
  });

  it('refuses keys that grow out of few bytes', async () => {
    const long = 'k'.repeat(4000);
    const grown = Array.from({ length: 10_000 }, (_, i): [string, Uint8Array] => [
      long + String(i).padStart(5, '0'),
      bundleEntry([3], 0, 12),
    ]);
    // A hundred entries stand in each block of these; one block of all is what a file made to do harm has.
    writeFileSync(`${prefix()}.index`, indexFile(grown, grown.length + 1));
    await expect(readCheckpointIndex(prefix())).rejects.toThrow(/is damaged \(keys too long\)/);
  });

  it('takes no damage for anything but damage', async () => {
    const whole = readFileSync(`${prefix()}.index`);
    const bytes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(whole.length), async (changes, length) => {
        const spoilt = Buffer.from(whole);
        for (const [at, value] of changes) spoilt[at] = value;
        for (const content of [spoilt, whole.subarray(0, Math.min(length, whole.length - 1))]) {
          writeFileSync(`${prefix()}.index`, content);
          await readCheckpointIndex(prefix()).catch((error: unknown) => expect(error).toBeInstanceOf(CheckpointError));
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

const HUB = join(dirname(KINETICS_CHECKPOINT), '../hub_a2_base_kinetics600_variables.index');

describeWith(`${KINETICS_CHECKPOINT}.index`, HUB)('real indices', () => {
  it('has every variable of the model, by key and shape, in a checkpoint', async () => {
    const entries = new Map((await readCheckpointIndex(KINETICS_CHECKPOINT)).map(({ key, shape }) => [key, shape]));
    for (const { path, shape } of architectureOf('a0-stream-relu6', 600).parameters)
      expect([path, entries.get(`model/${path}/.ATTRIBUTES/VARIABLE_VALUE`)]).toEqual([path, shape]);
  });

  it('reads that of a published SavedModel, and says that its data file is not there', async () => {
    cpSync(HUB, `${prefix()}.index`);
    await expect(readCheckpointIndex(prefix())).rejects.toThrow(/data file .* cannot be read \(ENOENT\)$/);
    writeFileSync(`${prefix()}.data-00000-of-00001`, '');
    truncateSync(`${prefix()}.data-00000-of-00001`, 2 ** 28);
    const entries = await readCheckpointIndex(prefix());
    const left = entries
      .filter(({ key, dtype }) => dtype === FLOAT32 && !key.startsWith('keras_api/metrics/'))
      .map(({ shape }) => shape.join());
    for (const { path, shape } of architectureOf('a2-base', 600).parameters) {
      const index = left.indexOf(shape.join());
      expect([path, index]).not.toEqual([path, -1]);
      left.splice(index, 1);
    }
    expect(left).toEqual([]);
  });
});
