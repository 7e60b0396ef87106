import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MovinetError } from '../../lib/base/errors';
import type { Outcome } from './protocol';
import type { SearchOptions } from './search';

const repository = join(__dirname, '..', '..');
const PROGRAMS = join(repository, 'build/fuzz/test/fuzz/native');
const SUPPRESSIONS = join(repository, 'test/native/sanitizers/lsan.supp');

/** What is fuzzed in C++, by the name of its corpus, and the program that does it. */
export const NATIVE_TARGETS: Readonly<Record<string, string>> = {
  'video (native)': 'video_fuzzer',
  'saved-model (native)': 'saved_model_fuzzer',
};

/** MiB that one piece of memory may have, and the process: a SavedModel's constants may take 512, a frame 200. */
const MOST_PIECE = 600;
const MOST_MEMORY = 3072;
const LONGEST_INPUT = 2 ** 14;

/** Lets libFuzzer search one target until the first fault or the end of the time. */
export async function searchNative(target: string, options: SearchOptions): Promise<Outcome> {
  const program = join(PROGRAMS, NATIVE_TARGETS[target] ?? '');
  if (!existsSync(program)) throw new MovinetError(`There is no ${program}; run \`node scripts/setup.mjs fuzz\``);
  const kept = mkdtempSync(join(tmpdir(), 'movinet-fuzz-'));
  mkdirSync(options.findings, { recursive: true });
  const before = new Set(readdirSync(options.findings));
  const started = performance.now();
  try {
    const { errors, ended } = await runFuzzer(program, [
      `-max_total_time=${options.seconds}`,
      // 0 would be another one each time.
      `-seed=${options.seed + 1}`,
      `-timeout=${options.inputSeconds ?? 20}`,
      `-rss_limit_mb=${MOST_MEMORY}`,
      `-malloc_limit_mb=${MOST_PIECE}`,
      `-max_len=${LONGEST_INPUT}`,
      `-artifact_prefix=${options.findings}/${NATIVE_TARGETS[target]}-`,
      '-print_final_stats=1',
      kept,
      ...options.corpus,
    ]);
    const outcome = { target, seconds: (performance.now() - started) / 1000, ...statistics(errors) };
    if (ended === 'status 0') return outcome;
    const input = readdirSync(options.findings).find((file) => !before.has(file)) ?? '(none)';
    return { ...outcome, finding: { what: `${ended}: ${reasonIn(errors)}`, input: join(options.findings, input) } };
  } finally {
    rmSync(kept, { recursive: true, force: true });
  }
}

async function runFuzzer(program: string, args: readonly string[]): Promise<{ errors: string; ended: string }> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...{ TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
      ASAN_OPTIONS: 'detect_leaks=1:allocator_may_return_null=1',
      LSAN_OPTIONS: `suppressions=${SUPPRESSIONS}:print_suppressions=0`,
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-50_000)));
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? `status ${code}`));
  });
  return { errors, ended };
}

/** Out of what libFuzzer prints of itself; its "cov" counts branches of this project's C++ alone. */
function statistics(errors: string): { executions: number; corpus: number; covered: number } {
  const last = (pattern: RegExp): number => Number([...errors.matchAll(pattern)].at(-1)?.[1] ?? 0);
  return {
    executions: last(/number_of_executed_units: (\d+)/g) || last(/^#(\d+)/gm),
    corpus: last(/ corp: (\d+)/g),
    covered: last(/ cov: (\d+)/g),
  };
}

function reasonIn(errors: string): string {
  const lines = errors.split('\n');
  const at = lines.findIndex((line) => /ERROR: |runtime error|Check failed/.test(line));
  return (at < 0 ? lines.slice(-10) : lines.slice(at, at + 14)).join('\n');
}
