import { derive } from '../../../base/random';
import { byCodeUnits, sortInTurns } from '../../../base/sort';
import { Turn } from '../../../base/turn';
import type { DatasetPart, VideoRow } from '../row';
import { nameBelow } from './names';
import { type RatioRule, sharesOf } from './rule';
import { countsByShares } from './shares';
import { stratify, type Unit } from './stratify';

export interface DrawOptions {
  readonly root: string;
  readonly classes: readonly string[];
  readonly rule: RatioRule;
  readonly seed: number;
  /** For each row its group, undefined where it is one of its own. */
  readonly groups: readonly (string | undefined)[];
}

/**
 * Draws a part for each row by shares: each class is divided in them as far as whole rows and groups allow. A draw depends on the seed, the names of the class and those
 * of its videos alone; classes that have a row or a group in common are drawn together.
 */
export async function drawParts(rows: readonly VideoRow[], options: DrawOptions): Promise<DatasetPart[]> {
  const { rule, seed } = options;
  const shares = sharesOf(rule);
  const turn = new Turn();
  const parts = new Array<DatasetPart>(rows.length);
  const names = [...options.classes].sort(byCodeUnits);
  for (const { labels, units } of await connected(await unitsOf(rows, names, options, turn), names.length, turn)) {
    const sorted = await sortInTurns(units, (a, b) => byCodeUnits(a.name, b.name), turn);
    const drawn = derive(seed, 'split', ...labels.flatMap((label) => names[label] ?? [])).shuffled(sorted);
    if (labels.length === 1 && drawn.every((unit) => unit.rows.length === 1)) {
      const counts = countsByShares(drawn.length, shares);
      let unit = 0;
      for (const [i, [part]] of shares.entries())
        for (const end = unit + (counts[i] as number); unit < end; unit++) parts[drawn[unit]!.rows[0] as number] = part;
    } else {
      const places = await stratify(drawn, shares, turn);
      drawn.forEach(({ rows: members }, unit) => members.forEach((row) => (parts[row] = places[unit] as DatasetPart)));
    }
    if (turn.over) await turn.next();
  }
  return parts;
}

/** Groups, and rows without one. Classes count by their place among the sorted `names`, so that their order does not matter. */
async function unitsOf(
  rows: readonly VideoRow[],
  names: readonly string[],
  { root, classes, groups }: DrawOptions,
  turn: Turn,
): Promise<Unit[]> {
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = classes.map((name) => places.get(name) as number);
  const units: { name: string; rows: number[]; counts: Map<number, number> }[] = [];
  const ofGroup = new Map<string, (typeof units)[number]>();
  for (const [index, row] of rows.entries()) {
    const group = groups[index];
    let unit = group === undefined ? undefined : ofGroup.get(group);
    if (unit === undefined) {
      unit = { name: group ?? rowName(root, row), rows: [], counts: new Map() };
      units.push(unit);
      if (group !== undefined) ofGroup.set(group, unit);
    }
    unit.rows.push(index);
    // Rows without a class are divided like those of one.
    const labels = row.target.length === 0 ? [classes.length] : row.target.map((label) => placeOf[label] as number);
    for (const label of new Set(labels)) unit.counts.set(label, (unit.counts.get(label) ?? 0) + 1);
    if (turn.over) await turn.next();
  }
  // In one order, whatever the rows': sums over them are rounded alike.
  for (const unit of units) {
    if (unit.counts.size < 2) continue;
    unit.counts = new Map([...unit.counts].sort(([a], [b]) => a - b));
    if (turn.over) await turn.next();
  }
  return units;
}

/** Of two rows of one video the span tells them apart. */
function rowName(root: string, { path, span }: VideoRow): string {
  const name = nameBelow(root, path);
  return span === undefined ? name : `${name}\0${span[0]}\0${span[1]}`;
}

/** Classes that units tie together, with all their units: by their first class. */
async function connected(
  units: readonly Unit[],
  classCount: number,
  turn: Turn,
): Promise<{ labels: readonly number[]; units: Unit[] }[]> {
  const leader = Array.from({ length: classCount + 1 }, (_, label) => label);
  const find = (label: number): number => {
    let top = label;
    while (leader[top] !== top) top = leader[top] = leader[leader[top] as number] as number;
    return top;
  };
  for (const { counts } of units) {
    let first: number | undefined;
    for (const label of counts.keys()) {
      first ??= find(label);
      const other = find(label);
      const low = Math.min(first, other);
      leader[Math.max(first, other)] = low;
      first = low;
    }
    if (turn.over) await turn.next();
  }
  const components = new Map<number, { labels: Set<number>; units: Unit[] }>();
  for (const unit of units) {
    const top = find(unit.counts.keys().next().value as number);
    let component = components.get(top);
    if (component === undefined) components.set(top, (component = { labels: new Set(), units: [] }));
    component.units.push(unit);
    for (const label of unit.counts.keys()) component.labels.add(label);
    if (turn.over) await turn.next();
  }
  return [...components.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, { labels, units: members }]) => ({ labels: [...labels].sort((a, b) => a - b), units: members }));
}
