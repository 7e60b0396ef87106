import type { Json } from '../base/described';
import { messageOf } from '../base/shown';
import { UsageError } from '../base/errors';
import { settledWithin, untilAborted } from '../base/until-aborted';
import { Weights } from '../graph/weights';
import type { Callback } from './callback';

export type Hook = Exclude<keyof Callback, 'name' | 'critical' | 'state' | 'restore' | 'weights'>;

/** How long a callback may take to finish what it does when the run is aborted, so that its state is whole. */
const FINISH_MS = 1000;

/** Below it, a callback's arrays in a snapshot. */
const arraysOf = (name: string): string => `.callbacks/${encodeURIComponent(name)}/`;

/** Callbacks in their order. What one throws is its own affair, unless it is critical. */
export class CallbackList {
  private failed = new Set<Callback>();

  /** `warn` is told of a callback that failed. Throws {@link UsageError} for callbacks without a name. */
  constructor(
    private readonly callbacks: readonly Callback[],
    private readonly warn: (text: string) => void,
  ) {
    if (callbacks.some(({ name }) => typeof name !== 'string' || name === ''))
      throw new UsageError('A callback needs a name: its state is kept by it');
  }

  /** Those that failed in an earlier run have another chance. */
  begin(): void {
    this.failed = new Set();
  }

  /**
   * All are told, whatever one of them does: what they remember is of one moment. Where `signal` aborts, what hangs is left behind after a while; critical ones are awaited.
   * Then throws the first error of a critical one, or the signal's reason.
   */
  async call<H extends Hook>(
    hook: H,
    signal: AbortSignal | undefined,
    ...args: Parameters<NonNullable<Callback[H]>>
  ): Promise<void> {
    const errors: unknown[] = [];
    for (const callback of this.callbacks) {
      const method = callback[hook] as ((...given: typeof args) => void | Promise<void>) | undefined;
      // A run that one of them refuses does not begin for those after it.
      if (hook === 'onTrainBegin' && errors.length > 0) break;
      if (method === undefined || this.failed.has(callback)) continue;
      try {
        const done = Promise.resolve(method.apply(callback, args));
        await (callback.critical === true ? done : unlessItHangs(done, signal));
      } catch (error) {
        if (callback.critical === true) errors.push(error);
        // What ends with the signal has not failed.
        else if (signal?.aborted !== true) this.leaveOut(callback, hook, error);
      }
    }
    if (errors.length > 0) throw errors[0];
    signal?.throwIfAborted();
  }

  /** By name. */
  states(): Record<string, Json> {
    return Object.fromEntries(
      this.callbacks.flatMap((callback) => {
        const state = this.told(callback, 'state', () => callback.state?.());
        return state === undefined ? [] : [[callback.name, state] as const];
      }),
    );
  }

  /** What they keep, below `.callbacks/`. */
  weights(): Weights {
    let all = new Weights();
    for (const callback of this.callbacks) {
      const kept = this.told(callback, 'weights', () => callback.weights?.());
      if (kept !== undefined) all = all.with(kept.renamed((path) => arraysOf(callback.name) + path));
    }
    return all;
  }

  /** Gives each what a snapshot has of it; one that it knows nothing of stays as it is. */
  restore(states: Readonly<Record<string, Json>>, variables: Weights): void {
    for (const callback of this.callbacks) {
      const state = states[callback.name];
      if (state === undefined) continue;
      const prefix = arraysOf(callback.name);
      const own = variables.renamed((path) => (path.startsWith(prefix) ? path.slice(prefix.length) : undefined));
      this.told(callback, 'restore', () => callback.restore?.(state, own));
    }
  }

  private told<T>(callback: Callback, what: string, ask: () => T): T | undefined {
    if (this.failed.has(callback)) return undefined;
    try {
      return ask();
    } catch (error) {
      this.leaveOut(callback, what, error);
      return undefined;
    }
  }

  private leaveOut(callback: Callback, what: string, error: unknown): void {
    if (callback.critical === true) throw error;
    this.failed.add(callback);
    const reason = messageOf(error);
    this.warn(`The callback "${callback.name}" failed in ${what} and is left out from now on: ${reason}`);
  }
}

/** Once the signal aborts, what is under way has a while to finish. */
async function unlessItHangs(done: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await untilAborted(done, signal);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    await settledWithin(FINISH_MS, done);
  }
}
