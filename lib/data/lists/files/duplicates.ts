import { basename } from 'node:path';
import type { Turn } from '../../../base/turn';
import type { SkippedVideo } from '../../video/broken-videos';
import { brokenRow } from './bad-row';
import { whereIs } from './entry';
import type { LocatedEntry } from './finding/video-finder';

export interface WithoutDuplicates {
  readonly kept: readonly LocatedEntry[];
  readonly broken: readonly SkippedVideo[];
  readonly notes: readonly string[];
}

/**
 * Takes each video, or span of one, once, whatever links lead to it; `lenient`: once by each of its names. Of rows that give one video other labels, another part of the data set or another weight, nobody can tell which is right: all of
 * them are broken.
 */
export async function withoutDuplicates(
  located: readonly LocatedEntry[],
  { lenient }: { readonly lenient: boolean },
  turn: Turn,
): Promise<WithoutDuplicates> {
  const firsts = new Map<string, LocatedEntry>();
  const names = new Map<string, LocatedEntry>();
  const divided: { readonly one: LocatedEntry; readonly other: LocatedEntry }[] = [];
  const contradicted = new Map<LocatedEntry, string>();
  const repeated: { readonly again: LocatedEntry; readonly first: LocatedEntry }[] = [];
  for (const one of located) {
    const { span } = one;
    const real = lenient ? one.path : one.real;
    const named = names.get(real);
    if (named === undefined) names.set(real, one);
    const key = span === undefined ? real : `${real}\0${span.join(' ')}`;
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, one);
      if (named !== undefined && named.path !== one.path && named.entry.part !== one.entry.part)
        divided.push({ one, other: named });
    } else {
      const difference = differenceOf(first, one);
      if (difference === undefined) repeated.push({ again: one, first });
      else {
        contradicted.set(one, difference(first));
        if (!contradicted.has(first)) contradicted.set(first, difference(one));
      }
    }
    if (turn.over) await turn.next();
  }
  const again = new Set(repeated.map((pair) => pair.again));
  const kept: LocatedEntry[] = [];
  for (const one of located) {
    if (!again.has(one) && !contradicted.has(one)) kept.push(one);
    if (turn.over) await turn.next();
  }
  const broken = [...contradicted].map(([{ entry }, reason]) => brokenRow(entry.file, entry.row, reason));
  const [example] = repeated;
  const notes =
    example === undefined
      ? []
      : [
          `${repeated.length === 1 ? '1 row says' : `${repeated.length} rows say`} what another says already, such as ${whereIs(example.again.entry)}, ` +
            `of ${basename(example.again.path)} (${whereIs(example.first.entry)}): each video is taken once`,
        ];
  const [pair] = divided;
  if (pair !== undefined)
    notes.push(
      `Spans of one video by several names are in more than one part: ${pair.other.path} and ${pair.one.path}` +
        (divided.length === 1 ? '' : ` and ${divided.length - 1} more`),
    );
  return { kept, broken, notes };
}

/** What another row says otherwise, in words; undefined where both say the same. */
function differenceOf(a: LocatedEntry, b: LocatedEntry): ((other: LocatedEntry) => string) | undefined {
  const labels = ({ entry }: LocatedEntry): string => [...entry.labels].sort().join('|');
  const name = ({ path }: LocatedEntry): string =>
    `${basename(path)}${a.path === b.path ? '' : ', which is the same file,'}`;
  if (labels(a) !== labels(b)) return (other) => otherLabels(name(other), other.entry);
  if (a.entry.part !== b.entry.part)
    return (other) =>
      `${name(other)} is in another part in ${whereIs(other.entry)}, ${other.entry.part ?? 'none'}: a clip has one part`;
  if (weightOf(a) !== weightOf(b))
    return (other) =>
      `${name(other)} has another weight in ${whereIs(other.entry)}, ${weightOf(other)}: one of them is wrong`;
  return undefined;
}

const weightOf = ({ entry }: LocatedEntry): number => entry.weight ?? 1;

const otherLabels = (name: string, entry: LocatedEntry['entry']): string =>
  `${name} has other labels in ${whereIs(entry)}, "${entry.labels.join('|')}": one of them is wrong; several labels of a clip stand in one row`;
