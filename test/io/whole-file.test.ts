import { existsSync, readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { placeFiles } from '../../lib/io/whole-file';
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
