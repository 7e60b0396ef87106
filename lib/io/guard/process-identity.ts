import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { errorCode } from '../output-failure';

/** A process among all that there ever are: its number alone is given again, after a restart of a container to the same program. */
export const processIdentity = z.object({
  pid: z.int().positive(),
  /** When it started, in the system's ticks since it booted. */
  started: z.string(),
  host: z.string(),
  /** Within which numbers mean processes: one boot of the system, one container. */
  space: z.string(),
});

export type ProcessIdentity = z.output<typeof processIdentity>;

export async function thisProcess(): Promise<ProcessIdentity> {
  const { pid } = process;
  return { pid, started: (await lifeOf(pid))?.started ?? '', host: hostname(), space: await space() };
}

/** Undefined where that cannot be seen from here: another machine, another container. */
export async function isAlive({ pid, started, space: other }: ProcessIdentity): Promise<boolean | undefined> {
  if (other !== (await space())) return undefined;
  const life = await lifeOf(pid);
  if (life !== undefined) return life.started === started && !['Z', 'X'].includes(life.state);
  // The processes of other users may be hidden.
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

async function lifeOf(pid: number): Promise<{ readonly state: string; readonly started: string } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  // The name, in parentheses, may have any characters; the state is the third field, the start the 22nd.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields?.[0], fields?.[19]];
  return state === undefined || started === undefined ? undefined : { state, started };
}

async function space(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => '');
  const container = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${boot.trim()} ${container}`;
}
