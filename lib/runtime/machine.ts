import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';

/** Standard output of a program, or undefined where it does not exist, fails or takes longer than ten seconds. */
export function commandOutput(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch {
    return undefined;
  }
}

/** The first thing like a version number in a program's `--version`, or undefined where there is no such program. */
export function programVersion(command: string, args: string[] = ['--version']): string | undefined {
  return commandOutput(command, args)?.match(/\d+(\.\d+)+/)?.[0];
}

/** The instruction sets that oneDNN has kernels for, by the flags of /proc/cpuinfo that must all be there. */
const FEATURES: Record<string, string[]> = {
  'SSE4.2': ['sse4_2'],
  AVX: ['avx'],
  AVX2: ['avx2'],
  FMA: ['fma'],
  'AVX-512': ['avx512f', 'avx512bw', 'avx512dq', 'avx512vl'],
  'AVX-512 VNNI': ['avx512_vnni'],
  'AVX-512 BF16': ['avx512_bf16'],
  'AMX INT8': ['amx_tile', 'amx_int8'],
  'AMX BF16': ['amx_tile', 'amx_bf16'],
};

export interface CpuDescription {
  model: string;
  /** Processors that this process may use. */
  processors: number;
  memoryBytes: number;
  features: string[];
  /** Instruction sets of the list above that this processor lacks. */
  lacking: string[];
}

export function describeCpu(cpuinfo = readFileSync('/proc/cpuinfo', 'utf8')): CpuDescription {
  const field = (name: string): string => cpuinfo.match(new RegExp(`^${name}\\s*: (.*)$`, 'm'))?.[1] ?? '';
  const flags = new Set(field('flags').split(' '));
  const has = (name: string): boolean => FEATURES[name]!.every((flag) => flags.has(flag));
  const names = Object.keys(FEATURES);
  return {
    model: field('model name') || 'unknown',
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    features: names.filter(has),
    lacking: names.filter((name) => !has(name)),
  };
}

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

/** A shared library that a file needs, and the path at which the loader finds it. */
export interface NeededLibrary {
  name: string;
  /** undefined: not found. */
  path: string | undefined;
}

/** The lines of `ldd` that name a library. The loader itself and the kernel's own have no `=>` and are left out. */
export function parseLdd(output: string): NeededLibrary[] {
  return [...output.matchAll(/^\s*(\S+) => (?:(not found)|(\/\S+))/gm)].map(([, name, missing, path]) => ({
    name: name!,
    path: missing === undefined ? path : undefined,
  }));
}

/** Everything that `file` needs, directly or not, as the loader resolves it now; empty where `ldd` cannot tell. */
export function neededLibraries(file: string): NeededLibrary[] {
  return parseLdd(commandOutput('ldd', [file]) ?? '');
}

/** The folders of the RUNPATH or RPATH line of `readelf -d`, `$ORIGIN` replaced by `origin`, each once. */
export function parseRunpath(output: string, origin: string): string[] {
  const paths = [...output.matchAll(/\((?:RUNPATH|RPATH)\).*\[(.*)\]/g)].flatMap(([, list]) => list!.split(':'));
  return [...new Set(paths.filter(Boolean).map((path) => path.replace(/\$\{?ORIGIN\}?/g, origin)))];
}

/** Where `file` itself makes the loader look; undefined where `readelf` (binutils) is missing. */
export function runpath(file: string): string[] | undefined {
  const output = commandOutput('readelf', ['-dW', file]);
  return output === undefined ? undefined : parseRunpath(output, dirname(file));
}
