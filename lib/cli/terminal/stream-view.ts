import { clearScreenDown, moveCursor } from 'node:readline';
import { createOutput } from '../program/results';
import {
  formatPredictions,
  formatSpeed,
  formatStreamLine,
  formatStreamScreen,
  streamRecord,
  type StreamStatus,
} from './stream-text';
import { coloursFor, isTerminal, onTerminalLeave } from './terminal';

/** Shows a stream as it goes. */
export interface StreamView {
  update(status: StreamStatus): void;
  /** A message while the stream goes on. */
  line(text: string): void;
  /** The last status, if there was any, remains; `how` tells why the stream ended. */
  end(status: StreamStatus | undefined, how: string): void;
}

export interface StreamViewOptions {
  /** What is streamed. */
  readonly title: string;
  /** Default: standard output. */
  readonly stream?: NodeJS.WriteStream;
  /** Where messages go that are no results. */
  readonly tell: (text: string) => void;
  readonly json?: boolean;
  /** Only the last result. */
  readonly quiet?: boolean;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** A screen that redraws itself on a terminal, plain lines elsewhere, JSON lines with `json`. */
export function createStreamView(options: StreamViewOptions): StreamView {
  const { title, stream = process.stdout, tell, json = false, quiet = false, now = Date.now } = options;
  if (json) return new JsonStreamView(stream, title, tell, quiet);
  if (quiet || !isTerminal(stream)) return new PlainStreamView(stream, title, tell, quiet, now);
  return new ScreenStreamView(stream, title, now);
}

/** A JSON line for each chunk of frames; the last line has `ended` as well. */
class JsonStreamView implements StreamView {
  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly title: string,
    private readonly tell: (text: string) => void,
    private readonly quiet: boolean,
  ) {}

  update(status: StreamStatus): void {
    if (!this.quiet) this.write(streamRecord(status));
  }

  line(text: string): void {
    this.tell(text);
  }

  end(status: StreamStatus | undefined, how: string): void {
    this.write({ source: this.title, ...(status ? streamRecord(status) : {}), ended: how });
  }

  private write(record: object): void {
    createOutput({ stream: this.stream, json: true }).result(record, '');
  }
}

/** Time between two plain lines that tell the same class. */
const LINE_INTERVAL_MS = 1000;

/** A line when the likeliest class changes and every second; the classes under one another at the end. */
class PlainStreamView implements StreamView {
  private lastTime = -Infinity;
  private lastClass: number | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly title: string,
    private readonly tell: (text: string) => void,
    private readonly quiet: boolean,
    private readonly now: () => number,
  ) {}

  update(status: StreamStatus): void {
    const time = this.now();
    const likeliest = status.predictions[0]?.index;
    if (this.quiet || (likeliest === this.lastClass && time - this.lastTime < LINE_INTERVAL_MS)) return;
    this.lastTime = time;
    this.lastClass = likeliest;
    this.write([formatStreamLine(status)]);
  }

  line(text: string): void {
    this.tell(text);
  }

  end(status: StreamStatus | undefined, how: string): void {
    if (!this.quiet) this.tell(`${how}${status ? `; ${formatSpeed(status)}` : ''}`);
    if (status) this.write([this.title, ...formatPredictions(status)]);
  }

  private write(lines: readonly string[]): void {
    this.stream.write(`${lines.join('\n')}\n`);
  }
}

/** Ten times a second looks smooth; more would only make the terminal busy. */
const REDRAW_INTERVAL_MS = 100;

/** Where a terminal does not tell its width. */
const FALLBACK_COLUMNS = 80;

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

/** Redraws the terminal's last lines. */
class ScreenStreamView implements StreamView {
  private lines = 0;
  private lastTime = -Infinity;
  private status: StreamStatus | undefined;
  private forget: (() => void) | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly title: string,
    private readonly now: () => number,
  ) {}

  update(status: StreamStatus): void {
    this.status = status;
    const time = this.now();
    if (time - this.lastTime < REDRAW_INTERVAL_MS) return;
    this.lastTime = time;
    this.draw();
  }

  line(text: string): void {
    this.erase();
    this.stream.write(`${text}\n`);
    this.draw();
  }

  end(status: StreamStatus | undefined, how: string): void {
    this.status = status;
    this.draw();
    this.forget?.();
    this.stream.write(`${this.forget ? SHOW_CURSOR : ''}${how}\n`);
    this.forget = undefined;
  }

  private draw(): void {
    if (!this.status) return;
    if (!this.forget) {
      this.stream.write(HIDE_CURSOR);
      this.forget = onTerminalLeave(() => this.stream.write(SHOW_CURSOR));
    }
    const screen = formatStreamScreen(
      this.title,
      this.status,
      this.stream.columns || FALLBACK_COLUMNS,
      coloursFor(this.stream).cyan,
    );
    this.erase();
    this.stream.write(`${screen.join('\n')}\n`);
    this.lines = screen.length;
  }

  private erase(): void {
    if (this.lines === 0) return;
    moveCursor(this.stream, 0, -this.lines);
    clearScreenDown(this.stream);
    this.lines = 0;
  }
}
