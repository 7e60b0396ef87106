import { join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../../base/described';
import { UsageError } from '../../base/errors';
import { scalarSummary, sessionEnd, sessionStart, type Summary, textSummary } from '../../formats/event-file';
import { checkWritable, makeFolder } from '../../io/folders';
import { statIfAny } from '../../io/look';
import { outputError } from '../../io/output-failure';
import type { Metrics } from '../../metrics/metric';
import { baseName, VALIDATION } from '../../metrics/shown';
import type { BatchLogs, Ending, Run } from '../callback';
import { defineCallback } from '../callbacks/registry';
import type { RunState } from '../run-state';
import { configurationMarkdown, groupOf, hyperParametersOf } from './configuration-text';
import { EventWriter, now } from './event-writer';
import type { LogEntry } from './log-entry';
import { matrixPictures } from './matrix-picture';
import { RunLog } from './run-log';

const schema = z.object({
  /** The run's folder; made where it is missing. TensorBoard is pointed at it, or at a folder of several. */
  folder: z.string().min(1),
  /** Optimizer steps between two points of the curves of training. Default: those at the end of each epoch alone. */
  everySteps: z.int().positive().exactOptional(),
});
type Options = z.output<typeof schema>;

/** How long points of training may wait to be written, in milliseconds. */
const FLUSH_MS = 10_000;

/**
 * Writes event files for TensorBoard, as Keras' callback of this name does: curves of `train` and of `validation`, their points at optimizer steps; learning rate and
 * time of each epoch; what metrics tell as confusion matrices; the configuration as a text and as hyper-parameters.
 *
 * A run that goes on adds files, before which TensorBoard sets aside what was written after the state that it goes on from; a new run's set aside all.
 *
 * Throws UsageError for options out of range; as a callback also for a folder that is a file, and OutputError for one that cannot be written into, before anything is
 * trained. What cannot be written later is warned of once.
 */
export const tensorBoard = defineCallback('tensorBoard', schema, (given) => new TensorBoard(given));

/** One for each of TensorBoard's runs; that of validation where there is any. */
interface Writers {
  readonly session: EventWriter;
  readonly train: EventWriter;
  validation?: EventWriter;
}

class TensorBoard extends RunLog {
  readonly name: string;
  private writers: Writers | undefined;
  /** The first step that its files are of. */
  private firstStep = 0;
  private told = 0;
  private flushedAt = 0;
  /** What the last validation told beside its numbers. */
  private details: Readonly<Record<string, Json>> = {};

  constructor(private readonly options: Options) {
    super();
    this.name = `tensorBoard(${options.folder})`;
  }

  async onBatchEnd({ phase, metrics, learningRate }: BatchLogs, run?: Run): Promise<void> {
    const { everySteps } = this.options;
    if (phase !== 'train' || run === undefined || everySteps === undefined || this.writers === undefined) return;
    const { step } = run;
    if (step <= this.told || step % everySteps !== 0) return;
    this.told = step;
    const { train } = this.writers;
    train.add(step, [...scalars('batch_', metrics), ...scalar('batch_learning_rate', learningRate)]);
    if (performance.now() - this.flushedAt >= FLUSH_MS) await this.flush();
  }

  onPhaseEnd({ phase, details = {} }: BatchLogs): void {
    if (phase === 'validation') this.details = details;
  }

  protected async check(): Promise<void> {
    this.writers = undefined;
    this.details = {};
    await checkFolder(this.options.folder);
  }

  protected async begin({ state }: Run): Promise<void> {
    const { folder } = this.options;
    const { step } = state;
    this.firstStep = step === 0 ? 0 : step + 1;
    this.told = step;
    const session = await this.sessionWriter(state);
    this.writers = { session, train: await this.writerOf('train') };
    // What is set aside is that of validation too.
    if ((await statIfAny(join(folder, 'validation'))) !== undefined)
      this.writers.validation = await this.writerOf('validation');
    await this.flush();
  }

  protected async add(entry: LogEntry): Promise<void> {
    const { writers, details } = this;
    if (writers === undefined) return;
    const { step, metrics } = entry;
    const names = Object.entries(metrics);
    const validated = Object.fromEntries(
      names.flatMap(([name, value]) => (name.startsWith(VALIDATION) ? [[baseName(name), value] as const] : [])),
    );
    if (Object.keys(validated).length > 0) {
      writers.validation ??= await this.writerOf('validation');
      const whole = entry.kind === 'epoch' ? scalars('epoch_', validated) : [];
      const each = Object.entries(validated).flatMap(([name, value]) =>
        scalar(`evaluation_${name}_vs_iterations`, value),
      );
      writers.validation.add(step, [...whole, ...each, ...(await matrixPictures(details))]);
      this.details = {};
    }
    if (entry.kind === 'epoch') {
      const trained = Object.fromEntries(names.filter(([name]) => !name.startsWith(VALIDATION)));
      const { epoch, seconds, learningRate, timing } = entry;
      writers.train.add(step, [
        ...scalars('epoch_', trained),
        ...scalar('epoch', epoch),
        ...scalar('epoch_learning_rate', learningRate),
        ...scalar('epoch_seconds', seconds),
        ...Object.entries(timing ?? {}).flatMap(([part, value]) => scalar(`epoch_${part}_seconds`, value)),
      ]);
    }
    await this.flush();
  }

  protected override async end({ kind }: Ending): Promise<void> {
    const status = kind === 'completed' || kind === 'stopped' ? 'success' : 'failure';
    this.writers?.session.add(0, [sessionEnd(status, now())]);
    await this.flush();
    this.writers = undefined;
  }

  /** TensorBoard keeps the first that it reads of hyper-parameters and of how a session ended: those of earlier calls are removed. */
  private async sessionWriter({ config }: RunState): Promise<EventWriter> {
    const { folder } = this.options;
    const session = await EventWriter.begin(folder, 0, { replace: true });
    session.add(0, [
      textSummary('configuration', configurationMarkdown(config)),
      sessionStart(hyperParametersOf(config), { group: groupOf(config), seconds: now() }),
    ]);
    return session;
  }

  private writerOf(part: 'train' | 'validation'): Promise<EventWriter> {
    return EventWriter.begin(join(this.options.folder, part), this.firstStep);
  }

  private async flush(): Promise<void> {
    this.flushedAt = performance.now();
    const { session, train, validation } = this.writers ?? {};
    for (const writer of [session, train, validation]) await writer?.flush();
  }
}

const scalar = (tag: string, value: number | undefined): Summary[] =>
  value === undefined ? [] : [scalarSummary(tag, value)];

const scalars = (prefix: string, metrics: Metrics): Summary[] =>
  Object.entries(metrics).map(([name, value]) => scalarSummary(prefix + name, value));

async function checkFolder(folder: string): Promise<void> {
  try {
    const there = await statIfAny(folder);
    if (there?.isDirectory() === false)
      throw new UsageError(
        `TensorBoard's folder ${folder} is to be a folder, and there is a file of that name: name another folder`,
      );
    await makeFolder(folder);
    await checkWritable(folder);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw outputError('write into the folder', folder, error);
  }
}
