import type { DatasetPart, VideoRow } from '../../../../lib/data/lists/row';
import { drawParts } from '../../../../lib/data/lists/splits/draw';
import type { RatioRule } from '../../../../lib/data/lists/splits/rule';
import { countsByShares } from '../../../../lib/data/lists/splits/shares';
import { plain } from '../../support/rows';

const THREE: RatioRule = { kind: 'ratio', train: 0.7, validation: 0.15 };

async function draw(
  rows: readonly VideoRow[],
  rule: RatioRule,
  { seed = 0, groups = [] as (string | undefined)[], classes = ['walk', 'run', 'jump'], root = '/data' } = {},
): Promise<DatasetPart[]> {
  return drawParts(rows, { root, classes, rule, seed, groups });
}
const count = (parts: readonly DatasetPart[]): number[] =>
  (['train', 'validation', 'test'] as const).map((part) => parts.filter((each) => each === part).length);

describe('a draw by clips', () => {
  const ten = Array.from({ length: 10 }, (_, i): VideoRow => ({ path: `/data/walk/${i}.mp4`, target: [0] }));

  it.each([
    [0, 0.8, [0, 1, 2, 3, 5, 6, 7, 9]],
    [7, 0.5, [1, 5, 6, 7, 9]],
  ])('of seed %i and share %f is always the same', async (seed, train, wanted) => {
    const parts = await draw(ten, { kind: 'ratio', train }, { seed });
    expect(ten.flatMap((_, i) => (parts[i] === 'train' ? [i] : []))).toEqual(wanted);
  });

  it('trains on the same clips whether the others are for one purpose or two', async () => {
    const rows = plain('walk', 0, 200);
    const [two, three] = [await draw(rows, { kind: 'ratio', train: 0.7 }), await draw(rows, THREE)];
    expect(three.map((part) => part === 'train')).toEqual(two.map((part) => part === 'train'));
    expect(count(three)).toEqual([140, 30, 30]);
  });

  it('does not depend on where the data set lies, nor on how its names are spelt in bytes', async () => {
    const names = plain('walk', 0, 40).map(({ path }) => path.replace('.mp4', 'é.mp4'));
    const here = names.map((path): VideoRow => ({ path, target: [0] }));
    const there = names.map((path): VideoRow => ({ path: `/mnt${path}`.normalize('NFD'), target: [0] }));
    const parts = await draw(here, THREE);
    expect(await draw(there, THREE, { root: '/mnt/data' })).toEqual(parts);
  });

  it('tells spans of one video apart', async () => {
    const rows = Array.from({ length: 20 }, (_, i): VideoRow => ({
      path: '/data/a.mp4',
      span: [i, i + 1],
      target: [0],
    }));
    const parts = await draw(rows, THREE);
    const reversed = await draw([...rows].reverse(), THREE);
    expect([...reversed].reverse()).toEqual(parts);
    expect(count(parts)).toEqual([14, 3, 3]);
  });
});

describe('countsByShares', () => {
  const shares = [
    ['train', 0.7],
    ['validation', 0.15],
    ['test', 0.15],
  ] as const;
  it.each([
    [1, [1, 0, 0]],
    [2, [1, 0, 1]],
    [3, [1, 1, 1]],
    [4, [2, 1, 1]],
    [10, [7, 2, 1]],
    [100, [70, 15, 15]],
  ])('%i clips', (clips, counts) => {
    expect(countsByShares(clips, shares)).toEqual(counts);
  });
});

