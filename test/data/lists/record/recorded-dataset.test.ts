import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatasetError } from '../../../../lib/base/errors';
import { singleLabel } from '../../../../lib/base/task';
import { type DatasetRecord, recordDataset } from '../../../../lib/data/lists/record/dataset-record';
import { listRecordedDataset } from '../../../../lib/data/lists/record/recorded-dataset';
import { rowsOfPart } from '../../../../lib/data/lists/row';
import { type SplitRule } from '../../../../lib/data/lists/splits/rule';
import { listVideoDataset } from '../../../../lib/data/lists/video-dataset';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';

const folder = temporaryFolder();
const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}/${i}.avi`);

async function remembered(split: SplitRule = { kind: 'auto' }): Promise<DatasetRecord> {
  return recordDataset(folder(), { split, seed: 5 }, await listVideoDataset(folder(), { split, seed: 5 }));
}

it('gives the very videos of the run, whatever was added or is gone', async () => {
  makeFiles(folder(), [...numbered('a', 20), ...numbered('b', 20)]);
  const before = await listVideoDataset(folder(), { seed: 5 });
  const record = await remembered();
  expect(await listRecordedDataset(record)).toEqual({ ...before, notes: [] });

  makeFiles(folder(), ['a/another.avi', 'b/another.avi', 'c/new class.avi']);
  const test = rowsOfPart(before.rows, 'test');
  const [gone] = test;
  rmSync(gone!.path);
  rmSync(rowsOfPart(before.rows, 'train')[0]!.path);
  const task = singleLabel(['a', 'b', 'c']);
  const after = await listRecordedDataset(record, { task, parts: ['test'] });
  expect(after.rows).toEqual(test.slice(1));
  expect(after.rule).toEqual({ kind: 'ratio', train: 0.8 });
  expect(after.broken).toEqual([{ path: gone!.path, reason: "it is no longer there, and was in the run's test part" }]);
  expect(after.notes).toEqual([
    `3 videos were added to ${folder()} since the run, such as ${join(folder(), 'a/another.avi')}: left out`,
  ]);
});

it('keeps the weights of the run, whatever the list says now', async () => {
  makeFiles(folder(), numbered('v', 4));
  const list = join(folder(), 'list.csv');
  const write = (weight: number): void => {
    const lines = numbered('v', 4).map((path, i) => `${path},${i % 2 === 0 ? 'a' : 'b'},${i === 3 ? '' : weight}`);
    writeFileSync(list, ['path,label,weight', ...lines].join('\n'));
  };
  write(2);
  const index = await listVideoDataset(list, { split: { kind: 'all' } });
  const record = await recordDataset(list, { split: { kind: 'all' } }, index);
  write(7);
  const again = await listRecordedDataset(record);
  expect(again.rows).toEqual(index.rows);
  expect(again.rows.map(({ weight }) => weight)).toEqual([2, 2, 2, undefined]);
});

it('leaves out classes that came since, and files that got another name or class', async () => {
  makeFiles(folder(), [...numbered('b', 10), ...numbered('c', 10)]);
  const before = await listVideoDataset(folder(), { seed: 5 });
  const record = await remembered();
  makeFiles(folder(), ['a/0.avi', 'd/0.avi']);
  for (const i of [0, 1, 2, 3]) {
    symlinkSync(join(folder(), `c/${i}.avi`), join(folder(), `b/link to ${i}.avi`));
    symlinkSync(join(folder(), `b/${i}.avi`), join(folder(), `b/+ ${i}.avi`));
  }
  const after = await listRecordedDataset(record, { task: before.task });
  expect(after).toMatchObject({ task: before.task, rows: before.rows, broken: [] });
  expect(after.notes).toEqual([
    'folders of no class of the model, left out: a, d',
    `One file is in two classes, ${folder()}/b/link to 0.avi and ${folder()}/c/0.avi`,
    expect.stringMatching(/^8 videos were added to .*: left out$/),
  ]);
});

it('ends where a class lost all its videos', async () => {
  makeFiles(folder(), [...numbered('a', 10), ...numbered('b', 10)]);
  const record = await remembered();
  const ofB = record.parts.test.filter(({ path }) => path.startsWith('b/'));
  for (const { path } of ofB.slice(1)) rmSync(join(folder(), path));
  await expect(listRecordedDataset(record, { parts: ['test'] })).resolves.toBeDefined();
  rmSync(join(folder(), ofB[0]!.path));
  await expect(listRecordedDataset(record, { parts: ['test'] })).rejects.toThrow(
    /^Of the run's videos of class "b" none is left, such as .*: put them back/,
  );
  await expect(listRecordedDataset(record, { parts: ['train'] })).resolves.toBeDefined();
});

it('tells names apart that read the same, and finds a video whose name is spelt otherwise now', async () => {
  makeFiles(folder(), ['a/caf\u00e9.avi', 'a/cafe\u0301.avi', 'a/1.avi', ...numbered('b', 4)]);
  const before = await listVideoDataset(folder(), { seed: 5 });
  const record = await remembered();
  expect(await listRecordedDataset(record)).toMatchObject({ rows: before.rows, broken: [], notes: [] });
  rmSync(join(folder(), 'a'), { recursive: true });
  makeFiles(folder(), ['a/caf\u00e9.avi', 'a/1.avi']);
  const composed = JSON.parse(JSON.stringify(record).replaceAll('caf\u00e9', 'none')) as DatasetRecord;
  const { broken, rows } = await listRecordedDataset(composed);
  expect(broken.map(({ path }) => path)).toEqual([join(folder(), 'a/none.avi')]);
  expect(rows).toHaveLength(6);
});

it('leaves out rows of a list whose classes came since', async () => {
  makeFiles(folder(), ['a.avi', 'b.avi', 'c.avi', 'd.avi']);
  symlinkSync('a.avi', join(folder(), 'link.avi'));
  const list = join(folder(), 'list.csv');
  const lines = ['path,label,split', 'a.avi,x,train', 'b.avi,y,train', 'c.avi,x,test'];
  writeFileSync(list, lines.join('\n'));
  const before = await listVideoDataset(list);
  const record = await recordDataset(list, {}, before);
  writeFileSync(list, [...lines, 'd.avi,z,test', 'link.avi,y,test', 'd.avi,x|y,test'].join('\n'));
  const after = await listRecordedDataset(record, { task: before.task });
  expect(after).toMatchObject({ task: before.task, rows: before.rows, broken: [] });
  expect(after.notes.slice(0, 1)).toEqual(['labels of no class of the model, left out: z']);
});

it('keeps the parts of folders', async () => {
  makeFiles(folder(), ['train/a/1.avi', 'train/b/1.avi', 'test/a/2.avi', 'test/b/2.avi', 'val/a/3.avi', 'val/b/3.avi']);
  const record = await remembered();
  expect(record.rule).toEqual({ kind: 'folders' });
  const { rows } = await listRecordedDataset(record, { parts: ['validation'] });
  expect(rows.map(({ path }) => path)).toEqual(['a', 'b'].map((name) => join(folder(), 'val', name, '3.avi')));
});

it('does not take what the tutorial’s rule leaves out for added', async () => {
  makeFiles(folder(), [...numbered('a', 60), ...numbered('b', 60)]);
  const { rows, notes } = await listRecordedDataset(await remembered({ kind: 'tutorial' }));
  expect([rows.length, notes]).toEqual([100, []]);
});

it('keeps the parts and spans of a list, and says of a video that is gone what the list says', async () => {
  makeFiles(folder(), ['v/a.avi', 'v/b.avi', 'v/c.avi']);
  const list = join(folder(), 'list.csv');
  const lines = ['a.avi,x,0,5,train', 'a.avi,x,5,9,test', 'b.avi,y,0,5,train', 'b.avi,y,6,9,test', 'c.avi,y,1,2,test'];
  writeFileSync(list, ['path,label,start,end,split', ...lines].join('\n'));
  const options = { videos: join(folder(), 'v') };
  const before = await listVideoDataset(list, options);
  const record = await recordDataset(list, options, before);
  rmSync(join(folder(), 'v/c.avi'));
  writeFileSync(list, ['path,label,start,end,split', ...lines, 'b.avi,y,5,6,test'].join('\n'));
  const after = await listRecordedDataset(record, { parts: ['test'] });
  expect(after.rows).toEqual(rowsOfPart(before.rows, 'test').slice(0, 2));
  expect(after.broken).toEqual([{ path: join(folder(), 'v/c.avi'), reason: expect.any(String) as string }]);
  expect(after.notes).toEqual([
    `1 video was added to ${list} since the run, such as ${join(folder(), 'v/b.avi')}: left out`,
  ]);
});

it('says that nothing is left', async () => {
  makeFiles(folder(), [...numbered('a', 4), ...numbered('b', 4)]);
  const record = await remembered();
  for (const { path } of record.parts.test) rmSync(join(folder(), path));
  const listing = listRecordedDataset(record, { parts: ['test'] });
  await expect(listing).rejects.toThrow(DatasetError);
  await expect(listing).rejects.toThrow(
    /^Of the run's 2 test videos none is left in .*, such as .*: put them back, or name/,
  );
  expect((await listRecordedDataset(record, { parts: ['train'] })).rows).toHaveLength(6);
  rmSync(folder(), { recursive: true });
  await expect(listRecordedDataset(record)).rejects.toThrow(/No such folder/);
});
