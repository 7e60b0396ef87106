import { execFileSync } from 'node:child_process';
import { promises as fs, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatasetError } from '../../../../lib/base/errors';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { brokenText, list, text } from './support/listed';

const folder = temporaryFolder();
const TWO = ['a/1.avi', 'b/2.avi'];
const many = (count: number, ending: string): string[] => Array.from({ length: count }, (_, i) => `a/${i}${ending}`);

describe('files that are ignored', () => {
  it.each([
    ['one', ['a/notes.txt'], 'ignored 1 file: 1 .txt'],
    [
      'by how many there are',
      [...many(2, '.txt'), ...many(10, '.JSON'), 'a/10.json', 'b/deep/x.log', 'README.md', 'a/avi'],
      'ignored 16 files: 11 .json, 2 .txt, 1 without a usual ending, 1 .log, 1 .md',
    ],
    [
      'a few kinds of many',
      many(1, '').concat(['.c', '.d', '.e', '.f', '.g', '.h'].flatMap((ending) => many(2, ending))),
      'ignored 13 files: 2 .c, 2 .d, 2 .e, 2 .f, 2 .g, and 2 more kinds',
    ],
    ['pictures beside videos', ['a/1.jpg', 'b/2.PNG', 'b/deep/3.jpg'], 'ignored 3 files: 2 .jpg, 1 .png'],
    ['endings that are none', ['a/x.with space', 'a/x.\u0007', 'a/x.'], 'ignored 3 files: 3 without a usual ending'],
  ])('are counted by their endings: %s', async (_, files, note) => {
    makeFiles(folder(), [...TWO, ...files]);
    expect((await list(folder())).notes).toEqual([note]);
  });

  it('are told apart from videos whose ending the user left out', async () => {
    makeFiles(folder(), [...TWO, ...many(3, '.ts'), 'a/x.txt', 'b/y.webm', 'b/z.xyz']);
    const set = await list(folder(), { extensions: ['AVI', '.xyz'] });
    expect(text(set)).toEqual(['0 a/1.avi', '1 b/2.avi', '1 b/z.xyz']);
    expect(set.notes).toEqual(['ignored 5 files: 3 .ts (not in `extensions`), 1 .txt, 1 .webm (not in `extensions`)']);
    expect((await list(folder())).notes).toEqual(['ignored 2 files: 1 .txt, 1 .xyz']);
  });

  it('are no reason to stop where they are all of one class', async () => {
    makeFiles(folder(), [...TWO, 'c/1.braw']);
    expect((await list(folder())).notes).toEqual(['class folders without a clip: c', 'ignored 1 file: 1 .braw']);
  });
});

it('ends where every file of a class is broken, unless a model has learned the classes', async () => {
  makeFiles(folder(), ['a/1.avi', 'b/1.avi']);
  makeFiles(folder(), ['c/1.avi', 'c/2.avi', 'b/2.avi'], '');
  const message = `Every video of class "c" is broken, such as ${folder()}/c/1.avi: the file is empty (0 bytes)`;
  await expect(list(folder())).rejects.toThrow(message);
  expect(brokenText(await list(folder(), { model: ['a', 'b', 'c'] }))).toHaveLength(3);
  makeFiles(folder(), ['c/deep/3.avi']);
  expect(brokenText(await list(folder()))).toHaveLength(3);
});

