import { DatasetError, UsageError } from '../../../lib/base/errors';
import { singleLabel, type Task } from '../../../lib/base/task';
import type { ReadList } from '../../../lib/data/lists/read-list';
import { type DatasetPart, rowsOfPart, type VideoRow } from '../../../lib/data/lists/row';
import { parseSplit } from '../../../lib/data/lists/splits/rule';
import { type DatasetIndex, divideList } from '../../../lib/data/lists/video-dataset';
import type { ListedRow } from '../../../lib/data/lists/video-list';
import { paths, plain, ucf } from '../support/rows';

const AB = singleLabel(['A', 'B']);

function list(rows: readonly ListedRow[], task: Task = AB, changes: Partial<ReadList> = {}): ReadList {
  const hasParts = rows.some(({ part }) => part !== undefined);
  return { root: '/data', task, rows, hasParts, broken: [], notes: [], ownRule: 'listed', ...changes };
}
const inPart = (rows: readonly VideoRow[], part: DatasetPart): ListedRow[] => rows.map((row) => ({ ...row, part }));
const partsOf = ({ rows }: DatasetIndex): string[] =>
  (['train', 'validation', 'test'] as const).map((part) => paths(rowsOfPart(rows, part)).join(' '));

describe('auto', () => {
  it('takes the parts that a list gives, in the order of the list', async () => {
    const [a, b] = [plain('A', 0, 3), plain('B', 1, 3)];
    const rows = [
      ...inPart([b[0]!, a[0]!], 'test'),
      ...inPart([a[1]!, b[1]!], 'train'),
      ...inPart([b[2]!, a[2]!], 'validation'),
    ];
    const index = await divideList(list(rows));
    expect(index.rule).toEqual({ kind: 'listed' });
    expect(partsOf(index)).toEqual([
      '/data/A/001.mp4 /data/B/001.mp4',
      '/data/B/002.mp4 /data/A/002.mp4',
      '/data/B/000.mp4 /data/A/000.mp4',
    ]);
    expect(index.notes).toEqual([]);
  });

  it.each(['.avi', '.mp4', '.webm', ''])('takes UCF101’s rule for names that end in "%s"', async (ending) => {
    const index = await divideList(list([...ucf('A', 0, 25, 2, ending), ...ucf('B', 1, 25, 2, ending)]));
    expect(index.rule).toEqual({ kind: 'ucf101' });
    expect(index.rows.filter(({ part }) => part === 'test')).toHaveLength(28);
    expect(index.notes).toEqual([]);
  });

  it('says why UCF101’s rule is not taken, and keeps its groups together', async () => {
    const foreign = [...ucf('A', 0, 25, 4), ...ucf('B', 1, 25, 4), ...plain('B', 1, 1)];
    const index = await divideList(list(foreign));
    expect(index.rule).toEqual({ kind: 'ratio', train: 0.8 });
    expect(index.notes).toEqual([
      "Not divided by UCF101's official list, as 1 of 201 names are not UCF101's, such as /data/B/000.mp4: by a ratio of 0.8, clips of one UCF101 group in one part",
    ]);
    const early = await divideList(list([...ucf('A', 0, 25, 4), ...ucf('B', 1, 7, 4)]));
    expect(early.rule).toEqual({ kind: 'ratio', train: 0.8 });
    expect(early.notes).toEqual([expect.stringMatching(/as its groups 01 to 07 .* are not in every class/)]);
  });

  it('groups by a regular expression rather than by UCF101’s rule', async () => {
    const rows = [...ucf('A', 0, 25, 2), ...ucf('B', 1, 25, 2)];
    const index = await divideList(list(rows), { groupBy: '_c(\\d\\d)' });
    expect(index.rule).toEqual({ kind: 'ratio', train: 0.8 });
    const clipsOf = (part: DatasetPart): Set<string> =>
      new Set(paths(rowsOfPart(index.rows, part)).map((path) => path.slice(-6, -4)));
    expect([...clipsOf('train'), ...clipsOf('test')].sort()).toEqual(['01', '02']);
  });
});

