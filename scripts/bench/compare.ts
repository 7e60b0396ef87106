import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../../lib/base/errors';
import { JSON_FORMAT } from '../../lib/cli/program/results';
import type { Machine } from './machine';
import type { BenchmarkResult } from './results';
import { alignColumns, formatTime } from './table';

const storedSchema = z.looseObject({
  date: z.string(),
  machine: z.looseObject({
    cpu: z.looseObject({ model: z.string(), processors: z.number() }),
    versions: z.record(z.string(), z.string()),
  }),
  benchmarks: z.array(
    z.looseObject({
      name: z.string(),
      seconds: z.number().min(0),
      spread: z.tuple([z.number(), z.number()]).exactOptional(),
      label: z.string().exactOptional(),
    }),
  ),
});

/** Results of an earlier run. */
export type StoredSuite = z.output<typeof storedSchema>;

/** Reads what `npm run bench` wrote. Throws {@link UsageError} for another format, and for what is no such file. */
export async function readSuite(path: string): Promise<StoredSuite> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} cannot be compared with: ${(error as Error).message}`, { cause: error });
  }
  const format = z.looseObject({ format: z.number() }).safeParse(content).data?.format;
  if (format !== undefined && format !== JSON_FORMAT)
    throw new UsageError(`${path} is of format ${format}, and this is format ${JSON_FORMAT}: run its benchmarks anew`);
  const suite = storedSchema.safeParse(content);
  if (format === undefined || !suite.success) throw new UsageError(`${path} has no results of \`npm run bench\``);
  return suite.data;
}

export interface Comparison {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** The new time over the old one: below 1 is faster. */
  readonly ratio: number;
  /** The least and the greatest ratio that the repetitions of both allow. */
  readonly spread: readonly [least: number, most: number];
}

type Compared = Pick<BenchmarkResult, 'name' | 'seconds' | 'spread' | 'label'>;

/** What both have figures of, in the order of the new one. Times on different videos are not of the same work. */
export function compareSuites(
  before: { readonly benchmarks: readonly Compared[] },
  after: readonly BenchmarkResult[],
): Comparison[] {
  const old = new Map(before.benchmarks.filter(({ seconds }) => seconds > 0).map((one) => [one.name, one]));
  return after.flatMap(({ name, seconds, spread = [seconds, seconds], label }) => {
    const one = old.get(name);
    if (one === undefined || seconds <= 0 || one.label !== label) return [];
    const [least, most] = one.spread ?? [one.seconds, one.seconds];
    const ratio = seconds / one.seconds;
    return [
      { name, before: one.seconds, after: seconds, ratio, spread: [spread[0] / most, spread[1] / least] as const },
    ];
  });
}

/** What makes the figures of two runs hard to compare, a sentence each. */
export function machineDifferences(before: StoredSuite['machine'], after: Machine): string[] {
  const of = ({ cpu, versions }: StoredSuite['machine']): Record<string, string> => ({
    processor: cpu.model,
    processors: String(cpu.processors),
    ...versions,
  });
  const { cpu, versions } = after;
  const [one, other] = [of(before), of({ cpu: { ...cpu }, versions: { ...versions } })];
  return Object.keys({ ...one, ...other })
    .filter((name) => one[name] !== other[name])
    .map((name) => `Another ${name}: ${one[name] ?? 'none'} before, ${other[name] ?? 'none'} now`);
}

/** `faster` or `slower` where the spreads of the two runs leave no doubt. */
function verdict({ spread: [least, most] }: Comparison): string {
  return most < 1 ? 'faster' : least > 1 ? 'slower' : '';
}

/** One line for each benchmark that both runs have. */
export function formatComparison(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return 'No benchmark has figures in both';
  const rows = comparisons.map((one) => [
    one.name,
    formatTime(one.before),
    formatTime(one.after),
    one.ratio.toFixed(2),
    `${one.spread[0].toFixed(2)} to ${one.spread[1].toFixed(2)}`,
    verdict(one),
  ]);
  return alignColumns(
    [['benchmark', 'before', 'now', 'now/before', 'spread', ''], ...rows],
    new Set([1, 2, 3, 4]),
  ).join('\n');
}
