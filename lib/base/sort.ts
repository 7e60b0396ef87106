import { Turn } from './turn';

/** Compares by code units: the same order under every locale. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Items that are sorted, or merged, between two looks at the clock. */
const RUN = 1024;

/** A sorted copy, as stable as `Array.prototype.sort`, made in turns of the event loop. */
export async function sortInTurns<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  turn = new Turn(),
): Promise<T[]> {
  let from = [...items];
  let to = new Array<T>(from.length);
  for (let start = 0; start < from.length; start += RUN) {
    const run = from.slice(start, start + RUN).sort(compare);
    for (let i = 0; i < run.length; i++) from[start + i] = run[i] as T;
    if (turn.over) await turn.next();
  }
  for (let width = RUN; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      for (let a = start, b = middle, at = start; at < end; at++) {
        const first = b >= end || (a < middle && compare(from[a] as T, from[b] as T) <= 0);
        to[at] = from[first ? a++ : b++] as T;
        if (at % RUN === 0 && turn.over) await turn.next();
      }
      if (turn.over) await turn.next();
    }
    [from, to] = [to, from];
  }
  return from;
}
