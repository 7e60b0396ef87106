import { readFileSync } from 'node:fs';
import { commandOutput } from './command';

export interface NvidiaGpu {
  name: string;
  memoryMiB: number;
  computeCapability: string;
}

export interface NvidiaDescription {
  /** Version of the kernel driver; undefined: no driver. */
  driver: string | undefined;
  gpus: NvidiaGpu[];
}

/** Reads `nvidia-smi --query-gpu=name,memory.total,compute_cap,driver_version --format=csv,noheader,nounits`. */
export function parseNvidiaSmi(output: string): NvidiaDescription {
  const rows = output
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 4);
  return {
    driver: rows[0]?.[3],
    gpus: rows.map(([name, memory, capability]) => ({
      name: name!,
      memoryMiB: Number(memory),
      computeCapability: capability!,
    })),
  };
}

function driverOfKernel(): string | undefined {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').match(/Kernel Module.*?\s(\d+\.\d+(?:\.\d+)?)\s/)?.[1];
  } catch {
    return undefined;
  }
}

/** The NVIDIA driver and GPUs of this machine, with or without nvidia-smi. */
export function describeNvidia(): NvidiaDescription {
  const query = ['--query-gpu=name,memory.total,compute_cap,driver_version', '--format=csv,noheader,nounits'];
  const found = parseNvidiaSmi(commandOutput('nvidia-smi', query) ?? '');
  return { driver: found.driver ?? driverOfKernel(), gpus: found.gpus };
}
