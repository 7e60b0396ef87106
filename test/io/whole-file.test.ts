import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '../../lib/base/errors';
import { appendWhole, placeFiles } from '../../lib/io/whole-file';
import { mountTinyDisk } from '../support/tiny-disk';
import { makeFiles, temporaryFolder } from './support/temporary-folder';

const folder = temporaryFolder();
afterEach(() => jest.restoreAllMocks());

describe('placeFiles', () => {
  const names = ['ckpt.data', 'ckpt.index'] as const;
  const [from, to] = [() => join(folder(), 'from'), () => join(folder(), 'to')];
  beforeEach(() => {
    makeFiles(from(), names, 'new');
    makeFiles(to(), names, 'old');
  });

  it('replaces all of them', async () => {
    await placeFiles(from(), to(), names);
    expect(names.map((name) => readFileSync(join(to(), name), 'utf8'))).toEqual(['new', 'new']);
  });

  it('leaves no old index beside new data where it is cut off in between', async () => {
    const { rename } = fs;
    const cut = jest.spyOn(fs, 'rename').mockImplementation((source, target) => {
      return cut.mock.calls.length > 1 ? Promise.reject(new Error('cut off')) : rename(source, target);
    });
    await expect(placeFiles(from(), to(), names)).rejects.toThrow('cut off');
    expect(readFileSync(join(to(), 'ckpt.data'), 'utf8')).toBe('new');
    expect(existsSync(join(to(), 'ckpt.index'))).toBe(false);
  });
});

describe('appendWhole', () => {
  const disk = mountTinyDisk('size=64k');
  afterAll(() => disk?.unmount());

  it('makes a file and adds to it', async () => {
    const path = join(folder(), 'log');
    for (const text of ['', 'one\n', 'two\n']) await appendWhole(path, text);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  (disk === undefined ? it.skip : it)('adds nothing where a part of it would fit alone', async () => {
    const path = join(disk!.path, 'log');
    writeFileSync(path, 'one\n');
    const appending = appendWhole(path, Buffer.alloc(2 ** 17));
    await expect(appending).rejects.toThrow(OutputError);
    await expect(appending).rejects.toThrow(/^Cannot write ".*log": the disk is full; free some space/);
    expect(readFileSync(path, 'utf8')).toBe('one\n');
  });
});