describe('groups', () => {
  const rows = [...plain('A', 0, 20), ...plain('B', 1, 20)];

  it('are the first group of the expression, else its match; what does not match is noted', async () => {
    const split = parseSplit('0.5');
    for (const groupBy of ['([0-9])\\.mp4', '[0-9]\\.mp4']) {
      const index = await divideList(list(rows), { split, groupBy });
      const partOf = new Map<string, DatasetPart>();
      for (const { path, part } of index.rows) {
        const digit = path.slice(-5);
        expect(partOf.get(digit) ?? part).toBe(part);
        partOf.set(digit, part);
      }
      expect(new Set(partOf.values()).size).toBe(2);
      expect(index.notes).toEqual([]);
    }
    const some = await divideList(list(rows), { split, groupBy: '^A/.*([0-9])\\.mp4' });
    expect(some.notes).toEqual([
      '`groupBy` matches all paths but 20 of 40, such as B/000.mp4: each of those is a group of its own',
    ]);
  });

  it('of a list stay whole; an expression goes before them', async () => {
    const listed = rows.map((row, i) => ({ ...row, group: `day ${i % 4}` }));
    const byList = await divideList(list(listed), { split: parseSplit('0.5') });
    const places = new Set(byList.rows.map(({ group, part }) => `${group} ${part}`));
    expect(places.size).toBe(4);
    const byName = await divideList(list(listed), { split: parseSplit('0.5'), groupBy: '^[AB]/0[01]' });
    const named = byName.rows.map(({ path, part }) => `${path.slice('/data/'.length, '/data/A/00'.length)} ${part}`);
    expect(new Set(named).size).toBe(4);
  });

  it.each([
    ['(', UsageError, /^`groupBy` "\(" is no regular expression: /],
    ['nothing', UsageError, /^`groupBy` "nothing" matches none of the 40 paths below \/data, such as A\/000\.mp4/],
  ])('refuses "%s"', async (groupBy, type, message) => {
    const dividing = divideList(list(rows), { split: parseSplit('0.5'), groupBy });
    await expect(dividing).rejects.toThrow(type);
    await expect(dividing).rejects.toThrow(message);
  });

  it.each(['ucf101', 'tutorial', 'all'])('do not go with the split %s', async (split) => {
    const dividing = divideList(list(rows), { split: parseSplit(split), groupBy: 'A' });
    await expect(dividing).rejects.toThrow(UsageError);
    await expect(dividing).rejects.toThrow(`The split "${split}" does not heed \`groupBy\``);
  });

  it('that given parts divide are noted', async () => {
    const given = [...inPart(plain('A', 0, 8), 'train'), ...inPart(plain('B', 1, 8), 'train'), ...inPart(rows, 'test')];
    const { warnings } = await divideList(list(given), { groupBy: '([0-9])\\.mp4' });
    expect(warnings).toEqual(['Clips of 8 groups are in more than one part: "0", "1", "2", "3", "4" and 3 more']);
  });

  it('of UCF101 that a plain ratio divides are noted', async () => {
    const { warnings } = await divideList(list([...ucf('A', 0, 25, 4), ...ucf('B', 1, 25, 4)]), {
      split: parseSplit('0.5'),
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^Clips of \d+ UCF101 groups are in more than one part: "A g\d\d", .* and \d+ more; the split auto keeps them together$/,
      ),
    ]);
  });
});

