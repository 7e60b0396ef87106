import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Linux counts a process's time in hundredths of a second, on every machine that this runs on. */
const TICK_MS = 10;
const LOOK_MS = 1000;

/** Processor time of a process and its threads so far, in milliseconds; undefined where there is none. */
async function processorTime(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // What stands in parentheses is the program's name, with any characters.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return (user + system) * TICK_MS;
}

/** Processors' worth that each process uses while nobody asks it for anything. */
export async function idleLoads(pids: readonly number[], signal?: AbortSignal): Promise<number[]> {
  const before = await Promise.all(pids.map(processorTime));
  const begin = performance.now();
  await delay(LOOK_MS, undefined, signal ? { signal } : {});
  const passed = performance.now() - begin;
  const after = await Promise.all(pids.map(processorTime));
  return pids.map((_, i) => ((after[i] ?? 0) - (before[i] ?? 0)) / passed);
}
