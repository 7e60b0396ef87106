import fc from 'fast-check';
import { singleLabel, type Task } from '../../../../lib/base/task';
import type { ReadList } from '../../../../lib/data/lists/read-list';
import type { DatasetPart, VideoRow } from '../../../../lib/data/lists/row';
import { formatSplit, sharesOf, type RatioRule } from '../../../../lib/data/lists/splits/rule';
import { type DatasetIndex, divideList } from '../../../../lib/data/lists/video-dataset';
import { ucf } from '../../support/rows';

const listOf = (rows: readonly VideoRow[], task: Task): ReadList => ({
  ...{ root: '/data', task, rows, hasParts: false, broken: [], notes: [], ownRule: 'folders' },
});
const divide = (rows: readonly VideoRow[], task: Task, rule: RatioRule, seed = 0): Promise<DatasetIndex> =>
  divideList(listOf(rows, task), { split: rule, seed });
const placesOf = (index: DatasetIndex): Map<string, DatasetPart> =>
  new Map(index.rows.map(({ path, part }) => [path, part]));

/** Shares in hundredths, of two parts or three. */
const ratio = fc
  .tuple(fc.integer({ min: 2, max: 97 }), fc.option(fc.integer({ min: 1, max: 97 }), { nil: undefined }))
  .filter(([train, validation]) => validation === undefined || train + validation < 100)
  .map(([train, validation]): RatioRule => ({
    ...{ kind: 'ratio', train: train / 100 },
    ...(validation === undefined ? {} : { validation: validation / 100 }),
  }));

/** Classes by the sizes of their groups, 0 for a clip without one. */
const classSizes = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 25 }), {
  minLength: 1,
  maxLength: 5,
});

function rowsOf(classes: readonly (readonly number[])[]): VideoRow[] {
  return classes.flatMap((groups, label) =>
    groups.flatMap((size, group) =>
      Array.from({ length: Math.max(size, 1) }, (_, clip): VideoRow => ({
        path: `/data/class ${label}/${group}-${clip}.mp4`,
        target: [label],
        ...(size === 0 ? {} : { group: `${label} ${group}` }),
      })),
    ),
  );
}

const several = fc.array(
  fc.record({
    target: fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
    group: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
  }),
  { minLength: 8, maxLength: 120 },
);
const SIX: Task = { kind: 'multi-label', classes: ['a', 'b', 'c', 'd', 'e', 'f'] };
const manyRows = (drawn: readonly { target: number[]; group: number | undefined }[]): VideoRow[] =>
  drawn.map(({ target, group }, i) => ({
    ...{ path: `/data/${i}.mp4`, target: [...target].sort() },
    ...(group === undefined ? {} : { group: `g${group}` }),
  }));
/** Where all clips are of one group there is nothing to divide. */
const divisible = (rows: readonly VideoRow[]): boolean =>
  new Set(rows.map(({ group, path }) => group ?? path)).size > 1;

function expectWhole(rows: readonly VideoRow[], index: DatasetIndex): void {
  const places = placesOf(index);
  expect(index.rows).toHaveLength(rows.length);
  expect(places.size).toBe(rows.length);
  const partOf = new Map<string, DatasetPart>();
  for (const { group, path } of rows) {
    if (group === undefined) continue;
    const known = partOf.get(group) ?? places.get(path)!;
    expect(places.get(path)).toBe(known);
    partOf.set(group, known);
  }
}