describe('a draw by groups', () => {
  const sizes = [7, 1, 4, 2, 9, 3, 3, 1, 5, 5];
  const rows = sizes.flatMap((size, group) =>
    Array.from({ length: size }, (_, i): VideoRow => ({ path: `/data/walk/${group}-${i}.mp4`, target: [0] })),
  );
  const groups = sizes.flatMap((size, group) => Array<string>(size).fill(`g${group}`));

  it('keeps each whole and comes near the shares', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const parts = await draw(rows, { kind: 'ratio', train: 0.75 }, { seed, groups });
      const places = new Set(parts.map((part, row) => `${groups[row]} ${part}`));
      expect(places.size).toBe(sizes.length);
      const [train] = count(parts);
      expect(Math.abs(train! - 30)).toBeLessThanOrEqual(1);
    }
  });

  it('makes up for a large group with small ones', async () => {
    const many = plain('walk', 0, 100);
    for (let seed = 0; seed < 10; seed++) {
      const recordings = many.map((_, i) => (i < 50 ? 'long' : `short ${i}`));
      expect(count(await draw(many, { kind: 'ratio', train: 0.8 }, { seed, groups: recordings }))).toEqual([80, 0, 20]);
    }
  });

  it('gives a class of two groups one to train on and one to test on, and of three one in each part', async () => {
    for (const [groupCount, wanted] of [
      [1, [8, 0, 0]],
      [2, [4, 0, 4]],
      [3, [4, 4, 4]],
    ] as const) {
      const few = plain('walk', 0, groupCount * (groupCount === 1 ? 8 : 4));
      for (let seed = 0; seed < 10; seed++) {
        const names = few.map((_, i) => `g${groupCount === 1 ? 0 : Math.floor(i / 4)}`);
        expect(count(await draw(few, THREE, { seed, groups: names }))).toEqual(wanted);
      }
    }
  });

  it('keeps a group of several classes in one part, and each class near its share', async () => {
    const people = 30;
    const all = ['walk', 'run', 'jump'].flatMap((name, label) => plain(name, label, people * 4));
    const person = all.map((_, i) => `person ${i % people}`);
    const parts = await draw(all, THREE, { groups: person });
    expect(new Set(parts.map((part, row) => `${person[row]} ${part}`)).size).toBe(people);
    for (let label = 0; label < 3; label++) {
      const ofClass = parts.filter((_, row) => all[row]!.target[0] === label);
      const [train, validation, test] = count(ofClass);
      expect(Math.abs(train! - 84)).toBeLessThanOrEqual(4);
      expect(Math.abs(validation! - 18)).toBeLessThanOrEqual(4);
      expect(Math.abs(test! - 18)).toBeLessThanOrEqual(4);
    }
  });
});

describe('a draw of clips with several classes', () => {
  it('brings each class near its shares, rare ones too, and divides clips without a class', async () => {
    const rows: VideoRow[] = [];
    for (let i = 0; i < 400; i++) {
      const target = [...(i % 2 === 0 ? [0] : []), ...(i % 7 === 0 ? [1] : []), ...(i % 100 === 3 ? [2] : [])];
      rows.push({ path: `/data/${i}.mp4`, target });
    }
    const parts = await draw(rows, THREE, { seed: 3 });
    for (const [label, size] of [
      [0, 200],
      [1, 58],
      [2, 4],
      [undefined, rows.filter(({ target }) => target.length === 0).length],
    ] as const) {
      const has = ({ target }: VideoRow): boolean =>
        label === undefined ? target.length === 0 : target.includes(label);
      const counts = count(parts.filter((_, row) => has(rows[row]!)));
      [0.7, 0.15, 0.15].forEach((share, i) => expect(Math.abs(counts[i]! - share * size)).toBeLessThan(1.5));
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    }
  });

  it('gives a class of two clips one to train on and one to test on, though they have other classes too', async () => {
    const rows = Array.from({ length: 40 }, (_, i): VideoRow => ({
      path: `/data/${i}.mp4`,
      target: i < 2 ? [0, 1] : [1],
    }));
    for (let seed = 0; seed < 20; seed++) {
      const parts = await draw(rows, { kind: 'ratio', train: 0.9 }, { seed });
      expect(new Set(parts.slice(0, 2))).toEqual(new Set(['train', 'test']));
    }
  });
});
