import { SingleBar } from 'cli-progress';
import columnsOf from 'string-width';
import { withFlags } from '../program/flags';
import type { ProgressFields, ProgressSink } from './progress-sink';
import { formatAmount, formatDetails, type ProgressState, ProgressRate } from './progress-format';
import { coloursFor, onTerminalLeave } from './terminal';

const MAX_BAR_WIDTH = 30;
const MIN_BAR_WIDTH = 8;

interface Task {
  readonly label: string;
  readonly total: number;
  readonly unit: string;
  readonly rate: ProgressRate;
  done: number;
  fields: ProgressFields;
}

/** One line of `width` columns: label, bar, amount, and as many details as there is room for. */
export function formatBarLine(state: ProgressState, width: number, colour: (text: string) => string): string {
  const details = [formatAmount(state), ...formatDetails(state)];
  const room = (): number => width - 1 - columnsOf(state.label) - columnsOf(details.join('  ')) - 4;
  while (details.length > 1 && room() < MIN_BAR_WIDTH) details.pop();
  const barWidth = Math.max(0, Math.min(MAX_BAR_WIDTH, room()));
  const share = state.total > 0 ? Math.min(1, Math.max(0, state.done / state.total)) : 0;
  const full = Math.round(share * barWidth);
  const bar = colour('█'.repeat(full)) + '░'.repeat(barWidth - full);
  return `${state.label}  ${bar}  ${details.join('  ')}`;
}

/** A bar on the terminal's last line, with messages scrolling by above it. */
export class BarProgress implements ProgressSink {
  private readonly bar: SingleBar;
  private task: Task | undefined;
  private besides: string | undefined;
  private forget: (() => void) | undefined;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly now: () => number,
  ) {
    this.bar = new SingleBar({
      stream,
      format: (_options, { maxWidth }) => this.draw(maxWidth),
      fps: 10,
      hideCursor: true,
      clearOnComplete: true,
      // It would swallow the first Ctrl-C; terminal-cleanup.ts restores the cursor without that.
      gracefulExit: false,
    });
  }

  private draw(width: number): string {
    const { task } = this;
    if (task === undefined) return '';
    const { label, total, unit, rate, done, fields } = task;
    const { besides: beside } = this;
    const speed = { perSecond: rate.perSecond, secondsLeft: rate.secondsLeft(total) };
    return formatBarLine({ label, total, unit, done, fields, beside, ...speed }, width, coloursFor(this.stream).cyan);
  }

  start({ since = this.now(), ...task }: Parameters<ProgressSink['start']>[0]): void {
    this.hide();
    this.task = { ...task, rate: new ProgressRate(since), done: 0, fields: {} };
    this.show(this.task);
  }

  update(done: number, fields: ProgressFields = {}): void {
    const { task } = this;
    if (task === undefined) return;
    task.rate.update(done, this.now());
    task.done = done;
    task.fields = fields;
    this.bar.update(done);
  }

  beside(text: string | undefined): void {
    this.besides = text;
  }

  end(summary: string): void {
    this.hide();
    this.task = undefined;
    this.stream.write(`${summary}\n`);
  }

  line(text: string): void {
    this.hide();
    this.stream.write(`${withFlags(text)}\n`);
    if (this.task !== undefined) this.show(this.task);
  }

  warn(text: string): void {
    this.line(`${coloursFor(this.stream).yellow('Warning:')} ${text}`);
  }

  private show(task: Task): void {
    this.bar.start(task.total, task.done);
    this.forget = onTerminalLeave(() => this.bar.stop());
  }

  private hide(): void {
    this.forget?.();
    this.forget = undefined;
    this.bar.stop();
  }
}
