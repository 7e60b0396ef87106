import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type DatasetPart, type DatasetRow, rowsOfPart } from '../../../lib/data/lists/row';
import { listVideoDataset } from '../../../lib/data/lists/video-dataset';
import { DatasetError, UsageError } from '../../../lib/base/errors';
import { singleLabel } from '../../../lib/base/task';
import { parseSplit } from '../../../lib/data/lists/splits/rule';
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
    expect(set.task.classes).toEqual(['a', 'b']);
    expect(short(set, 'train')).toEqual(['train/a/1.avi', 'train/b/1.avi']);
    expect(short(set, 'test')).toEqual(['test/b/2.avi']);
    expect(rowsOfPart(set.rows, 'test')[0]?.target).toEqual([1]);
    expect(short(set, 'validation')).toEqual(['val/a/3.avi']);
  });

  it('auto: classes that happen to be called train and test are classes', async () => {
    makeFiles(folder(), [...numbered('train', 5), ...numbered('test', 5), ...numbered('bus', 5)]);
    const set = await listVideoDataset(folder());
    expect(set.task.classes).toEqual(['bus', 'test', 'train']);
    expect(set.rule).toEqual({ kind: 'ratio', train: 0.8 });
    expect(short(set, 'validation')).toEqual([]);
  });

  it('auto: takes UCF101’s groups where all names have them and both parts get clips, else a ratio', async () => {
    const names = (name: string, groups: number[]): string[] =>
      groups.map((group) => `${name}/v_${name}_g${String(group).padStart(2, '0')}_c01.avi`);
    makeFiles(folder(), [...names('A', [1, 7, 8, 25]), ...names('C', [2, 9])]);
    const set = await listVideoDataset(folder());
    expect(set.rule).toEqual({ kind: 'ucf101' });
    expect(short(set, 'test')).toEqual([...names('A', [1, 7]), ...names('C', [2])]);
    makeFiles(folder(), ['B/v_B_g01_c01.avi', 'B/v_B_g02_c01.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ratio', train: 0.8 });
    makeFiles(folder(), ['B/v_B_g09_c01.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ucf101' });
    makeFiles(folder(), ['A/extra.avi']);
    expect((await listVideoDataset(folder())).rule).toEqual({ kind: 'ratio', train: 0.8 });
  });

  it('folders: names what is missing', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi']);
    await expect(listVideoDataset(folder(), { split: { kind: 'folders' } })).rejects.toThrow(DatasetError);
    makeFiles(folder(), ['test/c/1.avi']);
    await expect(listVideoDataset(folder(), { split: { kind: 'folders' } })).rejects.toThrow(
      /Class "c" has no clip in .*train/,
    );
    await expect(listVideoDataset(`${folder()}/no`, { split: { kind: 'folders' } })).rejects.toThrow(/No such folder/);
  });

  it.each(['auto', 'folders', '0.8'])('%s: says that a video is no data set', async (split) => {
    makeFiles(folder(), ['clip.avi']);
    const listed = listVideoDataset(`${folder()}/clip.avi`, { split: parseSplit(split) });
    await expect(listed).rejects.toThrow(/clip.avi is a video: give a folder/);
  });

  it('divides a folder of parts anew where a share is asked for, and says so', async () => {
    makeFiles(folder(), [
      ...numbered('train/a', 6),
      ...numbered('train/b', 6),
      ...numbered('test/a', 4),
      ...numbered('test/b', 4),
    ]);
    const { rule, rows, notes } = await listVideoDataset(folder(), { split: parseSplit('0.5') });
    expect(rule).toEqual({ kind: 'ratio', train: 0.5 });
    expect(rows.filter(({ part }) => part === 'train')).toHaveLength(10);
    expect(notes).toEqual(['train/ and test/ were put together, to be divided anew']);
  });

  it('takes a list, with its parts, with others, and with what goes with it alone', async () => {
    makeFiles(folder(), [...numbered('videos/a', 3), ...numbered('videos/b', 3)]);
    const row = (name: string, i: number): string => `videos/${name}/${i}.avi,${name},${['train', 'val', 'test'][i]}`;
    const lines = ['a', 'b'].flatMap((name) => [0, 1, 2].map((i) => row(name, i)));
    const list = `${folder()}/list.csv`;
    writeFileSync(list, ['path,label,split', ...lines].join('\n'));
    const listed = await listVideoDataset(list);
    expect(listed.rule).toEqual({ kind: 'listed' });
    expect(short(listed, 'validation')).toEqual(['videos/a/1.avi', 'videos/b/1.avi']);
    expect((await listVideoDataset(list, { split: { kind: 'listed' } })).rows).toEqual(listed.rows);
    const all = await listVideoDataset(list, { split: { kind: 'all' } });
    expect(short(all, 'test')).toHaveLength(6);
    expect(all.notes).toEqual(['The parts that the data set itself has are not used: the split is all']);
    await expect(listVideoDataset(list, { split: { kind: 'folders' } })).rejects.toThrow(
      /list\.csv is a list: choose listed/,
    );
    const folders = listVideoDataset(`${folder()}/videos`, { split: { kind: 'listed' } });
    await expect(folders).rejects.toThrow(UsageError);
    await expect(folders).rejects.toThrow(/"listed" is one of lists, and .*videos is none/);
    writeFileSync(list, ['path,label', ...lines.map((line) => line.replace(/,[a-z]*$/, ''))].join('\n'));
    await expect(listVideoDataset(list, { split: { kind: 'listed' } })).rejects.toThrow(
      /says of no row which part it is in/,
    );
    expect((await listVideoDataset(list)).rule).toEqual({ kind: 'ratio', train: 0.8 });
  });

  it('folders: maps to a model’s classes', async () => {
    makeFiles(folder(), ['train/a/1.avi', 'test/a/1.avi', 'test/b/1.avi']);
    const set = await listVideoDataset(folder(), { task: singleLabel(['z', 'b', 'a']) });
    expect(rowsOfPart(set.rows, 'test').map(({ target }) => target)).toEqual([[1], [2]]);
    await expect(listVideoDataset(folder(), { task: singleLabel(['a']) })).rejects.toThrow(
      /b is none of the model's classes/,
    );
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

it('needs no clip to train on of a class that a model has learned', async () => {
  makeFiles(folder(), ['a.avi', 'b.avi', 'c.avi']);
  const list = `${folder()}/list.csv`;
  writeFileSync(list, 'path,label,split\na.avi,x,train\nb.avi,y,test\nc.avi,x,test\n');
  await expect(listVideoDataset(list)).rejects.toThrow(/leaves class "y" .* no clip to train on/);
  const set = await listVideoDataset(list, { task: singleLabel(['x', 'y']) });
  expect(short(set, 'test')).toEqual(['b.avi', 'c.avi']);
});

it('says of a whole video in one part that spans of it are in another', async () => {
  makeFiles(folder(), ['a.avi', 'b.avi']);
  const list = `${folder()}/list.csv`;
  writeFileSync(list, 'path,label,start,end,split\na.avi,x,,,train\na.avi,x,1,2,test\nb.avi,y,,,train\n');
  const { warnings } = await listVideoDataset(list);
  expect(warnings).toContain('Clips of one video are in more than one part: "a.avi"');
});
