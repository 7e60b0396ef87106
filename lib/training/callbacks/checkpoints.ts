import { basename } from 'node:path';
import { z } from 'zod';
import { DivergedError, OutputError } from '../../base/errors';
import type { BatchLogs, Callback, Ending, Run } from '../callback';
import type { RunState, Snapshot } from '../run-state';
import { RunStore } from '../store/run-store';
import { readState } from '../store/stored-snapshot';
import { defineCallback } from './registry';

const schema = z.object({
  /** Where they lie, a folder of its own; made where it is missing. */
  folder: z.string().min(1),
  /** Optimizer steps between two of them, beside those at the end of each epoch. Default: those alone. */
  everySteps: z.int().positive().exactOptional(),
  /** Minutes between two of them, at least. Default: those at the end of each epoch alone. */
  everyMinutes: z.number().positive().exactOptional(),
  /** How many of the last are kept, beside the best. */
  keep: z.int().positive().default(3),
});
type Options = z.output<typeof schema>;

/**
 * Saves a run so that it goes on from there: at the end of each epoch, every so many steps or minutes where asked for, and when `fit` ends, however that is, unless it
 * diverged: the last good one stays. One that cannot be written ends the run. {@link RunStore} reads them.
 *
 * Throws UsageError for options out of range; as a callback {@link OutputError}, also where a new run would mix with an earlier one's.
 */
export const checkpoints = defineCallback('checkpoints', schema, (given) => new Checkpoints(given));

class Checkpoints implements Callback {
  readonly name: string;
  readonly critical = true;
  private readonly store: RunStore;
  /** What stands in the store already. */
  private saved: string | undefined;
  private savedAt = 0;
  private failed = false;
  /** Between an `onTrainBegin` that went well and the end: nothing is written into a folder that was refused. */
  private open = false;

  constructor(private readonly options: Options) {
    const { folder, keep } = options;
    this.name = `checkpoints(${folder})`;
    this.store = new RunStore(folder, { keep });
  }

  async onTrainBegin({ state }: Run): Promise<void> {
    this.open = false;
    this.failed = false;
    this.savedAt = performance.now();
    await this.store.open();
    try {
      if (this.saved === undefined) {
        const stored = await this.storedState(state);
        if (stored !== undefined) this.saved = positionOf(stored);
      }
    } catch (error) {
      await this.store.close();
      throw error;
    }
    this.open = true;
  }

  onBatchEnd({ phase }: BatchLogs, run?: Run): void {
    if (phase !== 'train' || run === undefined) return;
    const { everySteps, everyMinutes = Infinity } = this.options;
    const { step } = run;
    const due = everySteps !== undefined && step % everySteps === 0;
    if (due || performance.now() - this.savedAt >= everyMinutes * 60_000) this.ask(run);
  }

  onEpochEnd(_: unknown, run: Run): void {
    this.ask(run);
  }

  async onSave(snapshot: Snapshot): Promise<void> {
    if (!this.open) return;
    this.failed = true;
    await this.store.save(snapshot);
    this.failed = false;
    this.saved = positionOf(snapshot.state);
    this.savedAt = performance.now();
  }

  async onTrainEnd(ending: Ending, run: Run): Promise<void> {
    if (!this.open) return;
    try {
      const diverged = ending.kind === 'failed' && ending.error instanceof DivergedError;
      // A disk that was full a moment ago has no room for another one either.
      if (diverged || this.failed || positionOf(run.state) === this.saved) return;
      // Made here, as others are told nothing where it cannot be made: the folder is free again in any case.
      await this.onSave(await run.snapshot());
    } finally {
      this.open = false;
      await this.store.close();
    }
  }

  private ask(run: Run): void {
    if (positionOf(run.state) !== this.saved) run.control.save();
  }

  /**
   * What is stored of the run that goes on here, where something is. A run that begins wants an empty folder. Throws {@link OutputError} for a folder of another run.
   */
  private async storedState({ step, config }: RunState): Promise<RunState | undefined> {
    const stored = await this.store.list();
    const last = stored.at(-1);
    if (last === undefined) return undefined;
    if (step > 0 || last.step === 0)
      for (const one of stored.filter((other) => other.step === step).reverse()) {
        // One that is damaged tells nothing.
        const state = await readState(one.path).catch(() => undefined);
        if (state !== undefined && JSON.stringify(state.config) === JSON.stringify(config)) return state;
      }
    throw new OutputError(
      `The folder ${this.store.folder} holds checkpoints of another run, the last ${basename(last.path)}: go on from that one, or use another folder`,
    );
  }
}

/** Where in its run a state stands: at the end of an epoch it has the same step as before, and more to it. */
function positionOf({ step, epoch, batch }: RunState): string {
  return `${step} ${epoch} ${batch}`;
}
