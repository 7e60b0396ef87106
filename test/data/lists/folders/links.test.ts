import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatasetError } from '../../../../lib/base/errors';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { list, text } from './support/listed';

const folder = temporaryFolder();
const link = (target: string, ...path: string[]): void => symlinkSync(target, join(folder(), ...path));

describe('links', () => {
  it('are followed, but within a class no file and no folder is taken twice', async () => {
    makeFiles(folder(), ['a/1.avi', '.store/2.avi', 'b/3.avi']);
    link('3.avi', 'b', 'same.avi');
    link('../.store', 'b', 'more');
    link('../.store', 'b', 'once more');
    link('../.store/2.avi', 'b', '0.avi');
    link('../.store/4.avi', 'a', '4.avi');
    makeFiles(folder(), ['.store/x/4.avi']);
    const set = await list(folder());
    expect(text(set)).toEqual(['0 a/1.avi', '1 b/0.avi', '1 b/3.avi', '1 b/more/x/4.avi']);
    expect(set.broken).toHaveLength(1);
  });

  it('may be classes and parts', async () => {
    makeFiles(folder(), ['.store/x/1.avi', '.store/y/2.avi', 'train/a/3.avi', 'train/b/4.avi']);
    link('../.store/x', 'train', 'c');
    link('.store/later', 'test');
    makeFiles(folder(), ['.store/later/a/5.avi']);
    expect(text(await list(folder()))).toEqual([
      'train: 0 train/a/3.avi',
      'train: 1 train/b/4.avi',
      'train: 2 train/c/1.avi',
      'test: 0 test/a/5.avi',
    ]);
  });

  it('to a folder above are not followed, and told of', async () => {
    makeFiles(folder(), ['a/1.avi', 'a/deep/er/2.avi', 'b/3.avi']);
    link('..', 'a', 'loop');
    link('../../..', 'a', 'deep', 'er', 'loop');
    link('.', 'b', 'self');
    link('/', 'b', 'root');
    link('.', 'self');
    const set = await list(folder());
    expect(text(set)).toEqual(['0 a/1.avi', '0 a/deep/er/2.avi', '1 b/3.avi']);
    const loops = ['a/deep/er/loop', 'a/loop', 'b/root', 'b/self', 'self'].map((path) => join(folder(), path));
    expect(set.notes).toEqual([`links that lead back to a folder above them, not followed: ${loops.join(', ')}`]);
  });

  it('through one another’s folders end', async () => {
    makeFiles(folder(), ['.store/x/1.avi', '.store/y/2.avi', 'b/3.avi']);
    link('../y', '.store', 'x', 'y');
    link('../x', '.store', 'y', 'x');
    link('.store/x', 'a');
    expect(text(await list(folder()))).toEqual(['0 a/1.avi', '0 a/y/2.avi', '1 b/3.avi']);
  });

  it('are told of where a clip is in two parts', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/2.avi', 'test/b/3.avi']);
    link('../train/a', 'test', 'a');
    const set = await list(folder());
    expect(set.rows).toHaveLength(4);
    expect(set.notes).toEqual([`clips that are in another part too: ${folder()}/test/a/1.avi`]);
  });
});

describe('one file in two classes', () => {
  beforeEach(() => {
    makeFiles(folder(), ['a/1.avi', 'b/2.avi', 'c/3.avi']);
    link('../a/1.avi', 'c', '1.avi');
  });

  it('is refused, and both are named', async () => {
    await expect(list(folder())).rejects.toThrow(DatasetError);
    await expect(list(folder())).rejects.toThrow(
      `One file is in two classes, ${folder()}/a/1.avi and ${folder()}/c/1.avi: a clip has one class`,
    );
  });

  it('is refused where whole folders are linked', async () => {
    makeFiles(folder(), ['x/d/1.avi']);
    link('d', 'x', 'e');
    await expect(list(join(folder(), 'x'))).rejects.toThrow(/x\/d\/1\.avi and .*x\/e\/1\.avi/);
  });

  it('is one clip of both in a multi-label data set', async () => {
    link('../a/1.avi', 'b', '1.avi');
    expect(text(await list(folder(), { multiLabel: true }))).toEqual(['0+1+2 a/1.avi', '1 b/2.avi', '2 c/3.avi']);
  });
});
