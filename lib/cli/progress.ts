import { BarProgress } from './progress-bar';
import { LineProgress, QuietProgress } from './progress-lines';
import { isTerminal } from './terminal';

/** Where long work tells how far it is. One task runs at a time. */
export interface ProgressSink {
  /** Begins a task of `total` units; `unit` in the plural, such as `clips`, or `bytes`. */
  start(task: { label: string; total: number; unit: string }): void;
  /**
   * Tells that `done` units are done so far. `fields` such as `loss` and `accuracy` are shown in their order, `batch` and
   * `batches` as `batch 3/14`. Cheap enough to be called for each clip.
   */
  update(done: number, fields?: Record<string, number>): void;
  /** Ends the task; `summary` is what remains of it on the screen. */
  end(summary: string): void;
  /** A message of its own line, during a task or between tasks. */
  line(text: string): void;
  /** The same for what went wrong without ending the work. */
  warn(text: string): void;
}

export interface ProgressOptions {
  /** Default: standard error; standard output is for results. */
  readonly stream?: NodeJS.WriteStream;
  /** Results go to standard output as JSON lines: plain lines instead of a bar, which would garble both on one terminal. */
  readonly json?: boolean;
  /** Only warnings are written. */
  readonly quiet?: boolean;
  /** Milliseconds, as `Date.now` gives them. */
  readonly now?: () => number;
}

/** A bar that redraws itself on a terminal, plain lines every few seconds elsewhere. */
export function createProgress(options: ProgressOptions = {}): ProgressSink {
  const { stream = process.stderr, json = false, quiet = false, now = Date.now } = options;
  if (quiet) return new QuietProgress(stream);
  return isTerminal(stream) && !json ? new BarProgress(stream, now) : new LineProgress(stream, now);
}
