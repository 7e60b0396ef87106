import { setTimeout } from 'node:timers/promises';
import { sideBySide } from '../../lib/base/side-by-side';

it('keeps the order of the items, and to so many at once', async () => {
  let [underWay, most] = [0, 0];
  const results = await sideBySide([5, 1, 4, 2, 3], 2, async (item) => {
    most = Math.max(most, ++underWay);
    await setTimeout(item);
    underWay--;
    return 10 * item;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

it('does nothing for nothing', async () => {
  await expect(sideBySide([], 8, () => Promise.reject(new Error('none to work on')))).resolves.toEqual([]);
});

it('throws the failure of the earliest item, when all that was begun has ended, and begins nothing more', async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const working = sideBySide([0, 1, 2, 3, 4, 5], 3, async (item) => {
    begun.push(item);
    await setTimeout(20 - 5 * item);
    ended.push(item);
    if (item < 2) throw new Error(`item ${item}`);
  });
  await expect(working).rejects.toThrow('item 0');
  expect(begun).not.toContain(5);
  expect([...ended].sort()).toEqual(begun);
});
