import { relative } from 'node:path';
import { type DatasetPart, type DatasetRow, rowsOfPart } from '../../../lib/data/lists/row';
import { listVideoDataset } from '../../../lib/data/lists/video-dataset';
import { describeWith, UCF101_CLIPS } from '../../support/assets';
import { makeFiles, temporaryFolder } from '../../io/support/temporary-folder';

const folder = temporaryFolder();

const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}/${i}.avi`);
const short = (set: { readonly rows: readonly DatasetRow[] }, part: DatasetPart): string[] =>
  rowsOfPart(set.rows, part).map(({ path }) => relative(folder(), path));

describe('listVideoDataset', () => {
  it('auto: takes train/ and test/, and val/ where it exists', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi', 'test/b/2.avi', 'val/a/3.avi']);
    const set = await listVideoDataset(folder());
    expect(set.rule).toEqual({ kind: 'folders' });
    expect(set.classes).toEqual(['a', 'b']);
    expect(short(set, 'train')).toEqual(['train/a/1.avi', 'train/b/1.avi']);
    expect(short(set, 'test')).toEqual(['test/b/2.avi']);
    expect(rowsOfPart(set.rows, 'test')[0]?.label).toBe(1);
    expect(short(set, 'validation')).toEqual(['val/a/3.avi']);
  });

  it('auto: classes that happen to be called train and test are classes', async () => {
    makeFiles(folder(), [...numbered('train', 5), ...numbered('test', 5), ...numbered('bus', 5)]);
    const set = await listVideoDataset(folder());
    expect(set.classes).toEqual(['bus', 'test', 'train']);
    expect(set.rule).toEqual({ kind: 'ratio', train: 0.8 });
    expect(short(set, 'validation')).toEqual([]);
  });

  it('auto: takes UCF101’s groups where all names have them and both parts get clips, else a ratio', async () => {
    const names = (groups: number[]): string[] =>
      groups.map((group) => `A/v_A_g${String(group).padStart(2, '0')}_c01.avi`);
    makeFiles(folder(), names([1, 7, 8, 25]));
    const set = await listVideoDataset(folder());
    expect(set.rule).toEqual({ kind: 'ucf101' });
    expect(short(set, 'test')).toEqual(names([1, 7]));
    makeFiles(folder(), ['B/v_B_g01_c01.avi', 'B/v_B_g02_c01.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ratio', train: 0.8 });
    makeFiles(folder(), ['B/v_B_g09_c01.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ucf101' });
    makeFiles(folder(), ['A/extra.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ratio', train: 0.8 });
  });

  it('folders: names what is missing', async () => {
    makeFiles(folder(), ['train/a/1.avi']);
    await expect(listVideoDataset(folder(), { split: { kind: 'folders' } })).rejects.toThrow(/has no folder "test"/);
    makeFiles(folder(), ['test/c/1.avi']);
    await expect(listVideoDataset(folder(), { split: { kind: 'folders' } })).rejects.toThrow(
      /Class "c" has no folder in .*train/,
    );
    await expect(listVideoDataset(`${folder()}/no`, { split: { kind: 'folders' } })).rejects.toThrow(/No such folder/);
  });

  it.each(['auto', 'folders'] as const)('%s: says that a file is no folder', async (kind) => {
    makeFiles(folder(), ['clip.avi']);
    const listed = listVideoDataset(`${folder()}/clip.avi`, { split: { kind } });
    await expect(listed).rejects.toThrow(/clip.avi is a file: give a folder/);
  });

  it('folders: maps to a model’s classes', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'test/a/1.avi', 'test/b/1.avi']);
    const set = await listVideoDataset(folder(), { classes: ['z', 'b', 'a'] });
    expect(rowsOfPart(set.rows, 'test').map(({ label }) => label)).toEqual([1, 2]);
    await expect(listVideoDataset(folder(), { classes: ['a'] })).rejects.toThrow(/b is none of the model's classes/);
  });
});

describe('listVideoDataset, asked to end', () => {
  it.each([[['a/1.avi']], [['train/a/1.avi', 'test/a/1.avi']]])('ends: %j', async (files) => {
    makeFiles(folder(), files);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(listVideoDataset(folder(), { signal })).rejects.toThrow('enough');
  });
});

describeWith(UCF101_CLIPS)('listVideoDataset on UCF101 clips', () => {
  it('divides 150 clips into 108 to train on and 42 to test on', async () => {
    const set = await listVideoDataset(UCF101_CLIPS);
    expect(set.rule).toEqual({ kind: 'ucf101' });
    expect([rowsOfPart(set.rows, 'train').length, rowsOfPart(set.rows, 'test').length]).toEqual([108, 42]);
  });
});