describe('a split by shares', () => {
  it('puts every row in one part, keeps groups whole and comes within a group of the shares of each class', async () => {
    await fc.assert(
      fc.asyncProperty(classSizes, ratio, fc.integer(), async (sizes, rule, seed) => {
        const rows = rowsOf(sizes);
        fc.pre(divisible(rows) && sizes.some((groups) => groups.length > 1));
        const task = singleLabel(sizes.map((_, label) => `class ${label}`));
        const index = await divide(rows, task, rule, seed);
        expectWhole(rows, index);
        const places = placesOf(index);
        sizes.forEach((groups, label) => {
          const ofClass = rows.filter(({ target }) => target[0] === label).map(({ path }) => places.get(path));
          const [largest] = [...groups].sort((a, b) => b - a);
          const counts = sharesOf(rule).map(([part]) => ofClass.filter((each) => each === part).length);
          if (groups.length > 1) {
            expect(ofClass).toContain('train');
            expect(ofClass).toContain('test');
          } else expect(ofClass).not.toContain('test');
          // Where a share is less than a group, a part has one that it would not have by its share.
          const few = sharesOf(rule).some(([, share]) => share * ofClass.length < Math.max(largest!, 1));
          if (few) return;
          sharesOf(rule).forEach(([, share], i) =>
            expect(Math.abs(counts[i]! - share * ofClass.length)).toBeLessThanOrEqual(Math.max(largest!, 1)),
          );
        });
      }),
      { numRuns: 200 },
    );
  });

  it('depends on the seed and the names, not on the order of the list', async () => {
    await fc.assert(
      fc.asyncProperty(
        classSizes,
        ratio,
        fc.integer(),
        fc.infiniteStream(fc.nat()),
        async (sizes, rule, seed, random) => {
          const rows = rowsOf(sizes);
          fc.pre(sizes.some((groups) => groups.length > 1));
          const task = singleLabel(sizes.map((_, label) => `class ${label}`));
          const places = placesOf(await divide(rows, task, rule, seed));
          const keyed = rows.map((row) => ({ row, key: random.next().value as number }));
          const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);
          expect(placesOf(await divide(shuffled, task, rule, seed))).toEqual(places);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('draws otherwise with another seed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer(), fc.boolean(), async (one, other, grouped) => {
        fc.pre(one !== other);
        const rows = rowsOf([Array<number>(60).fill(grouped ? 3 : 0)]);
        const rule: RatioRule = { kind: 'ratio', train: 0.5 };
        const [first, second] = [
          await divide(rows, singleLabel(['x']), rule, one),
          await divide(rows, singleLabel(['x']), rule, other),
        ];
        expect(placesOf(first)).not.toEqual(placesOf(second));
      }),
      { numRuns: 20 },
    );
  });

  it('holds for rows of any number of classes, in groups across them', async () => {
    await fc.assert(
      fc.asyncProperty(several, ratio, fc.integer(), async (drawn, rule, seed) => {
        const rows = manyRows(drawn);
        fc.pre(new Set(rows.flatMap(({ target }) => target)).size > 0 && divisible(rows));
        let index: DatasetIndex;
        try {
          index = await divide(rows, SIX, rule, seed);
        } catch (error) {
          // Groups may leave nothing to test on: then it is said.
          expect((error as Error).message).toMatch(/leaves no clip to evaluate on/);
          return;
        }
        expectWhole(rows, index);
        expect(placesOf(await divide([...rows].reverse(), SIX, rule, seed))).toEqual(placesOf(index));
        const other: Task = { kind: 'multi-label', classes: [...SIX.classes].reverse() };
        const renumbered = rows.map((row) => ({ ...row, target: row.target.map((label) => 5 - label).reverse() }));
        expect(placesOf(await divide(renumbered, other, rule, seed))).toEqual(placesOf(index));
        const present = new Set(index.rows.map(({ part }) => part));
        for (const part of present) {
          const has = new Set(index.rows.filter((row) => row.part === part).flatMap(({ target }) => target));
          const all = new Set(rows.flatMap(({ target }) => target));
          const missing = [...all].filter((label) => !has.has(label));
          expect(
            index.warnings.some(
              (note) => note.endsWith(`no clip in the ${part} part`) || note.includes(`no clip in the ${part} part:`),
            ),
          ).toBe(missing.length > 0);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the split auto', () => {
  it('never has clips of one UCF101 group on both sides, whatever else lies among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 2, max: 25 }), fc.integer({ min: 1, max: 7 })), {
          minLength: 2,
          maxLength: 4,
        }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom('.avi', '.mp4', '.webm', ''),
        fc.integer(),
        async (classes, foreign, ending, seed) => {
          const names = classes.map((_, label) => `Class${label}`);
          const rows = classes.flatMap(([groups, clips], label) => ucf(names[label]!, label, groups, clips, ending));
          for (let i = 0; i < foreign; i++) rows.push({ path: `/data/Class0/own-${i}.mp4`, target: [0] });
          const { rows: placed, rule } = await divideList(listOf(rows, singleLabel(names)), { seed });
          expect(placed).toHaveLength(rows.length);
          if (foreign > 0) expect(formatSplit(rule)).toBe('0.8');
          const partOf = new Map<string, string>();
          for (const { path, part } of placed) {
            const group = /v_(.*)_c\d\d/.exec(path)?.[1];
            if (group === undefined) continue;
            expect(partOf.get(group) ?? part).toBe(part);
            partOf.set(group, part);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
