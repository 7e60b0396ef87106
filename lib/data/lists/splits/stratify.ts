import { Turn } from '../../../base/turn';
import type { DatasetPart } from '../row';
import { neededParts } from './shares';

/** Rows that stay together. */
export interface Unit {
  /** What it is sorted by before the draw. */
  readonly name: string;
  /** Positions in the list. */
  readonly rows: readonly number[];
  /** How many of its rows have each of its classes. */
  readonly counts: ReadonlyMap<number, number>;
}

/** Passes over all units in which single ones change places; the first does nearly all. */
const REFINEMENTS = 3;

/**
 * Divides units among parts so that each class comes near the shares: iterative stratification (Sechidis et al. 2011), the rarest class first, each unit to the part
 * that lacks most of it; then single units change places where that brings the classes nearer. Of a class that shares no unit with another one no part is off by as much as its largest
 * unit, but where a class with few units needs one in each part. `units` in the order of the draw; gives the part of each.
 */
export async function stratify(
  units: readonly Unit[],
  shares: readonly (readonly [part: DatasetPart, share: number])[],
  turn = new Turn(),
): Promise<readonly DatasetPart[]> {
  const division = new Division(
    units,
    shares.map(([part]) => part),
    shares.map(([, share]) => share),
  );
  for (const label of division.rarestFirst()) {
    for (const unit of division.unitsOf(label)) {
      if (division.isFree(unit)) division.place(unit, division.partLacking(label));
      if (turn.over) await turn.next();
    }
  }
  for (let pass = 0; pass < REFINEMENTS; pass++) {
    let moved = false;
    for (let unit = 0; unit < units.length; unit++) {
      moved = division.improve(unit) || moved;
      if (turn.over) await turn.next();
    }
    if (!moved) break;
  }
  for (const part of ['train', 'test', 'validation'] as const) {
    for (const label of division.labels) {
      division.ensure(label, part);
      if (turn.over) await turn.next();
    }
  }
  return division.parts();
}

/** Units in their parts, and how far each class is from its shares. */
class Division {
  readonly labels: readonly number[];
  private readonly placed: number[];
  private readonly ofLabel = new Map<number, number[]>();
  /** Rows of each class: all, and those of units without a part. */
  private readonly total = new Map<number, number>();
  private readonly free = new Map<number, number>();
  /** By part and class: rows that are still wanted, below 0 where there are too many; and units that are there. */
  private readonly wanted: readonly Map<number, number>[];
  private readonly present: readonly Map<number, number>[];

  constructor(
    private readonly units: readonly Unit[],
    private readonly names: readonly DatasetPart[],
    shares: readonly number[],
  ) {
    this.placed = units.map(() => -1);
    units.forEach(({ counts }, unit) => {
      for (const [label, count] of counts) {
        add(this.total, label, count);
        const members = this.ofLabel.get(label);
        if (members) members.push(unit);
        else this.ofLabel.set(label, [unit]);
      }
    });
    this.labels = [...this.total.keys()].sort((a, b) => a - b);
    for (const [label, count] of this.total) this.free.set(label, count);
    this.wanted = shares.map(
      (share) => new Map([...this.total].map(([label, count]) => [label, share * count] as const)),
    );
    this.present = shares.map(() => new Map<number, number>());
  }

  /** Each time the class with fewest rows that have no part yet, until all have one. */
  *rarestFirst(): Generator<number> {
    for (;;) {
      let rarest: number | undefined;
      for (const label of this.labels) {
        const count = at(this.free, label);
        if (count > 0 && (rarest === undefined || count < at(this.free, rarest))) rarest = label;
      }
      if (rarest === undefined) return;
      yield rarest;
    }
  }

  unitsOf(label: number): readonly number[] {
    return this.ofLabel.get(label) ?? [];
  }

  isFree(unit: number): boolean {
    return this.placed[unit] === -1;
  }

  partLacking(label: number): number {
    let best = 0;
    for (let part = 1; part < this.names.length; part++)
      if (at(this.wanted[part]!, label) > at(this.wanted[best]!, label)) best = part;
    return best;
  }

  place(unit: number, part: number): void {
    const before = this.placed[unit] as number;
    for (const [label, count] of this.units[unit]!.counts) {
      if (before < 0) add(this.free, label, -count);
      else {
        add(this.wanted[before]!, label, count);
        add(this.present[before]!, label, -1);
      }
      add(this.wanted[part]!, label, -count);
      add(this.present[part]!, label, 1);
    }
    this.placed[unit] = part;
  }

  /** Moves a unit where its classes come nearer to their shares by it. */
  improve(unit: number): boolean {
    let best: number | undefined;
    let least = -1e-9;
    for (let part = 0; part < this.names.length; part++) {
      const cost = this.cost(unit, part);
      if (cost < least && this.mayMove(unit, part)) [best, least] = [part, cost];
    }
    if (best === undefined) return false;
    this.place(unit, best);
    return true;
  }

  /** Brings a unit of a class into a part that needs one and has none. */
  ensure(label: number, name: DatasetPart): void {
    const part = this.names.indexOf(name);
    if (part < 0 || !this.needs(label, part) || at(this.present[part]!, label) > 0) return;
    let best: number | undefined;
    let least = Infinity;
    for (const unit of this.unitsOf(label)) {
      const cost = this.cost(unit, part);
      if (cost < least && this.mayMove(unit, part)) [best, least] = [unit, cost];
    }
    if (best !== undefined) this.place(best, part);
  }

  parts(): readonly DatasetPart[] {
    return this.placed.map((part) => this.names[part] as DatasetPart);
  }

  private needs(label: number, part: number): boolean {
    return neededParts(this.unitsOf(label).length, this.names).includes(this.names[part] as DatasetPart);
  }

  /** Whether no class loses its only unit of a part that needs one; the part to train on comes first where it has none itself. */
  private mayMove(unit: number, part: number): boolean {
    const before = this.placed[unit] as number;
    return [...this.units[unit]!.counts.keys()].every((label) => {
      if (at(this.present[before]!, label) > 1 || !this.needs(label, before)) return true;
      return this.names[part] === 'train' && at(this.present[part]!, label) === 0;
    });
  }

  /** By how much its classes are further from their shares, in shares of each class, where a unit moves. */
  private cost(unit: number, part: number): number {
    const before = this.placed[unit] as number;
    if (before === part) return 0;
    let cost = 0;
    for (const [label, count] of this.units[unit]!.counts) {
      const [from, to] = [at(this.wanted[before]!, label), at(this.wanted[part]!, label)];
      const change = Math.abs(from + count) + Math.abs(to - count) - Math.abs(from) - Math.abs(to);
      cost += change / at(this.total, label);
    }
    return cost;
  }
}

const at = (map: ReadonlyMap<number, number>, key: number): number => map.get(key) ?? 0;
const add = (map: Map<number, number>, key: number, value: number): void => void map.set(key, at(map, key) + value);
