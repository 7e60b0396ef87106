import { cpSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatasetError } from '../../../../lib/base/errors';
import { type DatasetRecord, recordDataset } from '../../../../lib/data/lists/record/dataset-record';
import { findOverlap, overlapNotes } from '../../../../lib/data/lists/record/overlap';
import type { DatasetRow } from '../../../../lib/data/lists/row';
import { listVideoDataset } from '../../../../lib/data/lists/video-dataset';
import { makeFiles, temporaryFolder } from '../../../io/support/temporary-folder';

const folder = temporaryFolder();
const at = (...names: string[]): string => join(folder(), ...names);
const train = (path: string, span?: DatasetRow['span']): DatasetRow => ({
  ...{ path, target: [0], part: 'train' },
  ...(span ? { span } : {}),
});

async function recorded(rows: readonly DatasetRow[]): Promise<DatasetRecord> {
  return recordDataset(
    at('old'),
    {},
    {
      ...{ root: at('old'), rows, rule: { kind: 'all' }, broken: [], notes: [], warnings: [] },
      task: { kind: 'single-label', classes: ['a'] },
    },
  );
}
async function overlapping(record: DatasetRecord, paths: readonly string[], root = at('new')): Promise<string[]> {
  const rows = paths.map((path) => ({ path: join(root, path), target: [0] }));
  return (await findOverlap(rows, root, record)).map(({ path }) => path.slice(root.length + 1));
}

describe('a copied data set', () => {
  const trained = ['a/1.avi', 'a/2.avi', 'b/1.avi'];
  beforeEach(() => {
    for (const [i, path] of trained.entries()) makeFiles(at('old'), [path], `${'content '.repeat(9000)}${i}`);
  });
  const record = (): Promise<DatasetRecord> => recorded(trained.map((path) => train(at('old', path))));

  it('is found out, wherever its files lie, and other files of the same names are not', async () => {
    const remembered = await record();
    cpSync(at('old', 'a'), at('new/deep/a'), { recursive: true });
    cpSync(at('old', 'b/1.avi'), at('new/elsewhere/1.avi'));
    makeFiles(at('new'), ['b/1.avi'], 'another, shorter one');
    // Of the same length, and another one in the middle.
    makeFiles(at('new'), ['b/2.avi'], `${'content '.repeat(4500)}${'CONTENT '.repeat(4500)}1`);
    const paths = ['deep/a/1.avi', 'deep/a/2.avi', 'elsewhere/1.avi', 'b/1.avi', 'b/2.avi'];
    expect(await overlapping(remembered, paths)).toEqual(paths.slice(0, 3));
  });

  it('is found out by names, sizes and folders where the training videos are gone', async () => {
    const remembered = await record();
    renameSync(at('old'), at('new'));
    mkdirSync(at('new/c'));
    cpSync(at('new/a/1.avi'), at('new/c/1.avi'));
    expect(await overlapping(remembered, ['a/1.avi', 'b/1.avi', 'c/1.avi'])).toEqual(['a/1.avi', 'b/1.avi']);
  });

  it('is found out though the names are spelt otherwise', async () => {
    makeFiles(at('old'), ['cafe\u0301/e\u0301.avi'], 'content');
    const remembered = await recorded([train(at('old', 'cafe\u0301/e\u0301.avi'))]);
    rmSync(at('old'), { recursive: true });
    makeFiles(at('new'), ['caf\u00e9/\u00e9.avi'], 'content');
    expect(await overlapping(remembered, ['caf\u00e9/\u00e9.avi'])).toEqual(['caf\u00e9/\u00e9.avi']);
  });
});

it('knows a file by its path, whatever became of it, and by its other names', async () => {
  makeFiles(at('old'), ['a/1.avi', 'a/2.avi', 'a/3.avi', 'a/4.avi'], 'content');
  symlinkSync(at('old'), at('link'));
  const record = await recorded(['a/1.avi', 'a/2.avi', 'a/3.avi'].map((path) => train(at('old', path))));
  writeFileSync(at('old/a/1.avi'), 'compressed anew');
  expect(await overlapping(record, ['a/1.avi', 'a/4.avi'], at('old'))).toEqual(['a/1.avi']);
  expect(await overlapping(record, ['a/1.avi', 'a/4.avi'], at('link'))).toEqual(['a/1.avi']);
  // No other one is as large as it was: its path alone tells.
  expect(await overlapping(record, ['a/1.avi'], at('old'))).toEqual(['a/1.avi']);
  expect(await overlapping(record, ['a/1.avi'], at('link'))).toEqual(['a/1.avi']);
  mkdirSync(at('new'));
  symlinkSync(at('old/a/2.avi'), at('new/x.avi'));
  linkSync(at('old/a/3.avi'), at('new/y.avi'));
  linkSync(at('old/a/4.avi'), at('new/z.avi'));
  expect(await overlapping(record, ['x.avi', 'y.avi', 'z.avi', 'missing.avi'])).toEqual(['x.avi', 'y.avi']);
});

