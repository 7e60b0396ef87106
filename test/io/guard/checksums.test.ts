import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from '../../../lib/base/errors';
import { checkChecksums, writeChecksums } from '../../../lib/io/guard/checksums';
import { makeFiles, temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const NAMES = ['a', 'b'];
const check = (): Promise<void> => checkChecksums(folder(), NAMES);

beforeEach(async () => {
  makeFiles(folder(), ['a'], 'abc');
  // More than is read at once.
  makeFiles(folder(), ['b'], Buffer.alloc(2 ** 20 + 1, 7));
  await writeChecksums(folder(), NAMES);
});

it('writes what sha256sum would', () => {
  expect(readFileSync(join(folder(), 'SHA256SUMS'), 'utf8').split('\n')[0]).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a',
  );
});

it('takes what is as it was written', async () => {
  await expect(check()).resolves.toBeUndefined();
});

it('names what is not', async () => {
  writeFileSync(join(folder(), 'b'), Buffer.alloc(2 ** 20 + 2, 7));
  await expect(check()).rejects.toThrow(new CheckpointError('b is not as SHA256SUMS says'));
  makeFiles(folder(), ['a'], 'abd');
  await expect(check()).rejects.toThrow('a, b is not as SHA256SUMS says');
});

it('names the list where it has more than it should', async () => {
  writeFileSync(join(folder(), 'SHA256SUMS'), `${readFileSync(join(folder(), 'SHA256SUMS'), 'utf8')}\n`);
  await expect(check()).rejects.toThrow('SHA256SUMS is damaged');
});

it('names what is missing', async () => {
  rmSync(join(folder(), 'a'));
  await expect(check()).rejects.toThrow('a is missing');
  rmSync(join(folder(), 'SHA256SUMS'));
  await expect(check()).rejects.toThrow('SHA256SUMS is missing');
});
