import { withFlags } from '../program/flags';
import { BarProgress } from './progress-bar';
import type { ProgressFields, ProgressSink } from './progress-sink';
import { isTerminal, coloursFor } from './terminal';
import { formatPlainLine, ProgressRate } from './progress-format';

/** Time between two lines about the same task: a log of an hour's training stays short. */
const INTERVAL_MS = 5000;

/** Writes only warnings. */
export class QuietProgress implements ProgressSink {
  constructor(private readonly stream: NodeJS.WriteStream) {}

  start(): void {}
  update(): void {}
  beside(): void {}
  end(): void {}
  line(): void {}

  warn(text: string): void {
    this.stream.write(`${coloursFor(this.stream).yellow('Warning:')} ${withFlags(text)}\n`);
  }
}

interface Task {
  readonly label: string;
  readonly total: number;
  readonly unit: string;
  readonly rate: ProgressRate;
  lastLine: number;
}

/** Plain lines for logs and pipes: at most one every few seconds, and one at the end of each task. */
export class LineProgress implements ProgressSink {
  private task: Task | undefined;
  private besides: string | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly now: () => number,
  ) {}

  start({ since, ...task }: Parameters<ProgressSink['start']>[0]): void {
    const time = this.now();
    this.task = { ...task, rate: new ProgressRate(since ?? time), lastLine: time };
  }

  update(done: number, fields: ProgressFields = {}): void {
    const { task } = this;
    if (task === undefined) return;
    const time = this.now();
    task.rate.update(done, time);
    if (time - task.lastLine < INTERVAL_MS || done >= task.total) return;
    task.lastLine = time;
    const { label, total, unit, rate } = task;
    this.line(
      formatPlainLine({
        label,
        done,
        total,
        unit,
        fields,
        perSecond: rate.perSecond,
        secondsLeft: rate.secondsLeft(total),
        beside: this.besides,
      }),
    );
  }

  beside(text: string | undefined): void {
    this.besides = text;
  }

  end(summary: string): void {
    this.task = undefined;
    this.line(summary);
  }

  line(text: string): void {
    this.stream.write(`${withFlags(text)}\n`);
  }

  warn(text: string): void {
    this.line(`${coloursFor(this.stream).yellow('Warning:')} ${text}`);
  }
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
