import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { composed, diskName, isSystemName } from '../../../../lib/data/lists/folders/disk-names';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { brokenText, list, text } from './support/listed';

const folder = temporaryFolder();
const NFC = 'caf\u00e9';
const NFD = 'cafe\u0301';
const NOT_UTF8 = 'its name is not UTF-8 (\\x.. stands for a byte that is no text): rename it';

/** Names given in Latin-1 are no UTF-8 where they have accents. */
const inLatin1 = (...parts: string[]): Buffer =>
  Buffer.concat([Buffer.from(`${folder()}/`), Buffer.from(parts.join('/'), 'latin1')]);

describe('names of classes', () => {
  it('are one where they read the same, and are opened as they are on the disk', async () => {
    makeFiles(folder(), [`${NFC}/1.avi`, `${NFD}/2.avi`, 'pub/3.avi']);
    const set = await list(folder());
    expect(set.task.classes).toEqual([NFC, 'pub']);
    expect(text(set)).toEqual([`0 ${NFD}/2.avi`, `0 ${NFC}/1.avi`, '1 pub/3.avi']);
    expect(set.notes).toEqual([
      `${folder()}/${NFD} is 2 folders, whose names are spelled differently and read the same: they were put together`,
    ]);
  });

  it('are kept in NFC', async () => {
    makeFiles(folder(), [`${NFD}/2.avi`, 'pub/3.avi']);
    expect((await list(folder())).task.classes).toEqual([NFC, 'pub']);
  });

  it('are one across parts, and those of a model’s', async () => {
    makeFiles(folder(), [`train/${NFC}/1.avi`, 'train/pub/1.avi', `test/${NFD}/1.avi`]);
    expect(text(await list(folder()))).toEqual([
      `train: 0 train/${NFC}/1.avi`,
      'train: 1 train/pub/1.avi',
      `test: 0 test/${NFD}/1.avi`,
    ]);
    const set = await list(folder(), { model: ['pub', NFD] });
    expect(set.task.classes).toEqual(['pub', NFD]);
    expect(set.rows.map(({ target }) => target)).toEqual([[0], [1], [1]]);
  });

  it('of a model that has both spellings are told apart', async () => {
    makeFiles(folder(), [`${NFC}/1.avi`, `${NFD}/2.avi`]);
    expect(text(await list(folder(), { model: [NFC, NFD] }))).toEqual([`0 ${NFC}/1.avi`, `1 ${NFD}/2.avi`]);
  });

  it('are compared so whatever they are', async () => {
    let run = 0;
    const letters = fc.string({
      unit: fc.constantFrom('e', 'o', '\u0301', '\u0308', '\u0323', 'ñ', 'ü', '각'),
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(letters, { minLength: 2, maxLength: 5, selector: composed }), async (names) => {
        const root = join(folder(), String(run++));
        makeFiles(root, [
          ...names.map((name) => `${name.normalize('NFC')}/1.avi`),
          ...names.map((name) => `${name.normalize('NFD')}/2.avi`),
        ]);
        const set = await list(root);
        expect(set.task.classes).toEqual(names.map(composed).sort());
        for (const label of names.keys()) expect(set.rows.filter(({ target }) => target[0] === label)).toHaveLength(2);
      }),
      { numRuns: 25 },
    );
  });
});

describe('names that are not UTF-8', () => {
  it('of videos and folders are broken, with their bytes', async () => {
    makeFiles(folder(), ['a/1.avi', 'b/1.avi']);
    writeFileSync(inLatin1('a', 'été.mp4'), 'x');
    mkdirSync(inLatin1('b', 'sous-été.d'));
    writeFileSync(inLatin1('b', 'sous-été.d', '2.avi'), 'x');
    mkdirSync(inLatin1('é'));
    writeFileSync(inLatin1('é', '3.avi'), 'x');
    const set = await list(folder());
    expect(text(set)).toEqual(['0 a/1.avi', '1 b/1.avi']);
    expect(brokenText(set)).toEqual([
      `\\xE9: ${NOT_UTF8}`,
      `a/\\xE9t\\xE9.mp4: ${NOT_UTF8}`,
      `b/sous-\\xE9t\\xE9.d: ${NOT_UTF8}`,
    ]);
  });

  it('of other files are ignored', async () => {
    makeFiles(folder(), ['a/1.avi', 'b/1.avi']);
    writeFileSync(inLatin1('a', 'été.txt'), 'x');
    writeFileSync(inLatin1('a', '.été.mp4'), 'x');
    expect(await list(folder())).toMatchObject({ broken: [], notes: ['ignored 1 file: 1 .txt'] });
  });

  it('are shown byte by byte where they are no text', () => {
    expect(diskName(Buffer.from('né 火.avi'))).toEqual({ name: 'né 火.avi', isUtf8: true });
    const bytes = Buffer.concat([Buffer.from('火'), Buffer.from([0xe9, 0x41, 0xe7, 0x81]), Buffer.from('é')]);
    expect(diskName(bytes)).toEqual({ name: '火\\xE9A\\xE7\\x81é', isUtf8: false });
  });

  it('never fail to be shown, and those of UTF-8 are shown as they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const { name, isUtf8 } = diskName(Buffer.from(bytes));
        if (isUtf8) expect(Buffer.from(name)).toEqual(Buffer.from(bytes));
        else expect(name).toMatch(/\\x[89A-F][0-9A-F]/);
      }),
    );
  });
});

describe('names of systems', () => {
  const JUNK = ['__MACOSX', '@eaDir', 'lost+found', '$RECYCLE.BIN', 'System Volume Information', '.git', '._a'];

  it('are left out at any depth, without a word', async () => {
    const junk = JUNK.map((name) => `${name}/a/1.avi`);
    makeFiles(folder(), [...junk, ...junk.map((path) => `a/${path}`), 'a/1.avi', 'b/1.avi']);
    makeFiles(folder(), ['a/.DS_Store', 'a/Thumbs.db', 'b/desktop.ini', 'b/._1.avi', '.DS_Store']);
    const set = await list(folder());
    expect(text(set)).toEqual(['0 a/1.avi', '1 b/1.avi']);
    expect(set).toMatchObject({ notes: [], broken: [] });
  });

  it('are those only', () => {
    expect(['lost', 'recycle', 'macosx', '$', 'desktop', 'thumbs'].filter(isSystemName)).toEqual([]);
  });
});
