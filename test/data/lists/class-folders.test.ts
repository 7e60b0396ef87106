import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { listVideoFolder } from '../../../lib/data/lists/class-folders';
import { DatasetError } from '../../../lib/base/errors';
import { describeWith, UCF101_CLIPS } from '../../support/assets';
import { makeFiles, temporaryFolder } from '../../io/support/temporary-folder';

const folder = temporaryFolder();
const listed = async (classes?: string[]): Promise<string[]> => {
  const set = await listVideoFolder(folder(), classes);
  return set.rows.map((file) => `${file.label} ${relative(folder(), file.path)}`);
};

describe('listVideoFolder', () => {
  it('names classes for the folders, sorted by code units, and sorts files by path', async () => {
    makeFiles(folder(), ['b/2.avi', 'b/10.avi', 'Z/1.MP4', 'ä/1.mov', 'a/deep/er/1.webm', 'a/0.mkv']);
    expect((await listVideoFolder(folder())).classes).toEqual(['Z', 'a', 'b', 'ä']);
    expect(await listed()).toEqual([
      '0 Z/1.MP4',
      '1 a/0.mkv',
      '1 a/deep/er/1.webm',
      '2 b/10.avi',
      '2 b/2.avi',
      '3 ä/1.mov',
    ]);
  });

  it('ignores hidden files and folders, and files that are no videos', async () => {
    makeFiles(folder(), ['a/1.avi', 'a/._1.avi', 'a/notes.txt', 'a/.cache/2.avi', '.git/3.avi', 'top.avi', 'a/avi']);
    expect(await listed()).toEqual(['0 a/1.avi']);
  });

  it('names the first of several links that lead round in a ring, in whatever order they were made', async () => {
    makeFiles(folder(), ['a/1.avi']);
    for (let i = 0; i < 40; i++) {
      const name = `ring-${10 + ((i * 17 + 5) % 40)}`;
      symlinkSync(name, join(folder(), 'a', name));
    }
    await expect(listVideoFolder(folder())).rejects.toThrow(/ring-10'/);
  });

  it('follows links, but takes no file and no folder twice', async () => {
    makeFiles(folder(), ['a/1.avi', 'other/2.avi', 'b/3.avi']);
    symlinkSync('..', join(folder(), 'a', 'loop'));
    symlinkSync('.', join(folder(), 'b', 'loop'));
    symlinkSync('3.avi', join(folder(), 'b', 'same.avi'));
    symlinkSync('../other', join(folder(), 'b', 'more'));
    symlinkSync('other', join(folder(), 'c'));
    const files = await listed();
    expect(files.filter((file) => file.startsWith('1'))).toEqual(['1 b/3.avi', '1 b/more/2.avi']);
    expect(files.filter((file) => file.startsWith('2'))).toEqual(['2 c/2.avi']);
  });

  it('keeps a dangling link with a video’s name, to be reported as a broken video', async () => {
    makeFiles(folder(), ['a/1.avi']);
    symlinkSync('nowhere', join(folder(), 'a', '2.avi'));
    symlinkSync('nowhere', join(folder(), 'b'));
    expect(await listed()).toEqual(['0 a/1.avi', '0 a/2.avi']);
  });

  it('takes the labels of a trained model, whose other classes need no folder', async () => {
    makeFiles(folder(), ['run/1.avi', 'jump/1.avi']);
    expect((await listVideoFolder(folder(), ['run', 'swim', 'jump'])).classes).toEqual(['run', 'swim', 'jump']);
    expect(await listed(['run', 'swim', 'jump'])).toEqual(['0 run/1.avi', '2 jump/1.avi']);
  });

  it.each([
    ['a missing folder', [], 'missing', /^No such folder: .*missing/],
    ['a file', ['file'], 'file', /file is a file: give a folder/],
    ['a folder without classes', ['top.avi', '.hidden/1.avi'], '', /has no sub-folders/],
    ['an empty class', ['a/1.avi', 'b/', 'c/1.avi'], '', /Class folder .*\/b holds no video/],
    ['a class without videos', ['a/1.avi', 'b/notes.txt'], '', /Class folder .*\/b holds no video/],
  ])('refuses %s', async (_, files, path, message) => {
    makeFiles(folder(), files);
    await expect(listVideoFolder(join(folder(), path))).rejects.toThrow(DatasetError);
    await expect(listVideoFolder(join(folder(), path))).rejects.toThrow(message);
  });

  it('refuses a folder that the model does not know, and names both', async () => {
    makeFiles(folder(), ['run/1.avi', 'jump/1.avi']);
    await expect(listVideoFolder(folder(), ['run', 'swim'])).rejects.toThrow(
      /jump is none of the model's classes, which are run, swim$/,
    );
    const many = Array.from({ length: 600 }, (_, i) => `k${i}`);
    await expect(listVideoFolder(folder(), many)).rejects.toThrow(/k9, … \(600 in all\)$/);
  });

  it('hints at the right split where train and test are taken for classes', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'test/a/1.avi']);
    await expect(listVideoFolder(folder(), ['a'])).rejects.toThrow(/choose the split "folders"/);
  });

  (process.getuid?.() === 0 ? it.skip : it)('names a folder that may not be read', async () => {
    mkdirSync(join(folder(), 'a'));
    chmodSync(join(folder(), 'a'), 0);
    await expect(listVideoFolder(folder())).rejects.toThrow(/Cannot read folder .*permission denied/);
  });
});

