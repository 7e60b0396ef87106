/** What happens to a value that was not taken when the next one comes: it makes the next one wait, or gives way to it. */
export type HandOverPolicy = 'wait' | 'newest';

/** Milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Hands values from one producer to one consumer, one at a time: between the two there is room for a single value. */
export class HandOver<T> {
  private value: T | undefined;
  private ended = false;
  private failure: unknown;
  private wakers: (() => void)[] = [];

  constructor(private readonly policy: HandOverPolicy) {}

  /**
   * Resolves when there is room, with the value that nobody will take: the older one of `newest`, or `value` itself after the end. `patience`: milliseconds for
   * which the older one may still be taken. Default: without end, none of `newest`.
   */
  async put(value: T, patience = this.policy === 'wait' ? Infinity : 0): Promise<T | undefined> {
    const until = performance.now() + patience;
    while (this.value !== undefined && !this.ended) {
      const left = until - performance.now();
      if (left <= 0) break;
      await this.change(left);
    }
    if (this.ended) return value;
    const older = this.value;
    this.value = value;
    this.changed();
    return older;
  }

  /** Resolves to the next value, or to undefined after the last. Rejects with the producer's failure after the last value. */
  async take(): Promise<T | undefined> {
    while (this.value === undefined && !this.ended) await this.change();
    const { value } = this;
    this.value = undefined;
    this.changed();
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- it is whatever the producer caught.
    if (value === undefined && this.failure !== undefined) throw this.failure;
    return value;
  }

  /** No more values come; the one that waits can still be taken. */
  end(failure?: unknown): void {
    if (this.ended) return;
    this.ended = true;
    this.failure = failure;
    this.changed();
  }

  /** Ends, and returns what nobody will take. */
  clear(): T | undefined {
    this.end();
    const { value } = this;
    this.value = undefined;
    return value;
  }

  private changed(): void {
    const { wakers } = this;
    this.wakers = [];
    wakers.forEach((wake) => wake());
  }

  private change(atMost = Infinity): Promise<void> {
    return new Promise((resolve) => {
      const timer = atMost === Infinity ? undefined : setTimeout(resolve, Math.min(atMost, LONGEST_TIMER));
      this.wakers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