describe('what should be a clip and cannot be', () => {
  beforeEach(() => makeFiles(folder(), TWO));
  const only = async (): Promise<string[]> => {
    const set = await list(folder());
    expect(text(set)).toEqual(['0 a/1.avi', '1 b/2.avi']);
    return brokenText(set);
  };

  it('is a file of 0 bytes, linked to or not', async () => {
    makeFiles(folder(), ['a/0.avi', '.store/empty'], '');
    symlinkSync('../.store/empty', join(folder(), 'b', 'link.avi'));
    expect(await only()).toEqual(['a/0.avi: the file is empty (0 bytes)', 'b/link.avi: the file is empty (0 bytes)']);
  });

  it('is a pipe, a socket or a device with a video’s name, linked to or not', async () => {
    execFileSync('mkfifo', [join(folder(), 'a', 'pipe.mp4'), join(folder(), 'a', 'pipe.txt')]);
    const server = createServer().listen(join(folder(), 'a', 'socket.avi'));
    await new Promise((resolve) => server.once('listening', resolve));
    symlinkSync('/dev/zero', join(folder(), 'a', 'zero.avi'));
    symlinkSync('pipe.mp4', join(folder(), 'a', 'link.mp4'));
    try {
      expect(await only()).toEqual([
        'a/link.mp4: the link leads to no file but a pipe (FIFO)',
        'a/pipe.mp4: it is no file but a pipe (FIFO)',
        'a/socket.avi: it is no file but a socket',
        'a/zero.avi: the link leads to no file but a device',
      ]);
      expect((await list(folder())).notes).toEqual(['ignored 1 file: 1 .txt']);
    } finally {
      server.close();
    }
  });

  it('is a link to nothing, or round in a ring, with a video’s name or a folder’s', async () => {
    const nothing = 'the link leads to nothing: remove it, or restore what it led to';
    symlinkSync('nowhere', join(folder(), 'a', '0.avi'));
    symlinkSync('../nowhere', join(folder(), 'a', 'more'));
    symlinkSync('nowhere', join(folder(), 'a', 'notes.txt'));
    symlinkSync('y.avi', join(folder(), 'a', 'x.avi'));
    symlinkSync('x.avi', join(folder(), 'a', 'y.avi'));
    symlinkSync('/no/disk', join(folder(), 'c'));
    expect(await only()).toEqual([
      `a/0.avi: ${nothing}`,
      `a/more: ${nothing}`,
      'a/x.avi: the link leads round in a ring',
      'a/y.avi: the link leads round in a ring',
      `c: ${nothing}`,
    ]);
  });

  it('is a folder that cannot be read', async () => {
    makeFiles(folder(), ['a/locked/3.avi', 'b/broken/3.avi', 'c/4.avi']);
    const { opendir } = fs;
    const codes = new Map([
      ['a/locked', 'EACCES'],
      ['b/broken', 'EIO'],
      ['c', 'EACCES'],
    ]);
    const spy = jest.spyOn(fs, 'opendir').mockImplementation(async (path, options) => {
      const code = codes.get(String(path).slice(folder().length + 1));
      if (code !== undefined) throw Object.assign(new Error(`${code}: i/o error, opendir`), { code });
      return await opendir(path, options);
    });
    try {
      expect(await only()).toEqual([
        'a/locked: permission denied',
        'b/broken: EIO: i/o error, opendir',
        'c: permission denied',
      ]);
      codes.set('', 'EACCES');
      await expect(list(folder())).rejects.toThrow(DatasetError);
      await expect(list(folder())).rejects.toThrow(/^Cannot read folder .*: permission denied$/);
    } finally {
      spy.mockRestore();
    }
  });

  it('is a part that cannot be read, which is no reason to train on another', async () => {
    makeFiles(folder(), ['parts/train/a/1.avi', 'parts/train/b/1.avi', 'parts/test/a/1.avi', 'parts/test/b/1.avi']);
    const { opendir } = fs;
    const spy = jest.spyOn(fs, 'opendir').mockImplementation(async (path, options) => {
      if (String(path).endsWith('train')) throw Object.assign(new Error('no'), { code: 'EACCES' });
      return await opendir(path, options);
    });
    try {
      await expect(list(join(folder(), 'parts'))).rejects.toThrow(/Class "a" has no clip in the train part/);
      expect(brokenText(await list(join(folder(), 'parts'), { model: ['a', 'b'] }))).toEqual([
        'train: permission denied',
      ]);
    } finally {
      spy.mockRestore();
    }
  });

  it('is a file that went away meanwhile', async () => {
    makeFiles(folder(), ['a/3.avi']);
    const { stat } = fs;
    const spy = jest.spyOn(fs, 'stat').mockImplementation(async (path, options) => {
      if (String(path).endsWith('3.avi')) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
      return await stat(path, options);
    });
    try {
      expect(await only()).toEqual(['a/3.avi: it is no longer there']);
    } finally {
      spy.mockRestore();
    }
  });

  it('is named where there is nothing else', async () => {
    makeFiles(folder(), ['empty/a/1.avi', 'empty/b/2.avi'], '');
    await expect(list(join(folder(), 'empty'))).rejects.toThrow(
      /empty has no clip that can be read: 2 broken, such as .*\/a\/1\.avi: the file is empty/,
    );
  });
});
