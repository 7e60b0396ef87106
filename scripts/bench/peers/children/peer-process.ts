import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { MovinetError } from '../../../../lib/base/errors';
import { failedSchema, openedSchema, ranSchema, type Opened, type OpenRequest, type PeerRequest } from './messages';

/** What a child has to end by itself before it is ended. */
const GRACE_MS = 3000;

export interface PeerCommand {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Threads of each library's pool, all the same, and none that spins while another peer is timed: OpenMP's and oneDNN's wait passively, the others sleep
 * by themselves.
 */
export function threadEnvironment(threads: number): Record<string, string> {
  const count = String(threads);
  return {
    ...{ OMP_NUM_THREADS: count, MKL_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count },
    ...{ OMP_WAIT_POLICY: 'PASSIVE', KMP_BLOCKTIME: '0' },
    ...{ TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
    CUDA_VISIBLE_DEVICES: '',
  };
}

/** A child that is asked by lines of JSON on its standard input and answers each by one on its standard output. One request at a time. */
export class PeerProcess {
  private readonly lines: AsyncIterator<string, undefined>;
  private readonly ended: Promise<string>;
  private errors = '';

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors = (this.errors + text).slice(-4000)));
    // What is written to a child that has ended is told by its ending.
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code, signal) => resolve(signal ?? `status ${code}`));
    });
  }

  static start({ command: [program, ...args], env = {}, signal }: PeerCommand): PeerProcess {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(signal ? { signal } : {}),
    });
    return new PeerProcess(child);
  }

  open(request: OpenRequest): Promise<Opened> {
    return this.ask(request, openedSchema);
  }

  /** Milliseconds of each of `count` runs. */
  async run(count: number): Promise<number[]> {
    return (await this.ask({ request: 'run', count }, ranSchema)).milliseconds;
  }

  /** Undefined where it has not started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Ends it, by force where it does not end by itself. */
  async close(): Promise<void> {
    this.child.stdin.end();
    const late = new AbortController();
    const patience = delay(GRACE_MS, undefined, { signal: late.signal }).then(
      () => this.child.kill('SIGKILL'),
      () => undefined,
    );
    await this.ended;
    late.abort();
    await patience;
  }

  private async ask<Answer>(request: PeerRequest, schema: z.ZodType<Answer>): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    // One that has not even started closes nothing.
    const gone = this.ended.then(() => ({ value: undefined, done: true as const }));
    const line: IteratorResult<string, undefined> = await Promise.race([this.lines.next(), gone]);
    if (line.done === true) throw new MovinetError(`it ended (${await this.ended})${this.lastWords()}`);
    let answer: unknown;
    try {
      answer = JSON.parse(line.value);
    } catch {
      throw new MovinetError(`its answer is no JSON: ${line.value.slice(0, 80)}`);
    }
    const failed = failedSchema.safeParse(answer);
    if (failed.success) throw new MovinetError(failed.data.error);
    const read = schema.safeParse(answer);
    if (!read.success) throw new MovinetError(`its answer is not what was asked for: ${read.error.issues[0]?.message}`);
    return read.data;
  }

  private lastWords(): string {
    const last = this.errors
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1);
    return last === undefined ? '' : `: ${last.trim()}`;
  }
}
