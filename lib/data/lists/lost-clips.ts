import { DatasetError } from '../../base/errors';
import type { SkippedVideo } from '../video/broken-videos';
import type { DatasetRow } from './row';

/**
 * Counts what broken videos leave of a data set: they may not cost a class all its videos, nor all that it trains on, nor a part all that it has. Told of
 * each broken video once, it gives the error as soon as there is one.
 */
export function lostClips(
  rows: readonly DatasetRow[],
  classes: readonly string[],
): (video: SkippedVideo) => DatasetError | undefined {
  const groupsOf = ({ part, label }: DatasetRow): readonly [key: string, what: string][] => {
    const name = `class "${classes[label]}"`;
    return [
      [`class ${label}`, `of ${name}`],
      part === 'train' ? [`train ${label}`, `to train ${name} on`] : [part, `of the ${part} part`],
    ];
  };
  let left: Map<string, number> | undefined;
  let rowOf: ReadonlyMap<string, DatasetRow> | undefined;
  return ({ path, reason }) => {
    rowOf ??= new Map(rows.map((row) => [row.path, row]));
    left ??= count(rows.flatMap(groupsOf).map(([key]) => key));
    const row = rowOf.get(path);
    let lost: string | undefined;
    for (const [key, what] of row === undefined ? [] : groupsOf(row)) {
      const remaining = (left.get(key) ?? 0) - 1;
      left.set(key, remaining);
      if (remaining === 0) lost ??= what;
    }
    return lost === undefined
      ? undefined
      : new DatasetError(`Every video ${lost} is broken, such as ${path}: ${reason}`);
  };
}

function count(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
