import { clearScreenDown, moveCursor } from 'node:readline';
import { formatStreamScreens, type StreamBlock, type StreamStatus } from './stream-text';
import { coloursFor, onTerminalLeave } from './terminal';

/** Ten times a second looks smooth; more would only make the terminal busy. */
const REDRAW_INTERVAL_MS = 100;

/** Where a terminal does not tell its size. */
const FALLBACK = { columns: 80, rows: 24 };

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

/** Redraws the terminal's last lines: a view of streams, for `createStreamView`. */
export class ScreenStreamView {
  private readonly blocks: StreamBlock[];
  private lines = 0;
  private lastTime = -Infinity;
  private forget: (() => void) | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    titles: readonly string[],
    private readonly now: () => number,
  ) {
    this.blocks = titles.map((title) => ({ title, status: undefined }));
  }

  update(source: number, status: StreamStatus): void {
    this.change(source, { status });
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

  warn(text: string): void {
    this.line(`${coloursFor(this.stream).yellow('Warning:')} ${text}`);
  }

  end(source: number, status: StreamStatus | undefined, how: string): void {
    const only = this.blocks.length === 1;
    this.change(source, only ? { status } : { status, ended: how });
    this.draw();
    if (!only && !this.blocks.every(({ ended }) => ended !== undefined)) return;
    this.forget?.();
    this.stream.write(`${this.forget ? SHOW_CURSOR : ''}${only ? `${how}\n` : ''}`);
    this.forget = undefined;
  }

  private change(source: number, changes: Partial<StreamBlock>): void {
    const block = this.blocks[source];
    if (block) this.blocks[source] = { ...block, ...changes };
  }

  private draw(): void {
    if (!this.blocks.some(({ status }) => status)) return;
    if (!this.forget) {
      this.stream.write(HIDE_CURSOR);
      this.forget = onTerminalLeave(() => this.stream.write(SHOW_CURSOR));
    }
    const { columns, rows } = this.stream;
    const size = { width: columns || FALLBACK.columns, height: rows || FALLBACK.rows };
    const screen = formatStreamScreens(this.blocks, size, coloursFor(this.stream).cyan);
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
