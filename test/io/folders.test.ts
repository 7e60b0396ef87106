import { existsSync, promises as fs, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../lib/io/folders';
import { temporaryFolder } from './support/temporary-folder';

const root = temporaryFolder();
afterEach(() => jest.restoreAllMocks());

describe('makeFolder', () => {
  it('goes on where another one has just made the parent', async () => {
    const path = join(root(), 'train', 'class');
    const { mkdir } = fs;
    jest.spyOn(fs, 'mkdir').mockImplementationOnce(async (missing) => {
      try {
        await mkdir(missing);
      } catch (error) {
        mkdirSync(dirname(path));
        throw error;
      }
      return undefined;
    });
    await makeFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it('takes one that is there, and refuses the place of a file', async () => {
    await makeFolder(root());
    writeFileSync(join(root(), 'file'), '');
    await expect(makeFolder(join(root(), 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(root(), 'file', 'below'))).rejects.toThrow('ENOTDIR');
  });
});
