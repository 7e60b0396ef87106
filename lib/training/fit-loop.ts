import { DatasetError } from '../base/errors';
import { checkedBatches } from '../data/checked-batches';
import type { ClipSource } from '../data/clip-source';
import { Meters } from '../metrics/meters';
import type { Metric, Metrics } from '../metrics/metric';
import { VALIDATION } from '../metrics/shown';
import { checkFinite } from '../metrics/outcome';
import type { BatchLogs, Callback, Ending, PhaseInfo } from './callback';
import type { CallbackList, Hook } from './callback-list';
import type { LiveRun } from './live-run';
import type { RunProgress } from './run-progress';
import type { EpochRecord } from './run-state';
import type { StepProgram } from './step-program';

export interface FitParts {
  readonly program: StepProgram;
  readonly progress: RunProgress;
  readonly run: LiveRun;
  readonly callbacks: CallbackList;
  readonly metrics: readonly Metric[];
  readonly train: ClipSource;
  readonly validation: ClipSource | undefined;
  /** The metric that decides which epoch is the best. */
  readonly monitor: string;
  readonly validate: (source: ClipSource, epoch: number) => Promise<Metrics>;
  /** Told of what goes wrong at the end of a run that had ended with an error already. */
  readonly warn: (text: string) => void;
  /** Takes what was learned in a whole epoch into the trainer's model. */
  readonly keepEpoch: () => Promise<void>;
}

/** The epochs of one call of `fit`: reads batches, takes steps, tells callbacks. What it has done stands in the progress after each step. */
export class FitLoop {
  constructor(private readonly parts: FitParts) {}

  /** To the last epoch, or to where it ends otherwise. */
  async run(): Promise<Ending> {
    const { run, warn } = this.parts;
    const ending = await this.endingOf(async () => {
      await this.tell('onTrainBegin', run);
      await this.epochs();
    });
    try {
      await this.tell('onTrainEnd', ending, run);
    } catch (error) {
      if (!('error' in ending)) return { kind: 'failed', error };
      // The first error is the one that says why.
      warn(`The run was not ended in order: ${error instanceof Error ? error.message : String(error)}`);
    }
    return ending;
  }

  private async endingOf(work: () => Promise<void>): Promise<Ending> {
    const { run } = this.parts;
    try {
      await work();
      return run.stopped === undefined ? { kind: 'completed' } : { kind: 'stopped', why: run.stopped };
    } catch (error) {
      const { signal } = run;
      return signal.aborted ? { kind: 'aborted', error: signal.reason } : { kind: 'failed', error };
    }
  }

  /** Throws the signal's reason, DivergedError, and what sources and critical callbacks throw. */
  private async epochs(): Promise<void> {
    const { progress, run } = this.parts;
    while (progress.epoch < run.lastEpoch && run.stopped === undefined) {
      run.signal.throwIfAborted();
      try {
        await this.epoch();
      } finally {
        progress.pause();
      }
    }
  }

  /** Tells the callbacks, then makes the snapshot that one of them may have asked for. */
  private async tell<H extends Hook>(hook: H, ...args: Parameters<NonNullable<Callback[H]>>): Promise<void> {
    const { callbacks, run } = this.parts;
    // What is written at the end is not broken off.
    await callbacks.call(hook, hook === 'onTrainEnd' ? undefined : run.signal, ...args);
    if (run.takeSaveRequest()) await callbacks.call('onSave', undefined, await run.snapshot(), run);
  }

  private async epoch(): Promise<void> {
    const { progress, run, metrics, train } = this.parts;
    const epoch = progress.epoch + 1;
    const meters = new Meters(metrics, train.task);
    progress.beginEpoch(meters);
    await this.tell('onEpochBegin', epoch, run);
    if (this.leftInItsMiddle()) return;
    await this.trainEpoch(epoch, meters);
    if (this.leftInItsMiddle()) return;
    if (meters.count === 0) throw new DatasetError('The source to train on gave no clip');
    const record = await this.endEpoch(epoch, meters.results());
    await this.tell('onEpochEnd', record, run);
  }

  /** Whether a callback has stopped the run with batches of the epoch to come. */
  private leftInItsMiddle(): boolean {
    const { progress, run } = this.parts;
    return run.stopped !== undefined && progress.batch < run.batches;
  }

  private async trainEpoch(epoch: number, meters: Meters): Promise<void> {
    const { program, progress, run, train } = this.parts;
    const { signal } = run;
    const info: PhaseInfo = { phase: 'train', epoch, batches: run.batches, totalClips: run.totalClips };
    const logs = (): BatchLogs => ({
      ...info,
      ...{ batch: progress.batch, clips: meters.count, metrics: meters.results() },
    });
    await this.tell('onPhaseBegin', info);
    for await (const batch of checkedBatches(train, epoch - 1, { signal, from: progress.batch })) {
      using owned = batch;
      const { clips, targets, files } = owned;
      const learningRate = program.learningRate;
      const outcome = await program.trainStep(clips, targets);
      // Whatever fails from here on, the batch is learned: nobody trains it again.
      progress.step = program.step;
      progress.batch = owned.batch + 1;
      checkFinite(outcome, files, { epoch, step: progress.step });
      meters.addOutcome(outcome, targets);
      await this.tell('onBatchEnd', { ...logs(), learningRate }, run);
      if (this.leftInItsMiddle()) return;
      signal.throwIfAborted();
    }
    // The last ones may have held no clip that could be read.
    progress.batch = run.batches;
    await this.tell('onPhaseEnd', logs());
  }

  private async endEpoch(epoch: number, trained: Metrics): Promise<EpochRecord> {
    const { progress, run, validation, monitor, validate, keepEpoch } = this.parts;
    const validated = validation === undefined ? {} : await validate(validation, epoch);
    await keepEpoch();
    const named = Object.entries(validated).map(([name, value]) => [VALIDATION + name, value] as const);
    const higher = run.higherIsBetter(monitor);
    return progress.endEpoch(
      { ...trained, ...Object.fromEntries(named) },
      { metric: monitor, isBetter: (value, than) => (higher ? value > than : value < than) },
    );
  }
}
