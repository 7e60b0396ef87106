/** What happens to a value that was not taken when the next one comes: it makes the next one wait, or gives way to it. */
export type HandOverPolicy = 'wait' | 'newest';

/** Hands values from one producer to one consumer, one at a time: between the two there is room for a single value. */
export class HandOver<T> {
  private value: T | undefined;
  private ended = false;
  private failure: unknown;
  private wakers: (() => void)[] = [];

  constructor(private readonly policy: HandOverPolicy) {}

  /** Resolves when there is room, with the value that nobody will take: the older one of `newest`, or `value` itself after the end. */
  async put(value: T): Promise<T | undefined> {
    while (this.policy === 'wait' && this.value !== undefined && !this.ended) await this.change();
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

  private change(): Promise<void> {
    return new Promise((resolve) => this.wakers.push(resolve));
  }
}