describe('listVideoFolder of many files', () => {
  const names = Array.from({ length: 300 }, (_, i) => `class ${String(i).padStart(3, '0')}`);
  const all = names.flatMap((name) => Array.from({ length: 10 }, (_, i) => `${name}/${i}.avi`));

  it('lets other work run all the while', async () => {
    makeFiles(folder(), all, '');
    let turns = 0;
    let listing = true;
    const count = (): void => {
      turns++;
      if (listing) setImmediate(count);
    };
    setImmediate(count);
    const set = await listVideoFolder(folder());
    listing = false;
    expect(set.classes).toEqual(names);
    expect(set.rows.map(({ path }) => relative(folder(), path))).toEqual(all);
    // Eight folders at a time: at least one turn for each eight. A synchronous listing leaves none.
    expect(turns).toBeGreaterThanOrEqual(30);
  });

  it('reports of several faults the first in the order of the classes, however the disk answers', async () => {
    makeFiles(folder(), [...all, 'class 004/deep/1.avi', 'class 0041/', 'class 005x/', 'class 299x/']);
    await expect(listVideoFolder(folder())).rejects.toThrow(/Class folder .*class 0041 holds no video/);
  });

  it('ends when asked', async () => {
    makeFiles(folder(), all, '');
    const reason = new Error('enough');
    await expect(listVideoFolder(folder(), undefined, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const listing = listVideoFolder(folder(), undefined, controller.signal);
    setImmediate(() => controller.abort(reason));
    await expect(listing).rejects.toBe(reason);
  });

  it('follows many links, each to where it leads', async () => {
    makeFiles(folder(), ['.store/other/1.avi', ...Array.from({ length: 100 }, (_, i) => `.store/${i}.avi`)], '');
    mkdirSync(join(folder(), 'a'));
    for (let i = 0; i < 200; i++) symlinkSync(`../.store/${i % 100}.avi`, join(folder(), 'a', `${i}.avi`));
    symlinkSync('../.store', join(folder(), 'a', 'more'));
    const files = await listed();
    const byName = Array.from({ length: 200 }, (_, i) => `${i}.avi`).sort();
    const number = (name: string): number => Number.parseInt(name) % 100;
    const wanted = byName.filter((name, i) => byName.findIndex((other) => number(other) === number(name)) === i);
    expect(files).toEqual([...wanted.map((name) => `0 a/${name}`), '0 a/more/other/1.avi']);
  });
});

describeWith(UCF101_CLIPS)('listVideoFolder on UCF101 clips', () => {
  it('finds 25 clips of each of 6 classes', async () => {
    const set = await listVideoFolder(UCF101_CLIPS);
    expect(set.classes).toHaveLength(6);
    for (let label = 0; label < 6; label++) expect(set.rows.filter((file) => file.label === label)).toHaveLength(25);
  });
});
