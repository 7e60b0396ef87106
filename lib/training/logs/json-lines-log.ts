import { messageOf } from '../../base/shown';
import { z } from 'zod';
import type { Ending, Run } from '../callback';
import type { BatchLogs } from '../callback';
import { defineCallback } from '../callbacks/registry';
import type { RunConfig } from '../run-state';
import type { LogEntry } from './log-entry';
import { LogFile } from './log-file';
import { RunLog } from './run-log';

/** Of the first line. */
const FORMAT = 1;

const schema = z.object({
  /** Where it is written; folders in its path are made where they are missing. */
  file: z.string().min(1),
  /** Optimizer steps between two lines of training, beside those at the end of each epoch. Default: those alone. */
  everySteps: z.int().positive().exactOptional(),
});
type Options = z.output<typeof schema>;

/**
 * Writes a run as JSON, an object a line, each with its `kind`: first the configuration, then epochs as `history.json` has them, validations within epochs and,
 * where asked for, training steps, as they come; last how it ended. The file of a run that goes on has its lines up to where it goes on from; a new run's replaces an
 * earlier log. Throws as `csvLog` does.
 */
export const jsonLinesLog = defineCallback('jsonLinesLog', schema, (given) => new JsonLinesLog(given));

interface Line {
  readonly kind?: unknown;
  readonly step?: unknown;
  readonly config?: unknown;
}

/** Undefined for what is no object of JSON, such as a line that a killed process wrote half of. */
function parsed(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const text = (line: object): string => `${JSON.stringify(line)}\n`;

class JsonLinesLog extends RunLog {
  readonly name: string;
  private readonly file: LogFile;
  /** The last step that was told of. */
  private told = 0;

  constructor(private readonly options: Options) {
    super();
    this.name = `jsonLinesLog(${options.file})`;
    this.file = new LogFile(options.file, '{"kind":"run",');
  }

  async onBatchEnd({ phase, epoch, metrics, learningRate }: BatchLogs, run?: Run): Promise<void> {
    const { everySteps } = this.options;
    if (phase !== 'train' || run === undefined || everySteps === undefined) return;
    const { step } = run;
    if (step <= this.told || step % everySteps !== 0) return;
    this.told = step;
    await this.file.append(text({ kind: 'step', epoch, step, learningRate, metrics }));
  }

  protected async check(): Promise<void> {
    await this.file.check();
  }

  protected async begin({ state }: Run): Promise<void> {
    const { step, config } = state;
    const steps = step === 0 ? [] : await this.earlierSteps(config, step);
    const lines = [...steps, ...this.entries].sort((a, b) => a.step - b.step);
    await this.file.replace([{ kind: 'run', format: FORMAT, config }, ...lines].map(text).join(''));
    this.told = step;
  }

  protected async add(entry: LogEntry): Promise<void> {
    await this.file.append(text(entry));
  }

  protected override async end(ending: Ending): Promise<void> {
    const why =
      ending.kind === 'stopped' ? { why: ending.why } : 'error' in ending ? { why: messageOf(ending.error) } : {};
    await this.file.append(text({ kind: 'end', ended: ending.kind, ...why }));
  }

  /** The lines of steps that the run's state does not keep, up to where it goes on from; none of another run. */
  private async earlierSteps(config: RunConfig, last: number): Promise<{ readonly step: number }[]> {
    const kept: { step: number }[] = [];
    let isOfRun = false;
    for await (const one of this.file.lines()) {
      const line = parsed(one);
      if (line?.kind === 'run') isOfRun = JSON.stringify(line.config) === JSON.stringify(config);
      const { kind, step } = line ?? {};
      if (isOfRun && kind === 'step' && typeof step === 'number' && step <= last) kept.push({ ...line, step });
    }
    return kept;
  }
}
