import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { loadAddon } from '../../lib/native/addon';

/** What a process holds after so many steps, with no garbage in it. */
export const readingSchema = z.object({
  step: z.int(),
  /** Resident memory, bytes. */
  resident: z.number(),
  tensors: z.int(),
  graphs: z.int(),
  sessions: z.int(),
  /** Open files, sockets and pipes. */
  descriptors: z.int(),
  /** Of the whole process: Node's, TensorFlow's, the decoders'. */
  threads: z.int(),
});
export type Reading = z.output<typeof readingSchema>;

/** V8 frees native objects in turns of the event loop that follow a collection. */
async function collect(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('node wants --expose-gc');
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await sleep(5);
  }
}

/** Collects garbage, then reads. The process needs `--expose-gc`. */
export async function read(step: number): Promise<Reading> {
  await collect();
  const { tensors, graphs, sessions } = loadAddon().liveCounts();
  // Not process.memoryUsage(): the same figure, but from a file that names its unit.
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  const counts = { descriptors: readdirSync('/proc/self/fd').length, threads: readdirSync('/proc/self/task').length };
  return { step, resident: kilobytes * 1024, tensors, graphs, sessions, ...counts };
}
