import { setMaxListeners } from 'node:events';
import { untilAborted } from './until-aborted';

/** What can be gone through once, at once or as it comes. */
export type AnyIterable<Item> = Iterable<Item> | AsyncIterable<Item>;

/** What came of an iterable's end. */
interface End {
  readonly failure?: unknown;
}

export interface InOrderOptions {
  /** Items that were taken and whose results were not: more are taken as results are. */
  readonly atOnce: number;
  /** Ends the iteration, and the work, with its reason: also while the items do not come. */
  readonly signal: AbortSignal;
}

/**
 * What some work gives for each item, in the items' order, as soon as it and all before it are there: nothing waits for the next item, or for the end of the items.
 * A failure, of the work or of the items, is thrown in its turn. When the iteration ends early the signal that the work was given aborts, and the items are closed;
 * an item that is still waited for then is let go of.
 */
export async function* inOrder<Item, Result>(
  items: AnyIterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  { atOnce, signal }: InOrderOptions,
): AsyncGenerator<Result, void, undefined> {
  const stop = new AbortController();
  const either = AbortSignal.any([stop.signal, signal]);
  // Each item's work may listen.
  setMaxListeners(0, either);
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const atHand = !(Symbol.asyncIterator in items);
  const results: Promise<Result>[] = [];
  let end: End | undefined;
  let waiting = false;
  const over = (): boolean => either.aborted || end !== undefined;
  let wake = (): void => undefined;

  const take = ({ done, value }: IteratorResult<Item, unknown>): void => {
    if (done === true) end = {};
    else {
      const result = work(value, either);
      // It may fail before its turn; whoever takes it meets the failure.
      result.catch(() => undefined);
      results.push(result);
    }
  };
  const fill = async (): Promise<void> => {
    if (waiting) return;
    try {
      while (results.length < atOnce && !over()) {
        const next = source.next();
        if (atHand) {
          take(next as IteratorResult<Item>);
          continue;
        }
        waiting = true;
        const item = await next;
        waiting = false;
        if (!over()) take(item);
        wake();
      }
    } catch (failure) {
      waiting = false;
      end = { failure };
    }
    wake();
  };

  try {
    for (;;) {
      signal.throwIfAborted();
      void fill();
      const [first] = results;
      if (first !== undefined) {
        const result = await untilAborted(first, signal);
        void results.shift();
        // The place is taken again while the caller works.
        void fill();
        yield result;
      } else if (end === undefined) {
        await untilAborted(new Promise<void>((resolve) => (wake = resolve)), signal);
      } else if ('failure' in end) {
        throw end.failure;
      } else return;
    }
  } finally {
    stop.abort();
    if (end === undefined) await close(source, waiting);
  }
}

/** An iterator that owes an item answers no other call before: it is told, but not waited for. */
async function close(source: Iterator<unknown> | AsyncIterator<unknown>, waiting: boolean): Promise<void> {
  const closed = Promise.resolve(source.return?.());
  if (waiting) closed.catch(() => undefined);
  else await closed;
}
