import { UsageError } from '../../../base/errors';
import { Turn } from '../../../base/turn';
import type { DatasetPart, VideoRow } from '../row';
import { nameBelow, ucf101Recording } from './names';
import type { SplitRule } from './rule';

/** Which rows stay in one part, and what is to be said of it. */
export interface Grouping {
  /** For each row its group, undefined where it is one of its own. */
  readonly groups: readonly (string | undefined)[];
  readonly notes: readonly string[];
}

export interface GroupingOptions {
  readonly root: string;
  /** See `SplitOptions.groupBy`. */
  readonly groupBy?: string | undefined;
  /** Whether clips of one UCF101 group are a group where nothing else groups them. */
  readonly byUcf101?: boolean | undefined;
}

/** The groups that a regular expression finds, else those of the list, else UCF101's. Throws {@link UsageError} for an expression that is none, or finds nothing. */
export async function groupsOf(
  rows: readonly VideoRow[],
  { root, groupBy, byUcf101 = false }: GroupingOptions,
): Promise<Grouping> {
  const pattern = groupBy === undefined ? undefined : compiled(groupBy);
  const turn = new Turn();
  const groups: (string | undefined)[] = [];
  let without = 0;
  for (const row of rows) {
    const group = pattern
      ? match(pattern, nameBelow(root, row.path))
      : (row.group ?? (byUcf101 ? ucf101Recording(row.path) : undefined));
    if (group === undefined) without++;
    groups.push(group);
    if (turn.over) await turn.next();
  }
  if (pattern === undefined || without === 0) return { groups, notes: [] };
  if (without === rows.length) {
    const example = rows.length === 0 ? '' : `, such as ${nameBelow(root, (rows[0] as VideoRow).path)}`;
    throw new UsageError(
      `\`groupBy\` "${groupBy}" matches none of the ${rows.length} paths below ${root}${example}: correct it`,
    );
  }
  const first = nameBelow(root, (rows[groups.indexOf(undefined)] as VideoRow).path);
  const note = `\`groupBy\` matches all paths but ${without} of ${rows.length}, such as ${first}: each of those is a group of its own`;
  return { groups, notes: [note] };
}

/** Throws {@link UsageError} for an expression that is none, and for one beside a rule that does not heed groups. */
export function checkGroupBy(groupBy: string | undefined, { kind }: SplitRule): void {
  if (groupBy === undefined) return;
  compiled(groupBy);
  if (['ucf101', 'tutorial', 'all'].includes(kind))
    throw new UsageError(
      `The split "${kind}" does not heed \`groupBy\`: leave it out, or choose a split by a ratio, such as 0.8`,
    );
}

function compiled(groupBy: string): RegExp {
  try {
    return new RegExp(groupBy, 'u');
  } catch (error) {
    throw new UsageError(`\`groupBy\` "${groupBy}" is no regular expression: ${(error as Error).message}`);
  }
}

function match(pattern: RegExp, name: string): string | undefined {
  const found = pattern.exec(name);
  return found === null ? undefined : (found[1] ?? found[0]);
}

/** Groups with rows in more than one part, in the order of the rows. */
export function dividedGroups(
  groups: readonly (string | undefined)[],
  parts: readonly (DatasetPart | undefined)[],
): readonly string[] {
  const partOf = new Map<string, DatasetPart>();
  const divided = new Set<string>();
  groups.forEach((group, row) => {
    const part = parts[row];
    if (group === undefined || part === undefined) return;
    const known = partOf.get(group);
    if (known === undefined) partOf.set(group, part);
    else if (known !== part) divided.add(group);
  });
  return [...divided];
}
