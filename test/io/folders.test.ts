import { existsSync, promises as fs, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, removeFolder, removeLeftovers } from '../../lib/io/folders';
import { makeFiles, temporaryFolder } from './support/temporary-folder';

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

describe('removing', () => {
  it('takes a folder away at once, with all in it', async () => {
    makeFiles(root(), ['one/a/b', 'two/']);
    await removeFolder(join(root(), 'one'));
    expect(readdirSync(root())).toEqual(['two']);
    await expect(removeFolder(join(root(), 'one'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves a hidden one where it cannot be emptied, which is cleaned up later', async () => {
    makeFiles(root(), ['one/a']);
    jest.spyOn(fs, 'rm').mockRejectedValueOnce(new Error('busy'));
    await removeFolder(join(root(), 'one'));
    expect(readdirSync(root())).toEqual([expect.stringMatching(/^\.one-removed-\w+$/)]);
    makeFiles(root(), ['.other/a', '.one-file', 'one-more/']);
    await removeLeftovers(root(), 'one-');
    expect(readdirSync(root()).sort()).toEqual(['.one-file', '.other', 'one-more']);
    await expect(removeLeftovers(join(root(), 'missing'), 'one-')).resolves.toBeUndefined();
  });
});
