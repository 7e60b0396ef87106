import { setImmediate } from 'node:timers/promises';

/** A turn of the event loop, for loops over much data: `if (turn.over) await turn.next()` lets other work run now and then. */
export class Turn {
  private began = performance.now();

  /** `most`: milliseconds. */
  constructor(private readonly most = 5) {}

  get over(): boolean {
    return performance.now() - this.began > this.most;
  }

  async next(): Promise<void> {
    await setImmediate();
    this.began = performance.now();
  }
}
