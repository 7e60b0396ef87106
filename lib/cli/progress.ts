import { BarProgress } from './progress-bar';
import { LineProgress, QuietProgress } from './progress-lines';
import type { ProgressSink } from './progress-sink';
import { isTerminal } from './terminal';

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
