import { messageOf } from '../../../lib/base/shown';

/** Time that a turn should take, and the most runs in it. */
const TURN_MS = 1000;
const MOST_RUNS = 50;
/** A run that is longer finds nothing in the caches that another one has left there. */
const LONG_MS = 2000;
/** Whoever takes longer for a run has two turns, however many rounds there are. */
const SLOW_MS = 20_000;
const SLOW_TURNS = 2;

export interface Participant {
  readonly name: string;
  /** Milliseconds of each of `count` runs. */
  readonly run: (count: number) => Promise<readonly number[]>;
}

/** What each participant's turns came to. */
export interface Alternation {
  /** The median milliseconds of a run in each round. */
  readonly turns: ReadonlyMap<string, readonly number[]>;
  /** Why a participant had no further turns. */
  readonly failures: ReadonlyMap<string, string>;
}

export interface AlternationOptions {
  readonly rounds: number;
  /** Called after each turn, those before the first round included. */
  readonly onTurn?: (name: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
    : (sorted[Math.floor(middle)] as number);
}

/** Median and extremes of what a participant's turns took to those of another in the same rounds. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function ratioOf(turns: readonly number[], base: readonly number[]): Ratio {
  const ratios = turns.map((turn, round) => turn / (base[round] as number));
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

export interface TurnPlan {
  /** Runs that count: as many as take about a second. */
  readonly counted: number;
  /** Runs before them that do not: one, where that is no loss of time. */
  readonly before: number;
  /** The most turns. */
  readonly turns: number;
}

/** The turns of whoever takes so long for a run. */
export function planTurns(milliseconds: number): TurnPlan {
  return {
    counted: Math.min(MOST_RUNS, Math.max(1, Math.round(TURN_MS / milliseconds))),
    before: milliseconds > LONG_MS ? 0 : 1,
    turns: milliseconds > SLOW_MS ? SLOW_TURNS : Infinity,
  };
}

/**
 * One turn after the other, round after round, so that what slows the machine down meets all alike. Before the first round each warms up, which tells how many
 * runs its turns have; a turn begins with one that is not counted, as the others have had the caches. Whoever fails has no further turns.
 */
export async function alternate(
  participants: readonly Participant[],
  { rounds, onTurn, signal }: AlternationOptions,
): Promise<Alternation> {
  const turns = new Map<string, number[]>();
  const failures = new Map<string, string>();
  const turn = async ({ name, run }: Participant, take: (milliseconds: readonly number[]) => void, count: number) => {
    signal?.throwIfAborted();
    if (failures.has(name)) return;
    try {
      take(await run(count));
    } catch (error) {
      signal?.throwIfAborted();
      failures.set(name, messageOf(error));
    }
    onTurn?.(name);
  };
  const plans = new Map<string, TurnPlan>();
  for (const one of participants) {
    await turn(one, (times) => plans.set(one.name, planTurns(Math.min(...times))), 1);
    turns.set(one.name, []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const one of participants) {
      const plan = plans.get(one.name);
      if (plan === undefined || round >= plan.turns) continue;
      const { counted, before } = plan;
      await turn(one, (times) => turns.get(one.name)?.push(median(times.slice(before))), before + counted);
    }
  }
  return { turns, failures };
}
