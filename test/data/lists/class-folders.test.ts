import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { byCodeUnits, listVideoFolder } from '../../../lib/data/lists/class-folders';
import { DatasetError } from '../../../lib/base/errors';
import { describeWith, UCF101_CLIPS } from '../../support/assets';
import { makeFiles, temporaryFolder } from '../../io/support/temporary-folder';

const folder = temporaryFolder();
const listed = (classes?: string[]): string[] => {
  const set = listVideoFolder(folder(), classes);
  return set.files.map((file) => `${file.label} ${relative(folder(), file.path)}`);
};

describe('listVideoFolder', () => {
  it('names classes for the folders, sorted by code units, and sorts files by path', () => {
    makeFiles(folder(), ['b/2.avi', 'b/10.avi', 'Z/1.MP4', 'ä/1.mov', 'a/deep/er/1.webm', 'a/0.mkv']);
    expect(listVideoFolder(folder()).classes).toEqual(['Z', 'a', 'b', 'ä']);
    expect(listed()).toEqual(['0 Z/1.MP4', '1 a/0.mkv', '1 a/deep/er/1.webm', '2 b/10.avi', '2 b/2.avi', '3 ä/1.mov']);
  });

  it('ignores hidden files and folders, and files that are no videos', () => {
    makeFiles(folder(), ['a/1.avi', 'a/._1.avi', 'a/notes.txt', 'a/.cache/2.avi', '.git/3.avi', 'top.avi', 'a/avi']);
    expect(listed()).toEqual(['0 a/1.avi']);
  });

  it('follows links, but takes no file and no folder twice', () => {
    makeFiles(folder(), ['a/1.avi', 'other/2.avi', 'b/3.avi']);
    symlinkSync('..', join(folder(), 'a', 'loop'));
    symlinkSync('.', join(folder(), 'b', 'loop'));
    symlinkSync('3.avi', join(folder(), 'b', 'same.avi'));
    symlinkSync('../other', join(folder(), 'b', 'more'));
    symlinkSync('other', join(folder(), 'c'));
    const files = listed();
    expect(files.filter((file) => file.startsWith('1'))).toEqual(['1 b/3.avi', '1 b/more/2.avi']);
    expect(files.filter((file) => file.startsWith('2'))).toEqual(['2 c/2.avi']);
  });

  it('keeps a dangling link with a video’s name, to be reported as a broken video', () => {
    makeFiles(folder(), ['a/1.avi']);
    symlinkSync('nowhere', join(folder(), 'a', '2.avi'));
    symlinkSync('nowhere', join(folder(), 'b'));
    expect(listed()).toEqual(['0 a/1.avi', '0 a/2.avi']);
  });

  it('takes the labels of a trained model, whose other classes need no folder', () => {
    makeFiles(folder(), ['run/1.avi', 'jump/1.avi']);
    expect(listVideoFolder(folder(), ['run', 'swim', 'jump']).classes).toEqual(['run', 'swim', 'jump']);
    expect(listed(['run', 'swim', 'jump'])).toEqual(['0 run/1.avi', '2 jump/1.avi']);
  });

  it.each([
    ['a missing folder', [], 'missing', /^No such folder: .*missing/],
    ['a file', ['file'], 'file', /file is a file: give a folder/],
    ['a folder without classes', ['top.avi', '.hidden/1.avi'], '', /has no sub-folders/],
    ['an empty class', ['a/1.avi', 'b/', 'c/1.avi'], '', /Class folder .*\/b holds no video/],
    ['a class without videos', ['a/1.avi', 'b/notes.txt'], '', /Class folder .*\/b holds no video/],
  ])('refuses %s', (_, files, path, message) => {
    makeFiles(folder(), files);
    expect(() => listVideoFolder(join(folder(), path))).toThrow(DatasetError);
    expect(() => listVideoFolder(join(folder(), path))).toThrow(message);
  });

  it('refuses a folder that the model does not know, and names both', () => {
    makeFiles(folder(), ['run/1.avi', 'jump/1.avi']);
    expect(() => listVideoFolder(folder(), ['run', 'swim'])).toThrow(
      /jump is none of the model's classes, which are run, swim$/,
    );
    const many = Array.from({ length: 600 }, (_, i) => `k${i}`);
    expect(() => listVideoFolder(folder(), many)).toThrow(/k9, … \(600 in all\)$/);
  });

  it('hints at the right split where train and test are taken for classes', () => {
    makeFiles(folder(), ['train/a/1.avi', 'test/a/1.avi']);
    expect(() => listVideoFolder(folder(), ['a'])).toThrow(/choose the split "folders"/);
  });

  (process.getuid?.() === 0 ? it.skip : it)('names a folder that may not be read', () => {
    mkdirSync(join(folder(), 'a'));
    chmodSync(join(folder(), 'a'), 0);
    expect(() => listVideoFolder(folder())).toThrow(/Cannot read folder .*permission denied/);
  });
});

describe('byCodeUnits', () => {
  it('orders as Python’s sorted() does for class names', () => {
    expect(['b', 'B', 'a_b', 'aB', 'a', 'a'].sort(byCodeUnits)).toEqual(['B', 'a', 'a', 'aB', 'a_b', 'b']);
  });
});

describeWith(UCF101_CLIPS)('listVideoFolder on UCF101 clips', () => {
  it('finds 25 clips of each of 6 classes', () => {
    const set = listVideoFolder(UCF101_CLIPS);
    expect(set.classes).toHaveLength(6);
    for (let label = 0; label < 6; label++) expect(set.files.filter((file) => file.label === label)).toHaveLength(25);
  });
});
