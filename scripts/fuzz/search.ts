import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome, Progress } from './protocol';

export interface SearchOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Where the inputs to begin with stand. */
  readonly corpus: readonly string[];
  /** Where an input that fails is put. */
  readonly findings: string;
  /** The program of the worker. Default: this folder's. */
  readonly worker?: string;
  /** An input that takes longer hangs. Default 10. */
  readonly inputSeconds?: number;
  /** What the library and the first inputs may take. Default 30. */
  readonly startSeconds?: number;
}

const HEAP_MIB = 512;
const LOOK_MS = 250;

/** Searches one target of test/fuzz/targets/ for inputs that it does not survive, until the first one or the end of the time. */
export async function search(target: string, options: SearchOptions): Promise<Outcome> {
  const {
    seconds,
    seed,
    corpus,
    findings,
    worker = join(__dirname, 'worker.ts'),
    inputSeconds = 10,
    startSeconds = 30,
  } = options;
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const scratch = mkdtempSync(join(memory, 'movinet-fuzz-'));
  const current = join(scratch, 'current');
  const started = performance.now();
  const child = fork(worker, [target, String(seed), current, ...corpus], {
    execArgv: ['-r', 'ts-node/register', `--max-old-space-size=${HEAP_MIB}`],
    // Scratch folders of an input under way go with the rest.
    env: { ...process.env, MOVINET_FUZZ_SCRATCH: scratch },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let progress: Progress = { executions: 0, corpus: 0, covered: 0 };
  child.on('message', (message) => (progress = message as Progress));
  try {
    const what = await firstFault(child, { current, started, seconds, inputSeconds, startSeconds });
    const outcome = { target, seconds: (performance.now() - started) / 1000, ...progress };
    return what === undefined ? outcome : { ...outcome, finding: { what, input: keep(current, target, findings) } };
  } finally {
    await end(child);
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Nothing is written any more when it has ended. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

interface Watch {
  readonly current: string;
  readonly started: number;
  readonly seconds: number;
  readonly inputSeconds: number;
  readonly startSeconds: number;
}

/** Why the child ended or had to; undefined where its time is over. */
async function firstFault(child: ChildProcess, watch: Watch): Promise<string | undefined> {
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-20_000)));
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const starting = performance.now() - watch.started < watch.startSeconds * 1000;
      const limit = starting ? watch.startSeconds : watch.inputSeconds;
      const age = (Date.now() - changed(watch.current, Date.now())) / 1000;
      if (age > limit) finish(`an input takes longer than ${limit} s`);
      else if (performance.now() - watch.started > watch.seconds * 1000) finish(undefined);
    }, LOOK_MS);
    const finish = (what: string | undefined): void => {
      clearInterval(timer);
      resolve(what);
    };
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signal) => finish(`${signal ?? `status ${code}`}: ${reasonIn(errors)}`));
  });
}

function changed(path: string, otherwise: number): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? otherwise;
}

/** The error with its first frames, out of what Node prints of one. */
function reasonIn(errors: string): string {
  const lines = errors.split('\n').map((line) => line.trimEnd());
  const at = lines.findIndex((line) => /^(\w*Error|FATAL|F\d{4}|Uncaught)|Check failed/.test(line));
  return (at < 0 ? lines.slice(-8) : lines.slice(at, at + 8)).join('\n');
}

/** Puts the input under its hash among the findings. */
function keep(current: string, target: string, findings: string): string {
  if (!existsSync(current)) return '(none: it ended before the first)';
  mkdirSync(findings, { recursive: true });
  const hash = createHash('sha256').update(readFileSync(current)).digest('hex').slice(0, 12);
  const path = join(findings, `${target}-${hash}`);
  copyFileSync(current, path);
  return path;
}
