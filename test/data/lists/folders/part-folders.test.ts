import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DatasetError } from '../../../../lib/base/errors';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';
import { list, text } from './support/listed';

const folder = temporaryFolder();
const NO_TEST = 'There is no test part: the validation part is evaluated';

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}/${i}.avi`);

describe('part folders', () => {
  it('are train, test and validation, in that order', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi', 'test/b/2.avi', 'val/a/3.avi']);
    for (const parts of ['auto', 'folders'] as const) {
      const set = await list(folder(), { parts });
      expect(set).toMatchObject({ hasParts: true, task: { classes: ['a', 'b'] }, notes: [], broken: [] });
      expect(text(set)).toEqual([
        'train: 0 train/a/1.avi',
        'train: 1 train/b/1.avi',
        'test: 1 test/b/2.avi',
        'validation: 0 val/a/3.avi',
      ]);
    }
  });

  it('have their usual names, in any case and every combination', async () => {
    const inAnyCase = (name: string) =>
      fc
        .tuple(...Array.from(name, (letter) => fc.constantFrom(letter, letter.toUpperCase())))
        .map((all) => all.join(''));
    const oneOf = (...names: string[]) => fc.oneof(...names.map(inAnyCase));
    const validation = oneOf('val', 'valid', 'validation', 'dev');
    const test = oneOf('test', 'testing');
    const combination = fc.oneof(fc.tuple(fc.option(validation), test), fc.tuple(validation, fc.constant(null)));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(oneOf('train', 'training'), combination, async (train, [val, test]) => {
        const root = join(folder(), String(run++));
        const evaluated = [val, test].filter((name) => name !== null);
        makeFiles(
          root,
          [train, ...evaluated].flatMap((name) => [`${name}/a/1.avi`, `${name}/b/1.avi`]),
        );
        const set = await list(root);
        const rows = (part: string, name: string): string[] => [
          `${part}: 0 ${name}/a/1.avi`,
          `${part}: 1 ${name}/b/1.avi`,
        ];
        expect(text(set)).toEqual([
          ...rows('train', train),
          ...(test === null ? [] : rows('test', test)),
          ...(val === null ? [] : rows('validation', val)),
        ]);
        expect(set.notes).toEqual(test === null ? [NO_TEST] : []);
      }),
      { numRuns: 60 },
    );
  });

  it('are classes where they hold videos: a data set may have classes called train and test', async () => {
    makeFiles(folder(), [...numbered('train', 5), ...numbered('test', 5), ...numbered('bus', 5), 'test/more/9.avi']);
    const set = await list(folder());
    expect(set).toMatchObject({ hasParts: false, task: { classes: ['bus', 'test', 'train'] }, notes: [] });
    expect(set.rows).toHaveLength(16);
    await expect(list(folder(), { parts: 'folders' })).rejects.toThrow(/hold no class folders/);
  });

  it('are classes where the model has classes of these names', async () => {
    makeFiles(folder(), ['train/day/1.avi', 'test/day/1.avi']);
    const set = await list(folder(), { model: ['test', 'train'] });
    expect(set.hasParts).toBe(false);
    expect(text(set)).toEqual(['0 test/day/1.avi', '1 train/day/1.avi']);
  });

  it('are put together for another split', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi', 'val/a/1.avi', 'Test/b/1.avi']);
    const set = await list(folder(), { parts: 'none' });
    expect(set).toMatchObject({
      hasParts: false,
      notes: ['train/, val/ and Test/ were put together, to be divided anew'],
    });
    expect(text(set)).toEqual(['0 train/a/1.avi', '0 val/a/1.avi', '1 Test/b/1.avi', '1 train/b/1.avi']);
  });

  it('are put together for another split whichever two they are', async () => {
    makeFiles(folder(), ['val/run/1.avi', 'val/jump/1.avi', 'test/run/1.avi', 'test/jump/1.avi']);
    for (const model of [undefined, ['jump', 'run']]) {
      const set = await list(folder(), { parts: 'none', ...(model ? { model } : {}) });
      expect(set).toMatchObject({ hasParts: false, task: { classes: ['jump', 'run'] } });
      expect(set.notes).toEqual(['val/ and test/ were put together, to be divided anew']);
    }
  });

  it('by other names are classes for another split, and a line says so', async () => {
    makeFiles(folder(), ['Training Set/run/1.avi', 'Test Set/run/1.avi']);
    const set = await list(folder(), { parts: 'none' });
    expect(set.task.classes).toEqual(['Test Set', 'Training Set']);
    expect(set.notes).toEqual([
      `${folder()} has the same folders of clips in Test Set/ and Training Set/: they are taken for classes; if they are parts, name them train, val and test`,
    ]);
    const known = await list(folder(), { model: ['Training Set', 'Test Set'] });
    expect(known.notes).toEqual([]);
  });

  it('within classes are no parts, and a line says so', async () => {
    makeFiles(folder(), ['run/train/1.avi', 'run/test/2.avi', 'jump/train/1.avi', 'jump/more/2.avi']);
    const set = await list(folder());
    expect(set).toMatchObject({ hasParts: false, task: { classes: ['jump', 'run'] } });
    expect(set.notes).toEqual([
      'class folders with folders of parts in them, which are put together: run; folders of parts stand above those of the classes',
    ]);
  });

  it('without one to train on are enough for a model', async () => {
    makeFiles(folder(), ['val/a/1.avi', 'test/a/1.avi']);
    await expect(list(folder())).rejects.toThrow(/has val\/ and test\/ but no folder "train"/);
    expect(text(await list(folder(), { model: ['a'] }))).toEqual(['test: 0 test/a/1.avi', 'validation: 0 val/a/1.avi']);
    makeFiles(folder(), ['only/test/a/1.avi', 'only/test/b/x/1.avi']);
    const only = join(folder(), 'only');
    expect(await list(only)).toMatchObject({ hasParts: false, notes: ['test/ was seen through'] });
    expect(text(await list(only, { model: ['a', 'b'] }))).toEqual(['test: 0 test/a/1.avi', 'test: 1 test/b/x/1.avi']);
    makeFiles(folder(), ['only/b/2.avi']);
    await expect(list(only, { model: ['a', 'b'] })).rejects.toThrow(/test is none of the model's classes/);
  });

  it('have neighbours that are told of, as are videos outside of the classes', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi', 'test/a/1.avi', 'lists/1.txt', 'intro.mp4', 'train/0.avi']);
    expect((await list(folder())).notes).toEqual([
      'folders beside train/ and test/, left out: lists',
      `videos outside of the class folders, left out: ${folder()}/intro.mp4, ${folder()}/train/0.avi`,
    ]);
  });

  it('may be wrapped once more, each in a folder of its own', async () => {
    makeFiles(folder(), ['train/train/a/1.avi', 'train/train/b/1.avi', 'val/val_256/a/x/1.avi', 'test/a/x/1.avi']);
    const set = await list(folder());
    expect(text(set)).toEqual([
      'train: 0 train/train/a/1.avi',
      'train: 1 train/train/b/1.avi',
      'test: 0 test/a/x/1.avi',
      'validation: 0 val/val_256/a/x/1.avi',
    ]);
    expect(set.notes).toEqual(['train/train/ was seen through', 'val/val_256/ was seen through']);
  });
});

describe('part folders that do not fit together', () => {
  it.each([
    [
      'two for one part',
      ['train/a/1.avi', 'val/a/1.avi', 'Valid/a/1.avi'],
      /two folders for the validation part, Valid\/ and val\//,
    ],
    [
      'two to train on',
      ['train/a/1.avi', 'Train/a/1.avi', 'test/a/1.avi'],
      /two folders for the train part, Train\/ and train\//,
    ],
    [
      'a class that is not trained',
      ['train/a/1.avi', 'train/b/1.avi', 'test/c/1.avi'],
      /Class "c" has no clip in .*\/train: nothing to train it on/,
    ],
    [
      'a class without a clip to train on',
      ['train/a/1.avi', 'train/b/1.avi', 'train/c/', 'test/c/1.avi'],
      /Class "c" has no clip in/,
    ],
    [
      'videos to test on without classes',
      ['train/a/1.avi', 'train/b/1.avi', 'test/1.avi'],
      /test holds videos and no class folders, unlike/,
    ],
    [
      'a part by an unusual name',
      ['train/a/1.avi', 'train/b/1.avi', 'holdout/a/1.avi'],
      /the same folders of clips in holdout\/ and train\/: if they are the parts/,
    ],
    [
      'parts by names that are none',
      ['Training Set/run/1.avi', 'Training Set/jump/1.avi', 'Test Set/run/1.avi', 'Test Set/jump/1.avi'],
      /the same folders of clips in Test Set\/ and Training Set\/: if they are the parts of the data set, name them train, val and test; if/,
    ],
    ['parts by longer names', ['train_videos/run/1.avi', 'val_videos/run/1.avi'], /in train_videos\/ and val_videos\//],
    [
      'two beside one to train on',
      ['train/run/1.avi', 'train/jump/x/1.avi', 'eval/run/1.avi', 'extra/jump/1.avi'],
      /in eval\/, extra\/ and train\/|in eval\/ and train\//,
    ],
    ['one class', ['train/a/1.avi', 'test/a/1.avi'], /clips of one class only, "a"/],
  ])('%s', async (_, files, message) => {
    makeFiles(folder(), files);
    await expect(list(folder())).rejects.toThrow(DatasetError);
    await expect(list(folder())).rejects.toThrow(message);
  });

  it.each([
    ['none at all', ['a/1.avi', 'b/1.avi'], /has no folder "train", which the split "folders" needs/],
    ['none to test on', ['train/a/1.avi', 'train/b/1.avi', 'more/'], /has no folder "test" or "val", one of which/],
    ['none to train on', ['test/a/1.avi', 'test/b/1.avi'], /has no folder "train"/],
    ['no classes in them', ['train/1.avi', 'test/1.avi'], /The folders of the parts in .* hold no class folders/],
  ])('folders: %s', async (_, files, message) => {
    makeFiles(folder(), files);
    await expect(list(folder(), { parts: 'folders' })).rejects.toThrow(DatasetError);
    await expect(list(folder(), { parts: 'folders' })).rejects.toThrow(message);
  });

  it('says nothing of a test part without classes where there is a validation part with them', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi', 'val/a/1.avi', 'test/1.avi']);
    const set = await list(folder());
    expect(text(set)).toEqual(['train: 0 train/a/1.avi', 'train: 1 train/b/1.avi', 'validation: 0 val/a/1.avi']);
    expect(set.notes).toEqual([NO_TEST, 'folders beside train/ and val/, left out: test'].sort().reverse());
  });

  it('takes an empty validation folder for none', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi', 'test/a/1.avi']);
    mkdirSync(join(folder(), 'val'));
    expect((await list(folder())).notes).toEqual(['folders beside train/ and test/, left out: val']);
  });
});
