import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Processor time of the main thread so far, in milliseconds. What other processes or threads take from it, as on a shared machine, does not count. */
function threadMs(): number {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

export interface Measured<Result> {
  readonly result: Result;
  /** The most that the main thread worked between two turns of a timer of 1 ms, in milliseconds of its processor time. */
  readonly longestMs: number;
  /** Turns that the timer had. */
  readonly turns: number;
}

/** Does some work and sees how long it kept the event loop. A timer shows it: the first block comes before any turn of a histogram of delays. */
export async function measureLoop<Result>(work: () => Result | Promise<Result>): Promise<Measured<Result>> {
  await sleep(20);
  let last = threadMs();
  let longestMs = 0;
  let turns = 0;
  const look = (): void => {
    const now = threadMs();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    turns += 1;
  };
  const timer = setInterval(look, 1);
  const result = await work();
  await sleep(5);
  look();
  clearInterval(timer);
  return { result, longestMs, turns };
}
