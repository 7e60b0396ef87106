import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { MovinetError } from '../../../lib/base/errors';
import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import { loadAddon } from '../../../lib/native/addon';
import { judge, type Verdict } from './fit';
import type { Measure, Series } from './series';

const POINT = join(__dirname, 'point.ts');

const measures = z.record(z.string(), z.number().positive());

export interface PointResult {
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface MeasureResult extends Measure {
  readonly name: string;
  /** Of each point, in their order: seconds or bytes. */
  readonly values: readonly number[];
  /** None for what is only shown. */
  readonly verdict?: Verdict;
}

export interface SeriesResult {
  readonly series: Series;
  readonly points: readonly number[];
  readonly measures: readonly MeasureResult[];
}

/** Does the work of one point. */
export type MeasurePoint = (series: Series, at: number, signal: AbortSignal) => Promise<PointResult['values']>;

const run = promisify(execFile);

/** Does it in a Node process of its own, as peak memory is that of a process, and in a folder of its own. Throws {@link MovinetError} where that fails. */
export const inProcess: MeasurePoint = async (series, at, signal) => {
  const folder = await mkdtemp(join(tmpdir(), 'movinet-bench-'));
  try {
    await series.prepare?.(at, { addon: loadAddon(), folder });
    const args = ['-r', require.resolve('ts-node/register'), POINT, series.name, String(at), folder];
    const { stdout } = await run(process.execPath, args, { signal });
    return measures.parse(JSON.parse(stdout));
  } catch (error) {
    signal.throwIfAborted();
    const { stderr } = error as { stderr?: string };
    const reason = stderr?.trim().split('\n').at(-1) ?? (error as Error).message;
    throw new MovinetError(`${series.name} at ${at} failed: ${reason.replace(/^Error: /, '')}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** What the points of a series say of each of its measures. Throws {@link MovinetError} where a point lacks one. */
export function resultOf(series: Series, points: readonly PointResult[]): SeriesResult {
  const results = Object.entries(series.measures).map(([name, measure]): MeasureResult => {
    const samples = points.map(({ at, values }) => {
      const value = values[name];
      if (value === undefined) throw new MovinetError(`${series.name} at ${at} has no ${name}`);
      return { at, value };
    });
    const { expected } = measure;
    const values = samples.map(({ value }) => value);
    return { ...measure, name, values, ...(expected && { verdict: judge(samples, expected) }) };
  });
  return { series, points: points.map(({ at }) => at), measures: results };
}

export interface ScaleOptions {
  readonly quick: boolean;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
  /** Default: {@link inProcess}. */
  readonly measurePoint?: MeasurePoint;
}

/** Measures the points of some series, one after the other. */
export async function runSeries(all: readonly Series[], options: ScaleOptions): Promise<SeriesResult[]> {
  const { quick, progress, signal, measurePoint = inProcess } = options;
  const pointsOf = (series: Series): readonly number[] => (quick ? series.quickPoints : series.points);
  const total = all.reduce((sum, series) => sum + pointsOf(series).length, 0);
  progress.start({ label: 'Measuring', total, unit: 'points' });
  let done = 0;
  const results: SeriesResult[] = [];
  for (const series of all) {
    const points: PointResult[] = [];
    for (const at of pointsOf(series)) {
      signal.throwIfAborted();
      points.push({ at, values: await measurePoint(series, at, signal) });
      progress.update((done += 1), { series: series.name });
    }
    results.push(resultOf(series, points));
  }
  progress.end(`Measured ${total} points of ${all.length} series`);
  return results;
}

/** The measures that grow by more than is expected, as `series: measure`. */
export function broken(results: readonly SeriesResult[]): string[] {
  return results.flatMap(({ series, measures: all }) =>
    all.filter(({ verdict }) => verdict?.holds === false).map(({ name }) => `${series.name}: ${name}`),
  );
}
