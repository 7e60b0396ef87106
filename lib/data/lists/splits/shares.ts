import type { DatasetPart } from '../row';

/** Parts that a class with so many clips, or groups, has one in: first one to train on, then one to evaluate on, then all parts. */
export function neededParts(units: number, parts: readonly DatasetPart[]): readonly DatasetPart[] {
  if (units >= parts.length) return parts;
  return (['train', 'test', 'validation'] as const).slice(0, units);
}

/**
 * How many of `count` clips each part gets: the share as near as whole clips allow, with one at least of each part in {@link neededParts}. The training clips of three
 * parts are those of two.
 */
export function countsByShares(
  count: number,
  shares: readonly (readonly [part: DatasetPart, share: number])[],
): readonly number[] {
  const parts = shares.map(([part]) => part);
  const needed = neededParts(count, parts);
  let before = 0;
  let share = 0;
  return parts.map((part, i) => {
    share += (shares[i] as readonly [DatasetPart, number])[1];
    const least = before + (needed.includes(part) ? 1 : 0);
    const most = count - parts.slice(i + 1).filter((later) => needed.includes(later)).length;
    const end = i === parts.length - 1 ? count : Math.min(Math.max(Math.round(share * count), least), most);
    const size = end - before;
    before = end;
    return size;
  });
}
