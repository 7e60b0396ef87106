import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DatasetError, UsageError } from '../../../../lib/base/errors';
import { describeWith, UCF101_CLIPS } from '../../../support/assets';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { list, text } from './support/listed';

const folder = temporaryFolder();

describe('class folders', () => {
  it('give classes their names, sorted by code units; their videos are sorted by path', async () => {
    makeFiles(folder(), ['b/2.avi', 'b/10.avi', 'Z/1.MP4', 'ä/1.mov', 'a/deep/er/1.webm', 'a/0.mkv']);
    const set = await list(folder());
    expect(set.root).toBe(folder());
    expect(set.task).toEqual({ kind: 'single-label', classes: ['Z', 'a', 'b', 'ä'] });
    expect(text(set)).toEqual(['0 Z/1.MP4', '1 a/0.mkv', '1 a/deep/er/1.webm', '2 b/10.avi', '2 b/2.avi', '3 ä/1.mov']);
    expect(set).toMatchObject({ hasParts: false, broken: [], notes: [] });
  });

  it('take the labels of a trained model, whose other classes need no folder', async () => {
    makeFiles(folder(), ['run/1.avi', 'jump/1.avi']);
    const set = await list(folder(), { model: ['run', 'swim', 'jump'] });
    expect(set.task.classes).toEqual(['run', 'swim', 'jump']);
    expect(text(set)).toEqual(['0 run/1.avi', '2 jump/1.avi']);
  });

  it('may be a single one where a model says what the classes are', async () => {
    makeFiles(folder(), ['run/1.avi']);
    await expect(list(folder())).rejects.toThrow(/clips of one class only, "run", and two are needed/);
    expect(text(await list(folder(), { model: ['jump', 'run'] }))).toEqual(['1 run/1.avi']);
  });

  it('without a clip are told of, and are no classes', async () => {
    makeFiles(folder(), ['a/1.avi', 'b/', 'c/1.avi', 'd/deep/']);
    const set = await list(folder());
    expect(set.task.classes).toEqual(['a', 'c']);
    expect(set.notes).toEqual(['class folders without a clip: b, d']);
    expect((await list(folder(), { model: ['a', 'c'] })).notes).toEqual(set.notes);
  });

  it('without a clip may be many', async () => {
    makeFiles(folder(), ['a/1.avi', 'b/1.avi', ...Array.from({ length: 30 }, (_, i) => `e${10 + i}/`)]);
    const names = [10, 11, 12, 13, 14, 15, 16, 17].map((i) => `e${i}`).join(', ');
    expect((await list(folder())).notes).toEqual([`class folders without a clip: ${names} and 22 more`]);
  });

  it('are listed alike, in whatever order they were made', async () => {
    const files = ['a/1.avi', 'a/2.avi', 'a/x/3.avi', 'b/1.avi', 'b/notes.txt', 'b/empty/', 'c/1.avi', 'd/', 'e/1.gif'];
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(files, { minLength: files.length }), async (order) => {
        const root = join(folder(), String(run++));
        makeFiles(root, order);
        const set = await list(root);
        expect(text(set)).toEqual(['0 a/1.avi', '0 a/2.avi', '0 a/x/3.avi', '1 b/1.avi', '2 c/1.avi', '3 e/1.gif']);
        expect(set.notes).toEqual(['class folders without a clip: d', 'ignored 1 file: 1 .txt']);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a folder that is none of class folders', () => {
  it.each([
    ['is missing', [], 'missing', /^No such folder: .*missing\. Give a folder with/],
    ['is a file', ['file'], 'file', /file is a file: give a folder/],
    ['is empty', ['.hidden/1.avi'], '', /has no sub-folders/],
    ['has no video', ['a/notes.txt', 'b/'], '', /The folders in .* hold no video: add some \(\.avi .*`extensions`$/],
    ['is a class', ['1.avi', '2.avi'], '', /holds videos itself, such as 1\.avi, .* give the folder above it, \/.+/],
    ['is a class with sub-folders', ['1.avi', '2.avi', 'day/3.avi', 'night/4.avi'], '', /holds videos itself/],
    ['is a class of sub-folders', ['day/3.avi'], '', /one class only, "day".*give the folder above it, \//],
  ])('%s', async (_, files, path, message) => {
    makeFiles(folder(), files);
    for (const parts of ['auto', 'none'] as const) {
      await expect(list(join(folder(), path), { parts })).rejects.toThrow(DatasetError);
      await expect(list(join(folder(), path), { parts })).rejects.toThrow(message);
    }
  });

  it('names the folder above a class in full', async () => {
    makeFiles(folder(), ['run/1.avi']);
    await expect(list(join(folder(), 'run'))).rejects.toThrow(`give the folder above it, ${folder()}`);
  });

  (process.getuid?.() === 0 ? it.skip : it)('may not be read', async () => {
    mkdirSync(join(folder(), 'a'));
    chmodSync(join(folder(), 'a'), 0);
    await expect(list(join(folder(), 'a'))).rejects.toThrow(/^Cannot read folder .*permission denied/);
  });
});

it('refuses a class that the model lacks, and names both', async () => {
  makeFiles(folder(), ['run/1.avi', 'jump/1.avi', 'empty/']);
  await expect(list(folder(), { model: ['run', 'swim'] })).rejects.toThrow(
    /jump is none of the model's classes, which are run, swim$/,
  );
  const model = Array.from({ length: 600 }, (_, i) => `k${i}`);
  await expect(list(folder(), { model })).rejects.toThrow(/k9, … \(600 in all\)$/);
});

describe('the task', () => {
  beforeEach(() => makeFiles(folder(), ['a/1.avi', 'b/1.avi']));

  it('is a multi-label one where that is asked for, or the model says so', async () => {
    const task = { kind: 'multi-label', classes: ['b', 'a'] } as const;
    expect((await list(folder(), { multiLabel: true })).task).toEqual({ kind: 'multi-label', classes: ['a', 'b'] });
    expect((await list(folder(), { model: task })).task).toEqual(task);
  });

  it('is refused where the model’s is another', async () => {
    await expect(list(folder(), { model: ['a', 'b'], multiLabel: true })).rejects.toThrow(DatasetError);
    await expect(list(folder(), { model: ['a', 'b'], multiLabel: false })).resolves.toBeDefined();
  });
});

it.each([
  ['fold', { fold: 1 }],
  ['videos', { videos: '/videos' }],
  ['labels', { labels: 'labels.txt' }],
])('refuses --%s, which is for lists', async (name, options) => {
  makeFiles(folder(), ['a/1.avi', 'b/1.avi']);
  await expect(list(folder(), options)).rejects.toThrow(UsageError);
  await expect(list(folder(), options)).rejects.toThrow(`--${name} is for lists`);
});

describeWith(UCF101_CLIPS)('UCF101 clips', () => {
  it('are 25 of each of 6 classes', async () => {
    const set = await list(UCF101_CLIPS);
    expect(set.task.classes).toHaveLength(6);
    for (let label = 0; label < 6; label++)
      expect(set.rows.filter(({ target }) => target[0] === label)).toHaveLength(25);
  });
});
