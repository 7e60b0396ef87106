import { setTimeout } from 'node:timers/promises';
import { loadAddon } from '../../../lib/native/addon';

export type LiveCounts = ReturnType<ReturnType<typeof loadAddon>['liveCounts']>;

/** Waits until no more is alive than before: what native work leaves is gone soon after its end, not with it. */
export async function expectNoMoreThan(before: Partial<LiveCounts>): Promise<void> {
  const more = (): string[] => {
    const now = loadAddon().liveCounts();
    return (Object.keys(before) as (keyof LiveCounts)[]).filter((name) => now[name] > (before[name] ?? Infinity));
  };
  for (let turn = 0; turn < 1000 && more().length > 0; turn++) await setTimeout(10);
  expect(more()).toEqual([]);
}
