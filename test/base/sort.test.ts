import fc from 'fast-check';
import { byCodeUnits, sortInTurns } from '../../lib/base/sort';

describe('byCodeUnits', () => {
  it('orders as Python’s sorted() does for class names', () => {
    expect(['b', 'B', 'a_b', 'aB', 'a', 'a'].sort(byCodeUnits)).toEqual(['B', 'a', 'a', 'aB', 'a_b', 'b']);
  });
});

describe('sortInTurns', () => {
  const byKey = (a: readonly [number, number], b: readonly [number, number]): number => a[0] - b[0];

  it('sorts as Array.prototype.sort does, and as stably, and leaves the list alone', async () => {
    const keys = fc.array(fc.nat(50), { maxLength: 6000, size: 'max' });
    await fc.assert(
      fc.asyncProperty(keys, async (keys) => {
        const items = keys.map((key, i) => [key, i] as const);
        const before = [...items];
        expect(await sortInTurns(items, byKey)).toEqual([...items].sort(byKey));
        expect(items).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  it('lets other work run meanwhile', async () => {
    const items = Array.from({ length: 200_000 }, (_, i) => [(i * 7919) % 200_003, i] as const);
    let turns = 0;
    let sorting = true;
    const count = (): void => {
      turns++;
      if (sorting) setImmediate(count);
    };
    setImmediate(count);
    const sorted = await sortInTurns(items, byKey);
    sorting = false;
    expect(sorted.every((item, i) => i === 0 || byKey(sorted[i - 1]!, item) < 0)).toBe(true);
    expect(turns).toBeGreaterThan(3);
  });
});
