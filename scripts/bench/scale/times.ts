/** Of values that there are; of an even number the upper one in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Processor time of this process so far, of all its threads: other programs add little to it. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The median processor time of so many runs, in seconds; `first` more are not counted. */
export async function medianSeconds(runs: number, work: () => Promise<unknown>, first = 0): Promise<number> {
  const times: number[] = [];
  for (let run = -first; run < runs; run++) {
    const began = processorSeconds();
    await work();
    if (run >= 0) times.push(processorSeconds() - began);
  }
  return median(times);
}

/** For how many seconds at most the event loop was kept from other work. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  let working = true;
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (working) setImmediate(look);
  };
  setImmediate(look);
  await work();
  working = false;
  return Math.max(longest, performance.now() - last) / 1000;
}
