import fc from 'fast-check';
import { rowsOfPart, type VideoRow } from '../../../lib/data/lists/row';
import { assignParts, formatSplit, parseSplit, parseUcf101Name } from '../../../lib/data/lists/splits';
import { DatasetError, UsageError } from '../../../lib/base/errors';

const ucf = (name: string, label: number, groups: number, clips = 1): VideoRow[] =>
  Array.from({ length: groups * clips }, (_, i) => {
    const group = String(Math.floor(i / clips) + 1).padStart(2, '0');
    return { path: `/data/${name}/v_${name}_g${group}_c${String((i % clips) + 1).padStart(2, '0')}.avi`, label };
  });
const plain = (name: string, label: number, count: number): VideoRow[] =>
  Array.from({ length: count }, (_, i) => ({ path: `/data/${name}/${String(i).padStart(3, '0')}.mp4`, label }));
const paths = (files: readonly { path: string }[]): string[] => files.map((file) => file.path);

const divide = async (...args: Parameters<typeof assignParts>): Promise<Record<'train' | 'test', VideoRow[]>> => {
  const rows = await assignParts(...args);
  return { train: rowsOfPart(rows, 'train'), test: rowsOfPart(rows, 'test') };
};

describe('parseSplit', () => {
  it.each(['auto', 'folders', 'ucf101', 'tutorial', 'all', '0.8', '0.25'])(
    'reads %s, and formatSplit writes it back',
    (text) => {
      expect(formatSplit(parseSplit(text))).toBe(text);
    },
  );

  it.each(['', ' ', '0', '1', '-0.5', '80%', 'ucf', 'NaN', 'Infinity'])(
    'refuses "%s" and lists what there is',
    (text) => {
      expect(() => parseSplit(text)).toThrow(UsageError);
      expect(() => parseSplit(text)).toThrow(/auto, folders, ucf101, tutorial, all or the share/);
    },
  );
});

describe('parseUcf101Name', () => {
  it('reads class, group and clip', () => {
    expect(parseUcf101Name('/x/v_HandstandPushups_g07_c03.avi')).toEqual({
      className: 'HandstandPushups',
      group: 7,
      clip: 3,
    });
  });

  it.each([
    'v_A_g1_c01.avi',
    'A_g01_c01.avi',
    'v_A_g01_c01.mp4',
    'v__g01_c01.avi',
    'v_A_B_g01_c01.avi',
    'xv_A_g01_c01.avi',
  ])('is undefined for %s', (name) => {
    expect(parseUcf101Name(name)).toBeUndefined();
  });
});

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
    expect(paths(train)).toEqual(paths(files.slice(0, 30)));
    expect(paths(test)).toEqual(paths(files.slice(30, 50)));
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
            const count = train.filter((file) => file.label === label).length;
            expect(count).toBeGreaterThanOrEqual(1);
            expect(count).toBeLessThan(size);
            if (count > 1 && count < size - 1) expect(Math.abs(count - share * size)).toBeLessThanOrEqual(0.5);
          });
          expect(await divide(files, classes, { kind: 'ratio', train: share }, seed)).toEqual({ train, test });
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
    expect(paths(both.filter((file) => file.label === 0))).toEqual(paths(one));
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
    const { train, test } = await divide([...many].reverse(), classes, { kind: 'ratio', train: 0.8 });
    expect([train.length, test.length]).toEqual([32_000, 8000]);
    expect(train.map((file) => file.label)).toEqual(classes.flatMap((_, label) => Array<number>(16).fill(label)));
    const one = await divide(plain('A', 0, 300_000), ['A'], { kind: 'ratio', train: 0.8 });
    expect([one.train.length, one.test.length]).toEqual([240_000, 60_000]);
  });

  it('a class of the model without files is no error', async () => {
    expect((await divide(ucf('B', 1, 25), ['A', 'B'], { kind: 'ucf101' })).train).toHaveLength(18);
  });
});
