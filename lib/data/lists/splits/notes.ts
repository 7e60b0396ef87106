import type { Task } from '../../../base/task';
import type { DatasetPart, DatasetRow } from '../row';
import { dividedGroups } from './groups';

const NAMED = 5;

/** One note for each part that some class has no clip in, of the parts and the classes that have any. */
export function missingClasses(rows: readonly DatasetRow[], { classes }: Task): string[] {
  const all = new Map<number, number>();
  const ofPart = new Map<DatasetPart, Set<number>>();
  for (const { part, target } of rows) {
    let labels = ofPart.get(part);
    if (labels === undefined) ofPart.set(part, (labels = new Set()));
    for (const label of target) {
      labels.add(label);
      all.set(label, (all.get(label) ?? 0) + 1);
    }
  }
  const labels = [...all.keys()].sort((a, b) => a - b);
  return [...ofPart].flatMap(([part, present]) => {
    const missing = labels.filter((label) => !present.has(label));
    const named = missing.slice(0, NAMED).map((label) => `"${classes[label]}" (${clips(all.get(label) ?? 0)} in all)`);
    if (missing.length === 0) return [];
    if (missing.length === 1) return [`Class ${named[0]} has no clip in the ${part} part`];
    return [`${missing.length} classes have no clip in the ${part} part: ${listed(named, missing.length)}`];
  });
}

/** Where a rule that does not heed groups puts clips of one into several parts. `what`: the word for a group. */
export function dividedGroupsNote(
  groups: readonly (string | undefined)[],
  parts: readonly (DatasetPart | undefined)[],
  what: string,
): string[] {
  const divided = dividedGroups(groups, parts);
  if (divided.length === 0) return [];
  const named = divided.slice(0, NAMED).map((group) => `"${group}"`);
  const count = divided.length === 1 ? `one ${what}` : `${divided.length} ${what}s`;
  return [`Clips of ${count} are in more than one part: ${listed(named, divided.length)}`];
}

function listed(named: readonly string[], count: number): string {
  return named.join(', ') + (count > named.length ? ` and ${count - named.length} more` : '');
}

const clips = (count: number): string => (count === 1 ? '1 clip' : `${count} clips`);
