import { readdirSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError } from '../../../lib/base/errors';
import { ScratchFile } from '../../../lib/io/scratch/scratch-file';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

it('gives back what was written, whoever writes at the same time, and has no name', async () => {
  using file = await ScratchFile.open(folder());
  expect(readdirSync(folder())).toEqual([]);
  const places = await Promise.all([1, 2, 3, 4].map((value) => file.append(bytes(1000 * value, value))));
  expect(places).toEqual([0, 1000, 3000, 6000]);
  for (const [i, place] of places.entries()) {
    const into = bytes(1000 * (i + 1), 0);
    await file.read(place, into);
    expect(into.every((value) => value === i + 1)).toBe(true);
  }
  await expect(file.read(9999, bytes(10, 0))).rejects.toThrow(/Cannot read .* it ends at 10000 bytes/);
});

it('says where it cannot be', async () => {
  writeFileSync(join(folder(), 'file'), '');
  for (const place of ['file', 'missing']) {
    const opening = ScratchFile.open(join(folder(), place));
    await expect(opening).rejects.toThrow(OutputError);
  }
  mkdirSync(join(folder(), 'there'));
  const file = await ScratchFile.open(join(folder(), 'there'));
  file.dispose();
  file.dispose();
  await expect(file.append(bytes(1, 1))).rejects.toThrow(OutputError);
});
