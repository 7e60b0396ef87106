import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { MovinetError } from '../../lib/base/errors';
import { commandTable, parseCommand } from '../../lib/cli/options/command-table';
import { flag, option } from '../../lib/cli/options/option';
import { verboseOption } from '../../lib/cli/program/options';
import { JSON_FORMAT } from '../../lib/cli/program/results';
import { writeTinyBackbone, writeTinyVideos } from '../../test/cli/support/tiny-material';
import { type Reading, readingSchema } from './reading';
import { type Material, SERIES, type Series } from './series';
import { judge, type Verdict } from './verdict';

const NAMES = SERIES.map(({ name }) => name);
const READINGS = 36;
const QUICK_READINGS = 12;

export const soakTable = commandTable({
  name: 'soak',
  script: true,
  description:
    'Lets each kind of work go on for long, and says whether memory, native objects, open files or threads grow.',
  options: {
    series: option(z.array(z.enum(NAMES)).default(NAMES), {
      ...{ value: '<name>', help: `a series: ${NAMES.join(', ')}`, fallback: 'all', repeated: true },
    }),
    quick: flag('a few steps of each: that it works, not that nothing grows'),
    json: flag('print readings and verdicts as JSON'),
    verbose: verboseOption,
  },
});

export interface SoakResult {
  readonly series: string;
  readonly steps: number;
  readonly seconds: number;
  readonly readings: readonly Reading[];
  readonly verdict: Verdict;
}

/** Runs a series in a process of its own. Throws {@link MovinetError} where that fails. */
export async function soakSeries(
  series: Series,
  material: Material,
  steps: number,
  count: number,
): Promise<SoakResult> {
  const worker = join(__dirname, 'worker.ts');
  const words = ['--expose-gc', '-r', 'ts-node/register', worker, series.name, `${steps}`, `${count}`];
  const begin = performance.now();
  const child = spawn(process.execPath, [...words, JSON.stringify(material)], {
    cwd: join(__dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const readings: Reading[] = [];
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  for await (const line of createInterface({ input: child.stdout }))
    readings.push(readingSchema.parse(JSON.parse(line)));
  const [code, signal] = await closed;
  if (code !== 0) throw new MovinetError(`The series ${series.name} ended with ${signal ?? `status ${code}`}`);
  const seconds = (performance.now() - begin) / 1000;
  return { series: series.name, steps, seconds, readings, verdict: judge(readings) };
}

function line({ series, steps, seconds, verdict: { bytesAStep, most, faults } }: SoakResult): string {
  const held = `${(most.resident / 2 ** 20).toFixed(0)} MiB, ${most.descriptors} descriptors, ${most.threads} threads`;
  const told = faults.length === 0 ? 'nothing grows' : `FAILED: ${faults.join(', ')}`;
  return `${series}: ${steps} steps, ${seconds.toFixed(0)} s; ${bytesAStep.toFixed(0)} bytes a step, at most ${held}; ${told}`;
}

/** `npm run soak`: exit status 1 where something grows. */
export async function soak(argv: readonly string[]): Promise<void> {
  const { series: names, quick, json } = parseCommand(soakTable, argv).options;
  const folder = mkdtempSync(join(tmpdir(), 'movinet-soak-'));
  try {
    const material = { folder, videos: await writeTinyVideos(folder), weights: await writeTinyBackbone(folder) };
    const results: SoakResult[] = [];
    for (const series of SERIES.filter(({ name }) => names.includes(name))) {
      const steps = quick ? series.quickSteps : series.steps;
      const result = await soakSeries(series, material, steps, quick ? QUICK_READINGS : READINGS);
      results.push(result);
      if (!json) process.stdout.write(`${line(result)}\n`);
    }
    if (json) process.stdout.write(`${JSON.stringify({ format: JSON_FORMAT, series: results })}\n`);
    if (!quick && results.some(({ verdict }) => verdict.faults.length > 0)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
