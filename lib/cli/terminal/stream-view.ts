import { createOutput } from '../program/results';
import type { ProgressSink } from './progress-sink';
import { ScreenStreamView } from './stream-screen';
import { formatPredictions, formatSpeed, formatStreamLine, streamRecord, type StreamStatus } from './stream-text';
import { isTerminal } from './terminal';

/** Shows streams as they go, each by its place in the list of titles. */
export interface StreamView {
  update(source: number, status: StreamStatus): void;
  /** A message while streams go on. */
  line(text: string): void;
  /** The same for what went wrong. */
  warn(text: string): void;
  /** The last status, if there was any, remains; `how` tells why the stream ended, `error` what was wrong where something was. */
  end(source: number, status: StreamStatus | undefined, how: string, error?: string): void;
}

export interface StreamViewOptions {
  /** What is streamed: the sources' names. */
  readonly titles: readonly string[];
  /** Default: standard output. */
  readonly stream?: NodeJS.WriteStream;
  /** Where messages go that are no results. */
  readonly messages: Pick<ProgressSink, 'line' | 'warn'>;
  readonly json?: boolean;
  /** Only the last result. */
  readonly quiet?: boolean;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** A screen that redraws itself on a terminal, plain lines elsewhere, JSON lines with `json`. */
export function createStreamView(options: StreamViewOptions): StreamView {
  const { titles, stream = process.stdout, messages, json = false, quiet = false, now = Date.now } = options;
  if (json) return new JsonStreamView(stream, titles, messages, quiet);
  if (quiet || !isTerminal(stream)) return new PlainStreamView(stream, titles, messages, quiet, now);
  return new ScreenStreamView(stream, titles, now);
}

abstract class LineStreamView implements StreamView {
  constructor(
    protected readonly stream: NodeJS.WriteStream,
    protected readonly titles: readonly string[],
    protected readonly messages: StreamViewOptions['messages'],
    protected readonly quiet: boolean,
  ) {}

  abstract update(source: number, status: StreamStatus): void;
  abstract end(source: number, status: StreamStatus | undefined, how: string, error?: string): void;

  line(text: string): void {
    this.messages.line(text);
  }

  warn(text: string): void {
    this.messages.warn(text);
  }
}

/** A JSON line for each chunk of frames; the last line of a source has `ended` as well, and `error` where it failed. */
class JsonStreamView extends LineStreamView {
  update(source: number, status: StreamStatus): void {
    if (!this.quiet) this.write(source, streamRecord(status));
  }

  end(source: number, status: StreamStatus | undefined, how: string, error?: string): void {
    this.write(source, { ...(status && streamRecord(status)), ended: how, ...(error !== undefined && { error }) });
  }

  private write(source: number, record: object): void {
    createOutput({ stream: this.stream, json: true }).result({ source: this.titles[source], ...record }, '');
  }
}

/** Time between two plain lines that tell the same class. */
const LINE_INTERVAL_MS = 1000;

/** A line when a source's likeliest class changes and every second; the classes under one another at its end. */
class PlainStreamView extends LineStreamView {
  private readonly shown = new Map<number, { readonly time: number; readonly likeliest: number | undefined }>();

  constructor(
    stream: NodeJS.WriteStream,
    titles: readonly string[],
    messages: StreamViewOptions['messages'],
    quiet: boolean,
    private readonly now: () => number,
  ) {
    super(stream, titles, messages, quiet);
  }

  update(source: number, status: StreamStatus): void {
    const time = this.now();
    const likeliest = status.predictions[0]?.index;
    const last = this.shown.get(source);
    if (this.quiet || (last?.likeliest === likeliest && last && time - last.time < LINE_INTERVAL_MS)) return;
    this.shown.set(source, { time, likeliest });
    this.write([`${this.prefix(source)}${formatStreamLine(status)}`]);
  }

  end(source: number, status: StreamStatus | undefined, how: string): void {
    if (!this.quiet) this.line(`${this.prefix(source)}${how}${status ? `; ${formatSpeed(status)}` : ''}`);
    if (status) this.write([this.titles[source] ?? '', ...formatPredictions(status)]);
  }

  /** Nobody needs to be told which source it is where there is one. */
  private prefix(source: number): string {
    return this.titles.length > 1 ? `${this.titles[source]}: ` : '';
  }

  private write(lines: readonly string[]): void {
    this.stream.write(`${lines.join('\n')}\n`);
  }
}
