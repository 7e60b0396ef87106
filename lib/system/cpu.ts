import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

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