describe('spans of one video', () => {
  const rows = ['A', 'B'].flatMap((name, label) =>
    Array.from({ length: 40 }, (_, i): ListedRow => ({
      ...{ path: `/data/${name}/${Math.floor(i / 8)}.mp4`, target: [label], span: [i % 8, (i % 8) + 1] },
    })),
  );

  it('on both sides are noted, with what keeps them together', async () => {
    const { warnings } = await divideList(list(rows), { split: parseSplit('0.5') });
    expect(warnings).toEqual([
      'Clips of 10 videos are in more than one part: "A/0.mp4", "A/1.mp4", "A/2.mp4", "A/3.mp4", "A/4.mp4" and 5 more; `groupBy` ".+" keeps them together',
    ]);
    const together = await divideList(list(rows), { split: parseSplit('0.5'), groupBy: '.+' });
    expect(together.warnings).toEqual([]);
    expect(new Set(together.rows.map(({ path, part }) => `${path} ${part}`)).size).toBe(10);
  });

  it('are noted of given parts too', async () => {
    const given = rows.map((row, i) => ({ ...row, part: i % 8 === 0 && i < 16 ? 'test' : 'train' }) as const);
    expect((await divideList(list(given))).warnings).toEqual([
      'Clips of 2 videos are in more than one part: "A/0.mp4", "A/1.mp4"',
      'Class "B" (40 clips in all) has no clip in the test part',
    ]);
  });
});

describe('what is worth a line', () => {
  it('names classes without a clip in a part', async () => {
    const one = await divideList(list([...plain('A', 0, 10), ...plain('B', 1, 1)]), { split: parseSplit('0.8') });
    expect(one.warnings).toEqual(['Class "B" (1 clip in all) has no clip in the test part']);
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'many'];
    const rows = names.flatMap((name, label) => plain(name, label, name === 'many' ? 20 : 2));
    const several = await divideList(list(rows, singleLabel(names)), { split: parseSplit('0.6/0.2/0.2') });
    expect(several.warnings).toEqual([
      '7 classes have no clip in the validation part: "a" (2 clips in all), "b" (2 clips in all), "c" (2 clips in all), "d" (2 clips in all), "e" (2 clips in all) and 2 more',
    ]);
  });

  it('tells of parts that are not used, and of rows without one', async () => {
    const rows = [...inPart(plain('A', 0, 5), 'train'), ...inPart(plain('B', 1, 5), 'test')];
    const again = await divideList(list(rows), { split: parseSplit('0.8') });
    expect(again.notes).toEqual(['The parts that the data set itself has are not used: the split is 0.8']);
    const more = [...inPart(plain('B', 1, 2), 'train'), ...rows, { path: '/data/A/x.mp4', target: [0] }];
    const partly = await divideList(list(more, AB, { notes: ['a note of the list'] }));
    expect(partly.rows).toHaveLength(12);
    expect(partly.notes).toEqual(['a note of the list', '1 of 13 rows are in no part: they are left out']);
    expect(partly.warnings).toEqual(['Class "A" (5 clips in all) has no clip in the test part']);
  });
});

describe('given parts', () => {
  it('that train on nothing of a class are refused, unless nothing is trained on at all', async () => {
    const rows = [...inPart(plain('A', 0, 5), 'train'), ...inPart(plain('B', 1, 5), 'test')];
    await expect(divideList(list(rows))).rejects.toThrow(DatasetError);
    await expect(divideList(list(rows))).rejects.toThrow(/leaves class "B" \(5 files\) no clip to train on/);
    expect((await divideList(list(inPart(plain('B', 1, 5), 'test')))).rows).toHaveLength(5);
    const task: Task = { kind: 'multi-label', classes: ['A', 'B'] };
    expect((await divideList(list(rows, task))).warnings).toEqual([
      'Class "B" (5 clips in all) has no clip in the train part',
      'Class "A" (5 clips in all) has no clip in the test part',
    ]);
  });

  it('tutorial: refuses clips of several classes', async () => {
    const task: Task = { kind: 'multi-label', classes: ['A', 'B'] };
    const dividing = divideList(list(plain('A', 0, 60), task), { split: { kind: 'tutorial' } });
    await expect(dividing).rejects.toThrow('The split "tutorial" is for clips of one class each');
  });
});
