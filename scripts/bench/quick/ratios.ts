import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MovinetError } from '../../../lib/base/errors';
import { writeFileWhole } from '../../../lib/io/whole-file';
import type { CpuDescription } from '../../../lib/runtime/machine';
import type { BenchmarkResult } from '../results';
import { alignColumns } from '../table';
import { QUICK_BENCHMARKS, REFERENCES } from './cases';

/** A ratio of so many times the expected one is a benchmark that has become slower. */
export const LIMIT = 1.3;

const EXPECTED = join(__dirname, '..', 'expected-ratios.json');

/** Processor time over that of the reference, by names. */
export type Ratios = Readonly<Record<string, number>>;

/** The vector instructions that kernels are chosen by: what is expected depends on them. */
export function vectorLevel({ features }: Pick<CpuDescription, 'features'>): 'avx512' | 'avx2' | 'sse' {
  return features.includes('AVX-512') ? 'avx512' : features.includes('AVX2') ? 'avx2' : 'sse';
}

/** A processor's design, which ratios follow from beside its vector instructions: those of one design are expected of no other. */
export function processorDesign(
  cpu: Pick<CpuDescription, 'features'>,
  cpuinfo = readFileSync('/proc/cpuinfo', 'utf8'),
): string {
  const field = (name: string): string => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(cpuinfo)?.[1] ?? 'unknown';
  return `${vectorLevel(cpu)}, ${field('vendor_id')} family ${field('cpu family')} model ${field('model')}`;
}

const expectedSchema = z.record(z.string(), z.record(z.string(), z.number().positive()));

/** The ratios that are expected, by {@link processorDesign}. Throws {@link MovinetError} for a file that has none. */
export async function readExpected(path = EXPECTED): Promise<Readonly<Record<string, Ratios>>> {
  try {
    return expectedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new MovinetError(`${path} is no table of expected ratios`, { cause: error });
  }
}

/** Puts the ratios in place of those of this design. */
export async function writeExpected(design: string, ratios: Ratios, path = EXPECTED): Promise<void> {
  const rounded = Object.fromEntries(
    Object.entries(ratios).map(([name, ratio]) => [name, Number(ratio.toPrecision(4))]),
  );
  const all = { ...(await readExpected(path)), [design]: rounded };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFileWhole(path, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** The least processor time of each benchmark, in seconds, by names. */
export type BestTimes = ReadonlyMap<string, number>;

/**
 * The best times of several runs: what else a machine does only makes a benchmark take longer. Of processor time, as in that of the clock there is also what
 * others do meanwhile. What failed has none.
 */
export function bestTimes(results: readonly BenchmarkResult[], before: BestTimes = new Map()): BestTimes {
  const best = new Map(before);
  for (const { name, cpuSeconds, cpuSpread } of results) {
    const least = cpuSpread?.[0] ?? cpuSeconds;
    if (least > 0) best.set(name, Math.min(least, best.get(name) ?? Infinity));
  }
  return best;
}

/** The ratios of the benchmarks that ran. Throws {@link MovinetError} where a reference did not. */
export function ratiosOf(times: BestTimes): Ratios {
  const missing = REFERENCES.find((name) => !times.has(name));
  if (missing !== undefined)
    throw new MovinetError(`The reference ${missing} did not run: nothing can be measured by it`);
  return Object.fromEntries(
    Object.entries(QUICK_BENCHMARKS).flatMap(([name, reference]) => {
      const time = times.get(name);
      return time === undefined ? [] : [[name, time / times.get(reference)!]];
    }),
  );
}

/** Those that are beyond {@link LIMIT} times what is expected. */
export function tooSlow(ratios: Ratios, expected: Ratios): string[] {
  return Object.entries(ratios)
    .filter(([name, ratio]) => ratio > LIMIT * (expected[name] ?? Infinity))
    .map(([name]) => name);
}

/** One line for each benchmark: its ratio, what is expected, and the one over the other. */
export function formatRatios(ratios: Ratios, expected: Ratios | undefined): string {
  const rows = Object.entries(ratios).map(([name, ratio]) => {
    const usual = expected?.[name];
    const relative = usual === undefined ? undefined : ratio / usual;
    return [
      ...[name, QUICK_BENCHMARKS[name] ?? '', ratio.toPrecision(4), usual?.toPrecision(4) ?? '–'],
      ...[relative?.toFixed(2) ?? '–', relative !== undefined && relative > LIMIT ? 'too slow' : ''],
    ];
  });
  return alignColumns(
    [['benchmark', 'measured by', 'ratio', 'expected', 'ratio/expected', ''], ...rows],
    new Set([2, 3, 4]),
  ).join('\n');
}
