import { alignColumns, formatTime } from '../table';
import type { Profile } from './run';

/** Below this share of the whole, types of operations are summed up in one line. */
const LEAST_SHARE = 0.005;

/** A line for each type of operation, with its share of the time of all, the longest first. */
export function formatProfile({ name, operations }: Profile): string {
  const total = operations.reduce((sum, { seconds }) => sum + seconds, 0);
  const share = (seconds: number): string => (total === 0 ? '' : `${((100 * seconds) / total).toFixed(1)} %`);
  const row = (type: string, seconds: number, count: number): string[] => [
    ...[type, share(seconds), formatTime(seconds), String(Math.round(count))],
  ];
  const shown = operations.filter(({ seconds }) => seconds >= LEAST_SHARE * total);
  const others = operations.slice(shown.length);
  const sum = (key: 'seconds' | 'count'): number => others.reduce((all, one) => all + one[key], 0);
  const rows = [
    ['operation', 'share', 'time', 'count'],
    ...shown.map(({ type, seconds, count }) => row(type, seconds, count)),
    ...(others.length === 0 ? [] : [row(`${others.length} other types`, sum('seconds'), sum('count'))]),
    row(
      'all, of all threads',
      total,
      operations.reduce((all, { count }) => all + count, 0),
    ),
  ];
  return [name, ...alignColumns(rows, new Set([1, 2, 3]))].join('\n');
}
