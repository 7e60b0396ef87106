import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Addon } from '../../lib/native/addon';
import { packageVersion } from '../../lib/native/package';
import { describeCpu, type CpuDescription } from '../../lib/runtime/machine';

/** Above this share of the processors in others' use, the figures are not worth comparing. */
const BUSY = 0.1;

export interface Versions {
  readonly 'movinet-native': string;
  readonly node: string;
  readonly tensorflow: string;
  readonly opencv: string;
}

export interface Machine {
  readonly cpu: CpuDescription;
  readonly versions: Versions;
  /** The share of the processors that other programs had before and after the benchmarks, from 0 to 1. */
  readonly otherLoad: readonly number[];
}

/** The share of all processors that is in use for a second, from 0 to 1, while this process waits. */
export async function measureLoad(milliseconds = 1000, signal?: AbortSignal): Promise<number> {
  const times = (): { idle: number; total: number } => {
    const all = cpus().map((cpu) => cpu.times);
    return {
      idle: all.reduce((sum, { idle }) => sum + idle, 0),
      total: all.reduce((sum, time) => sum + time.user + time.nice + time.sys + time.irq + time.idle, 0),
    };
  };
  const before = times();
  await delay(milliseconds, undefined, signal ? { signal } : {});
  const after = times();
  const total = after.total - before.total;
  return total > 0 ? Math.min(1, Math.max(0, 1 - (after.idle - before.idle) / total)) : 0;
}

export function describeMachine(addon: Addon, otherLoad: readonly number[]): Machine {
  return {
    cpu: describeCpu(),
    versions: {
      'movinet-native': packageVersion(),
      node: process.versions.node,
      tensorflow: addon.tensorFlowVersion(),
      opencv: addon.openCvVersion(),
    },
    otherLoad,
  };
}

/** `AMD EPYC, 2 processors, 23.5 GiB; movinet-native 0.1.0, …`. */
export function machineLine({ cpu, versions }: Machine): string {
  const memory = `${(cpu.memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cpu.model}, ${cpu.processors} processors, ${memory}; ${programs.join(', ')}`;
}

/** A sentence where others' work makes the figures unfit to compare. */
export function loadWarning({ otherLoad }: Pick<Machine, 'otherLoad'>): string | undefined {
  const most = Math.max(...otherLoad);
  if (!(most > BUSY)) return undefined;
  return `Other programs used ${Math.round(100 * most)} % of the processors; do not compare these figures with others`;
}
