import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceError } from '../../../lib/base/errors';
import type { ProgressSink } from '../../../lib/cli/terminal/progress-sink';
import type { Addon } from '../../../lib/native/addon';
import { checkPrecision } from '../../../lib/runtime/precision';
import { type OperationTime, RunProfile } from '../../../lib/runtime/run-profile';
import type { SessionConfig } from '../../../lib/runtime/session-config';
import { MODEL_PROGRAM, runBenchmarks, traceModels } from '../program';
import { withoutFigures, type BenchmarkResult } from '../results';
import type { ModelCase, Setting } from './cases';
import { exportGraphs } from './export-graphs';

export interface ModelRunOptions {
  /** Of the programs. */
  readonly folder: string;
  /** For what they need; the caller removes it. */
  readonly temporary: string;
  /** The device. */
  readonly session: SessionConfig;
  readonly progress: ProgressSink;
  readonly signal?: AbortSignal | undefined;
}

/** What all operations of one type take in a run of a model. */
export interface Profile {
  readonly name: string;
  readonly operations: readonly OperationTime[];
}

/** The cases of one setting, their graphs written. */
interface Prepared {
  readonly manifest: string;
  readonly folder: string;
  /** In the manifest's order. */
  readonly names: readonly string[];
}

/** Cases of one setting share a process: TensorFlow's threads are the process's. */
function bySetting(cases: readonly ModelCase[]): { setting: Setting; cases: ModelCase[] }[] {
  const groups = new Map<string, { setting: Setting; cases: ModelCase[] }>();
  for (const one of cases) {
    const { setting } = one;
    const key = `${setting.precision} ${setting.threads}`;
    const group = groups.get(key) ?? { setting, cases: [] };
    group.cases.push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Why no session of this machine can have the setting; undefined where one can. */
function settingProblem({ precision }: Setting, { cpuOnly }: SessionConfig): string | undefined {
  try {
    checkPrecision(precision, [{ type: cpuOnly === true ? 'CPU' : 'GPU' }]);
    return undefined;
  } catch (error) {
    if (error instanceof DeviceError) return error.message;
    throw error;
  }
}

/** Writes the graphs of each setting that this machine can have, and hands them to `run`, one setting after the other. `leftOut` gets the other cases. */
async function eachSetting(
  addon: Addon,
  cases: readonly ModelCase[],
  { temporary, session, progress, signal }: ModelRunOptions,
  run: (prepared: Prepared) => Promise<void>,
  leftOut: (cases: readonly ModelCase[], why: string) => void,
): Promise<void> {
  for (const [index, { setting, cases: some }] of bySetting(cases).entries()) {
    const why = settingProblem(setting, session);
    if (why !== undefined) {
      leftOut(some, why);
      continue;
    }
    const { precision, threads } = setting;
    const config = {
      ...session,
      precision,
      ...(threads !== undefined && { intraOpThreads: threads, interOpThreads: 1 }),
    };
    const folder = join(temporary, `setting-${index}`);
    await mkdir(folder);
    progress.start({ label: 'Building graphs', total: some.length, unit: 'benchmarks' });
    const onCases = (done: number): void => progress.update(done);
    const { path, names } = await exportGraphs(addon, some, folder, { config, onCases, signal });
    progress.end(`Built the graphs of ${some.length} benchmarks`);
    await run({ manifest: path, folder, names });
  }
}

/** Times the cases, those of one setting in a process of their own. What this machine cannot run is left out with the reason. */
export async function runModels(
  addon: Addon,
  cases: readonly ModelCase[],
  options: ModelRunOptions & { readonly minSeconds: number; readonly repetitions: number },
): Promise<BenchmarkResult[]> {
  const { folder, progress, minSeconds, repetitions, signal } = options;
  const results: BenchmarkResult[] = [];
  const run = async ({ manifest, names, folder: own }: Prepared): Promise<void> => {
    let done = 0;
    progress.start({ label: 'Running models', total: names.length, unit: 'benchmarks' });
    const onBenchmark = (): void => progress.update((done += 1));
    const given = {
      reportFile: join(own, 'report.json'),
      args: [manifest],
      minSeconds,
      repetitions,
      onBenchmark,
      signal,
    };
    results.push(...(await runBenchmarks(folder, MODEL_PROGRAM, given)));
    progress.end(`Ran ${names.length} benchmarks of models`);
  };
  await eachSetting(addon, cases, options, run, (some, skipped) => {
    results.push(...some.map(({ name }) => withoutFigures({ program: MODEL_PROGRAM, name }, { skipped })));
  });
  return results;
}

/** Which operations of the cases take the time. What this machine cannot run is told as a warning. */
export async function profileModels(
  addon: Addon,
  cases: readonly ModelCase[],
  options: ModelRunOptions,
): Promise<Profile[]> {
  const { folder, progress, signal } = options;
  const profiles: Profile[] = [];
  const run = async ({ manifest, names, folder: own }: Prepared): Promise<void> => {
    const traces = join(own, 'traces');
    await mkdir(traces);
    await traceModels(folder, manifest, traces, signal);
    const files = await readdir(traces);
    for (const [index, name] of names.entries()) {
      const profile = new RunProfile();
      for (const file of files.filter((one) => one.startsWith(`${index}-`)))
        profile.add(await readFile(join(traces, file)));
      profiles.push({ name, operations: profile.byType() });
    }
  };
  await eachSetting(addon, cases, options, run, (some, why) => {
    for (const { name } of some) progress.warn(`${name} is left out: ${why}`);
  });
  return profiles;
}
