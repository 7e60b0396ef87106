import { alternate, median, planTurns, ratioOf, type Participant } from '../../../../scripts/bench/peers/alternate';

/** Takes so long for each run, and writes down its turns. */
function participant(name: string, milliseconds: number, turns: string[]): Participant {
  return {
    name,
    run: (count) => {
      turns.push(`${name}${count}`);
      return Promise.resolve(Array.from({ length: count }, () => milliseconds));
    },
  };
}

it('takes the median of an odd and of an even number of values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

it('relates the turns of the same rounds', () => {
  expect(ratioOf([2, 6, 3], [1, 2, 2])).toEqual({ median: 2, min: 1.5, max: 3 });
  // One that had fewer turns is related to those that it had.
  expect(ratioOf([4], [2, 100])).toEqual({ median: 2, min: 2, max: 2 });
});

it('plans turns of about a second, one run of them uncounted where runs are short', () => {
  expect(planTurns(1)).toEqual({ counted: 50, before: 1, turns: Infinity });
  expect(planTurns(250)).toEqual({ counted: 4, before: 1, turns: Infinity });
  expect(planTurns(5000)).toEqual({ counted: 1, before: 0, turns: Infinity });
  expect(planTurns(60_000)).toEqual({ counted: 1, before: 0, turns: 2 });
});

it('warms everybody up, then goes round and round', async () => {
  const turns: string[] = [];
  const told: string[] = [];
  const participants = [participant('a', 500, turns), participant('b', 250, turns), participant('c', 3000, turns)];
  const result = await alternate(participants, { rounds: 2, onTurn: (name) => told.push(name) });
  expect(turns).toEqual(['a1', 'b1', 'c1', 'a3', 'b5', 'c1', 'a3', 'b5', 'c1']);
  expect(told).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  expect(Object.fromEntries(result.turns)).toEqual({ a: [500, 500], b: [250, 250], c: [3000, 3000] });
  expect(result.failures.size).toBe(0);
});

it('does not count the first run of a turn', async () => {
  let run = 0;
  const times = (count: number): number[] =>
    run++ === 0 ? [1000] : [900, ...Array.from({ length: count - 1 }, () => 7)];
  const result = await alternate([{ name: 'a', run: (count) => Promise.resolve(times(count)) }], { rounds: 1 });
  expect(result.turns.get('a')).toEqual([7]);
});

it('gives one that is very slow two turns', async () => {
  const turns: string[] = [];
  const result = await alternate([participant('a', 100, turns), participant('slow', 30_000, turns)], { rounds: 4 });
  expect(result.turns.get('a')).toHaveLength(4);
  expect(result.turns.get('slow')).toEqual([30_000, 30_000]);
});

it('goes on without one that fails', async () => {
  const turns: string[] = [];
  let runs = 0;
  const failing: Participant = {
    name: 'b',
    run: (count) =>
      ++runs === 2 ? Promise.reject(new RangeError('too big')) : Promise.resolve(new Array(count).fill(9)),
  };
  const result = await alternate([participant('a', 100, turns), failing], { rounds: 3 });
  expect(result.failures).toEqual(new Map([['b', 'too big']]));
  expect(result.turns.get('a')).toHaveLength(3);
  expect(runs).toBe(2);
});

it('ends when it is aborted', async () => {
  const turns: string[] = [];
  const interruption = new AbortController();
  const onTurn = (): void => {
    if (turns.length === 3) interruption.abort();
  };
  const running = alternate([participant('a', 100, turns)], { rounds: 9, onTurn, signal: interruption.signal });
  await expect(running).rejects.toThrow(/abort/i);
  expect(turns).toHaveLength(3);
});