it('tells empty files and folders of pictures apart', async () => {
  makeFiles(at('old'), ['a/1.avi'], '');
  makeFiles(at('old'), ['a/clip/1.jpg'], 'picture');
  const record = await recorded([train(at('old/a/1.avi')), train(at('old/a/clip'))]);
  makeFiles(at('new'), ['a/1.avi'], '');
  makeFiles(at('new'), ['b/clip/1.jpg'], 'PICTURE');
  makeFiles(at('new'), ['c/clip/1.jpg'], 'picture');
  makeFiles(at('new'), ['d/clip/'], '');
  expect(await overlapping(record, ['a/1.avi', 'b/clip', 'c/clip', 'd/clip'])).toEqual(['c/clip']);
});

it('heeds spans: those that have time in common overlap', async () => {
  makeFiles(at('old'), ['long.avi', 'whole.avi'], 'content');
  const [long, whole] = [at('old/long.avi'), at('old/whole.avi')];
  const record = await recorded([train(long, [10, 20]), train(long, [40, 50]), train(whole)]);
  const spans = [
    [0, 10],
    [20, 40],
    [19, 21],
    [45, 46],
    [50, Infinity],
  ] as const;
  const rows = [
    ...spans.map((span) => ({ path: long, target: [0], span })),
    { path: whole, target: [0], span: [1, 2] as const },
  ];
  const found = await findOverlap([...rows, { path: long, target: [0] }], at('old'), record);
  expect(found.map(({ path }) => path)).toEqual([long, long, whole, long]);
  expect(await findOverlap(rows.slice(0, 2), at('old'), record)).toEqual([]);
});

it('looks at each video once, however many spans of it there are, and ends by its signal', async () => {
  makeFiles(at('old'), ['long.avi'], 'content');
  cpSync(at('old'), at('new'), { recursive: true });
  const spans = Array.from({ length: 20_000 }, (_, i) => [2 * i, 2 * i + 1] as const);
  const record = await recorded(spans.map((span) => train(at('old/long.avi'), span)));
  // Every other one lies between two of those.
  const rows = spans.map(([from], i) => train(at('new/long.avi'), [from + (i % 2), from + (i % 2) + 1]));
  const began = performance.now();
  expect(await findOverlap(rows, at('new'), record)).toHaveLength(10_000);
  expect(performance.now() - began).toBeLessThan(10_000);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(findOverlap(rows, at('new'), record, { signal })).rejects.toThrow('enough');
}, 30_000);

it('tells folders of pictures apart whose first pictures are the same', async () => {
  const clip = (folderOf: string, name: string, content: string): void => {
    makeFiles(at(folderOf), [`${name}/1.jpg`], 'black');
    makeFiles(at(folderOf), [`${name}/2.jpg`, `${name}/3.jpg`], content);
  };
  clip('old', 'a/clip', 'content');
  const record = await recorded([train(at('old/a/clip'))]);
  clip('new', 'a/clip', 'content');
  clip('new', 'b/clip', 'CONTENT');
  clip('new', 'c/clip', 'content');
  makeFiles(at('new'), ['c/clip/4.jpg'], 'content');
  expect(await overlapping(record, ['a/clip', 'b/clip', 'c/clip'])).toEqual(['a/clip']);
});

it('is refused with what to do, or counted', () => {
  const overlap = [
    { path: '/new/a/1.avi', trained: '/old/a/1.avi' },
    { path: '/x', trained: '/x' },
  ];
  expect(overlapNotes([], 3, { allowed: false })).toEqual([]);
  expect(() => overlapNotes(overlap, 3, { allowed: false })).toThrow(DatasetError);
  expect(() => overlapNotes(overlap, 3, { allowed: false })).toThrow(
    '2 of 3 clips to evaluate on are clips that the model was trained on, such as /new/a/1.avi (/old/a/1.avi): choose other clips, or give `allowOverlap`',
  );
  expect(overlapNotes(overlap.slice(1), 3, { allowed: true })).toEqual([
    expect.stringMatching(/^1 of 3 clips .*, such as \/x: the results are better than those on other clips$/),
  ]);
});

it('compares large data sets without much ado, all of one size too', async () => {
  makeFiles(
    at('old'),
    Array.from({ length: 600 }, (_, i) => `${i % 2}/${i}.avi`),
    'content',
  );
  const index = await listVideoDataset(at('old'), { split: { kind: 'ratio', train: 0.5 } });
  const record = await recordDataset(at('old'), {}, index);
  const test = index.rows.filter(({ part }) => part === 'test');
  expect(await findOverlap(test, at('old'), record)).toEqual([]);
  expect(await findOverlap(index.rows, at('old'), record)).toHaveLength(300);
});
