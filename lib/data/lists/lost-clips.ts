import { DatasetError } from '../../base/errors';
import type { SkippedVideo } from '../video/broken-videos';
import type { DatasetRow } from './row';

/**
 * Counts what broken videos, and broken spans of good ones, leave of a data set: they may not cost a class all its rows, nor all that it trains on, nor a
 * part all that it has. It gives the error as soon as there is one.
 */
export function lostClips(
  rows: readonly DatasetRow[],
  classes: readonly string[],
): (video: SkippedVideo) => DatasetError | undefined {
  const groupsOf = ({ part, target }: DatasetRow): readonly [key: string, what: string][] => {
    const ofClasses = target.flatMap((label): [string, string][] => {
      const name = `class "${classes[label]}"`;
      const ofClass: [string, string] = [`class ${label}`, `of ${name}`];
      return part === 'train' ? [ofClass, [`train ${label}`, `to train ${name} on`]] : [ofClass];
    });
    return part === 'train' ? ofClasses : [...ofClasses, [part, `of the ${part} part`]];
  };
  let left: Map<string, number> | undefined;
  let rowsOf: ReadonlyMap<string, readonly DatasetRow[]> | undefined;
  const gone = new Set<DatasetRow>();
  return ({ path, span, reason }) => {
    rowsOf ??= byPath(rows);
    left ??= count(rows.flatMap(groupsOf).map(([key]) => key));
    let lost: string | undefined;
    const own = (rowsOf.get(path) ?? []).filter((row) => !gone.has(row) && (span === undefined || isOf(row, span)));
    for (const row of own) gone.add(row);
    for (const [key, what] of own.flatMap(groupsOf)) {
      const remaining = (left.get(key) ?? 0) - 1;
      left.set(key, remaining);
      if (remaining === 0) lost ??= what;
    }
    return lost === undefined
      ? undefined
      : new DatasetError(`Every video ${lost} is broken, such as ${path}: ${reason}`);
  };
}

const isOf = ({ span }: DatasetRow, [from, to]: readonly [number, number]): boolean =>
  span?.[0] === from && span[1] === to;

/** A video has as many rows as there are spans of it. */
function byPath(rows: readonly DatasetRow[]): ReadonlyMap<string, readonly DatasetRow[]> {
  const result = new Map<string, DatasetRow[]>();
  for (const row of rows) {
    const known = result.get(row.path);
    if (known) known.push(row);
    else result.set(row.path, [row]);
  }
  return result;
}

function count(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
