import fc from 'fast-check';
import { inOrder, type AnyIterable } from '../../lib/base/in-order';

const never = new AbortController().signal;

async function* comingIn<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Lets whatever can happen happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

async function collect<T>(results: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const result of results) into.push(result);
  return into;
}

it('gives results in the order of the items, in whatever order the work ends, with no more under way than asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(4), { maxLength: 20 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      async (turns, atOnce, atHand) => {
        let underWay = 0;
        let most = 0;
        const items = [...turns.entries()];
        const work = async ([index, count]: [number, number]): Promise<number> => {
          most = Math.max(most, ++underWay);
          for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
          underWay--;
          return index;
        };
        const source: AnyIterable<[number, number]> = atHand ? items : comingIn(items);
        expect(await collect(inOrder(source, work, { atOnce, signal: never }))).toEqual([...turns.keys()]);
        expect(most).toBeLessThanOrEqual(atOnce);
      },
    ),
    { numRuns: 40 },
  );
});

it('takes no more items than asked for ahead of those who take the results', async () => {
  let taken = 0;
  function* items(): Generator<number> {
    for (;;) yield taken++;
  }
  const results = inOrder(items(), (item) => Promise.resolve(item), { atOnce: 3, signal: never });
  expect((await results.next()).value).toBe(0);
  await settle();
  expect(taken).toBe(4);
  await results.return(undefined);
});

it('gives a result while the next item has not come', async () => {
  async function* items(): AsyncGenerator<string> {
    yield 'first';
    await new Promise(() => undefined);
  }
  const results = inOrder(items(), (item) => Promise.resolve(item), { atOnce: 8, signal: never });
  expect(await results.next()).toEqual({ done: false, value: 'first' });
  // An item that is owed does not keep the iteration from ending.
  expect(await results.return(undefined)).toEqual({ done: true, value: undefined });
});

it('rejects with the signal’s reason while items do not come, and while the work does not end', async () => {
  const silent: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  };
  for (const [items, work] of [
    [silent, (item: number) => Promise.resolve(item)],
    [[1], () => new Promise<number>(() => undefined)],
  ] as const) {
    const controller = new AbortController();
    const reason = new Error('enough');
    const next = inOrder(items, work, { atOnce: 2, signal: controller.signal }).next();
    await settle();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
  }
});

it('throws a failure in its turn, of the work as of the items, and begins nothing after it', async () => {
  const failure = new Error('broken');
  const seen: number[] = [];
  const work = (item: number): Promise<number> => (item === 2 ? Promise.reject(failure) : Promise.resolve(item));
  await expect(collect(inOrder([0, 1, 2, 3], work, { atOnce: 4, signal: never }), seen)).rejects.toBe(failure);
  expect(seen).toEqual([0, 1]);
  function* failing(): Generator<number> {
    yield 7;
    throw failure;
  }
  seen.length = 0;
  await expect(collect(inOrder(failing(), work, { atOnce: 4, signal: never }), seen)).rejects.toBe(failure);
  expect(seen).toEqual([7]);
});

it('closes the items and aborts the work when the iteration ends early', async () => {
  let closed = 0;
  const signals: AbortSignal[] = [];
  async function* items(): AsyncGenerator<number> {
    try {
      for (let item = 0; ; item++) yield await Promise.resolve(item);
    } finally {
      closed++;
    }
  }
  const work = (item: number, signal: AbortSignal): Promise<number> => {
    signals.push(signal);
    return item === 0 ? Promise.resolve(item) : new Promise(() => undefined);
  };
  for await (const result of inOrder(items(), work, { atOnce: 2, signal: never })) {
    expect(result).toBe(0);
    await settle();
    break;
  }
  expect(closed).toBe(1);
  expect(signals.length).toBeGreaterThan(1);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});
