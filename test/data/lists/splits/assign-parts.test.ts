import fc from 'fast-check';
import { DatasetError } from '../../../../lib/base/errors';
import { singleLabel } from '../../../../lib/base/task';
import { type DatasetRow, rowsOfPart, type VideoRow } from '../../../../lib/data/lists/row';
import { assignParts } from '../../../../lib/data/lists/splits/assign-parts';
import { parseUcf101Name } from '../../../../lib/data/lists/splits/names';
import type { AppliedRule } from '../../../../lib/data/lists/splits/rule';
import { paths, plain, ucf } from '../../support/rows';

const labels = (rows: readonly VideoRow[]): (number | undefined)[] => rows.map(({ target }) => target[0]);

async function divide(
  rows: readonly VideoRow[],
  classes: readonly string[],
  rule: AppliedRule,
  seed = 0,
): Promise<Record<DatasetRow['part'], DatasetRow[]>> {
  const parts = await assignParts(rows, { root: '/data', task: singleLabel(classes), rule, seed, groups: [] });
  const placed = rows.flatMap((row, i) => (parts[i] === undefined ? [] : [{ ...row, part: parts[i] }]));
  const [train, validation, test] = (['train', 'validation', 'test'] as const).map((part) => rowsOfPart(placed, part));
  return { train: train!, validation: validation!, test: test! };
}

describe('assignParts', () => {
  it('ucf101: groups 01–07 test, 08–25 train', async () => {
    const { train, test } = await divide([...ucf('A', 0, 25, 4), ...ucf('B', 1, 25, 4)], ['A', 'B'], {
      kind: 'ucf101',
    });
    expect(train).toHaveLength(144);
    expect(test).toHaveLength(56);
    const group = (file: { path: string }): number => parseUcf101Name(file.path)!.group;
    expect(new Set(test.map(group))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
    expect(Math.min(...train.map(group))).toBe(8);
  });

  it('ucf101: names the file without a group', async () => {
    await expect(divide([...ucf('A', 0, 25), ...plain('A', 0, 1)], ['A'], { kind: 'ucf101' })).rejects.toThrow(
      /000\.mp4 is not named as UCF101/,
    );
  });

  it('tutorial: the first 30 by name train, the next 20 test, the rest is left out', async () => {
    const files = plain('A', 0, 60);
    const { train, test } = await divide([...files].reverse(), ['A'], { kind: 'tutorial' });
    expect(paths(train).sort()).toEqual(paths(files.slice(0, 30)));
    expect(paths(test).sort()).toEqual(paths(files.slice(30, 50)));
  });

  it('tutorial: refuses a data set without a 31st file', async () => {
    await expect(divide(plain('A', 0, 30), ['A'], { kind: 'tutorial' })).rejects.toThrow(
      /leaves no clip to evaluate on/,
    );
  });

  it('all: everything is for evaluation', async () => {
    const files = plain('A', 0, 3);
    const { train, test } = await divide(files, ['A'], { kind: 'all' });
    expect(train).toEqual([]);
    expect(paths(test)).toEqual(paths(files));
  });

  it('ratio: every file in exactly one part, each class in proportion, the same for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.integer(),
        async (sizes, share, seed) => {
          const classes = sizes.map((_, label) => `class ${label}`);
          const files = sizes.flatMap((size, label) => plain(classes[label]!, label, size));
          const { train, test } = await divide(files, classes, { kind: 'ratio', train: share }, seed);
          expect([...paths(train), ...paths(test)].sort()).toEqual(paths(files).sort());
          sizes.forEach((size, label) => {
            const count = train.filter((file) => file.target[0] === label).length;
            expect(count).toBeGreaterThanOrEqual(1);
            expect(count).toBeLessThan(size);
            if (count > 1 && count < size - 1) expect(Math.abs(count - share * size)).toBeLessThanOrEqual(0.5);
          });
          expect(await divide(files, classes, { kind: 'ratio', train: share }, seed)).toEqual({
            train,
            validation: [],
            test,
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('ratio: another seed draws others; another class changes nothing for this one', async () => {
    const files = plain('A', 0, 40);
    const rule = { kind: 'ratio', train: 0.5 } as const;
    const one = (await divide(files, ['A'], rule, 1)).train;
    expect(paths((await divide(files, ['A'], rule, 2)).train)).not.toEqual(paths(one));
    const both = (await divide([...files, ...plain('B', 1, 10)], ['A', 'B'], rule, 1)).train;
    expect(paths(both.filter((file) => file.target[0] === 0))).toEqual(paths(one));
  });

  it('refuses a class without a clip to train on, and names it', async () => {
    const files = [...ucf('A', 0, 25), ...ucf('B', 1, 7)];
    await expect(divide(files, ['A', 'B'], { kind: 'ucf101' })).rejects.toThrow(DatasetError);
    await expect(divide(files, ['A', 'B'], { kind: 'ucf101' })).rejects.toThrow(
      /leaves class "B" \(7 files\) no clip to train on/,
    );
  });

  it('divides many files of many classes, and very many of one', async () => {
    const classes = Array.from({ length: 2000 }, (_, label) => `class ${label}`);
    const many = classes.flatMap((name, label) => plain(name, label, 20));
    const { train, test } = await divide(many, classes, { kind: 'ratio', train: 0.8 });
    expect([train.length, test.length]).toEqual([32_000, 8000]);
    expect(labels(train)).toEqual(classes.flatMap((_, label) => Array<number>(16).fill(label)));
    const one = await divide(plain('A', 0, 300_000), ['A'], { kind: 'ratio', train: 0.8 });
    expect([one.train.length, one.test.length]).toEqual([240_000, 60_000]);
  });

  it('a class of the model without files is no error', async () => {
    expect((await divide(ucf('B', 1, 25), ['A', 'B'], { kind: 'ucf101' })).train).toHaveLength(18);
  });
});
