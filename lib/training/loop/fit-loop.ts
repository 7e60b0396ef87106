import { DatasetError } from '../../base/errors';
import { messageOf } from '../../base/shown';
import type { ClipSource } from '../../data/clip-source';
import { Meters } from '../../metrics/meters';
import type { Metric, Metrics } from '../../metrics/metric';
import { VALIDATION } from '../../metrics/shown';
import { checkFinite } from '../../metrics/outcome';
import type { BatchLogs, Callback, Ending, PhaseInfo } from '../callback';
import type { CallbackList, Hook } from '../callback-list';
import type { LiveRun } from './live-run';
import type { RunProgress } from './run-progress';
import type { EpochRecord } from '../run-state';
import type { StepProgram } from '../step/step-program';
import type { TrainingBatches } from '../training-batches';

export interface FitParts {
  /** The program of the phase that the epoch to come belongs to. */
  readonly beginEpoch: () => Promise<StepProgram>;
  readonly progress: RunProgress;
  readonly run: LiveRun;
  readonly callbacks: CallbackList;
  readonly metrics: readonly Metric[];
  readonly train: ClipSource;
  /** What a phase's program learns from. */
  readonly batchesFor: (program: StepProgram) => TrainingBatches;
  readonly validation: ClipSource | undefined;
  /** Steps after which it is measured within an epoch too. */
  readonly validateEvery: number | undefined;
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
      warn(`The run was not ended in order: ${messageOf(error)}`);
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
    while (progress.epoch < run.lastEpoch && !run.isOver(progress.step)) {
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
    const { progress, run, metrics, train, beginEpoch } = this.parts;
    const epoch = progress.epoch + 1;
    const program = await beginEpoch();
    const meters = new Meters(metrics, train.task);
    progress.beginEpoch(meters);
    await this.tell('onEpochBegin', epoch, run);
    if (this.leftInItsMiddle()) return;
    await this.trainEpoch(program, epoch, meters);
    if (this.leftInItsMiddle()) return;
    if (meters.count === 0) {
      // Another call looks again: what could not be read may be there then.
      progress.restartEpoch();
      throw new DatasetError('The source to train on gave no clip');
    }
    const record = await this.endEpoch(epoch, meters.results());
    await this.tell('onEpochEnd', record, run);
  }

  /** Whether the run was stopped with batches of the epoch to come. */
  private leftInItsMiddle(): boolean {
    const { progress, run } = this.parts;
    return run.stopped !== undefined && progress.batch < run.batches;
  }

  private async trainEpoch(program: StepProgram, epoch: number, meters: Meters): Promise<void> {
    const { progress, run, batchesFor } = this.parts;
    const batches = batchesFor(program);
    const { signal } = run;
    const fromFeatures = await batches.areKept(epoch - 1);
    const info: PhaseInfo = {
      ...{ phase: 'train', epoch, batches: run.batches, totalClips: run.totalClips },
      ...(fromFeatures && { fromFeatures }),
    };
    const logs = (): BatchLogs => ({
      ...info,
      ...{ batch: progress.batch, clips: meters.count, metrics: meters.results() },
    });
    await this.tell('onPhaseBegin', info);
    // It may have been due when the run was broken off.
    await this.validateIfDue(epoch);
    const planned = batches.epoch(epoch - 1, { signal, from: progress.batch });
    for await (const batch of this.waitedFor(planned, program)) {
      using owned = batch;
      const { targets, files } = owned;
      const learningRate = program.learningRate;
      const outcome = await this.timed(program, () => program.trainBatch(owned));
      // Whatever fails from here on, the batch is learned: nobody trains it again.
      progress.took(program, learningRate);
      progress.batch = owned.batch + 1;
      checkFinite(outcome, files, { epoch, step: progress.step });
      meters.addOutcome(outcome, targets);
      await this.tell('onBatchEnd', { ...logs(), learningRate }, run);
      if (this.leftInItsMiddle()) return;
      signal.throwIfAborted();
      await this.validateIfDue(epoch);
      if (progress.batch < run.batches && run.isOver(progress.step)) return;
    }
    // The last ones may have held no clip that could be read.
    progress.batch = run.batches;
    const learningRate = program.learningRate;
    await this.timed(program, () => program.finishStep());
    progress.took(program, learningRate);
    await meters.finish();
    await this.tell('onPhaseEnd', logs());
  }

  /** Begins to measure. What it returns notes how long TensorFlow has computed for the program since, and that the rest went into `other`. */
  private stopwatch(program: StepProgram): (other: 'copy' | 'decode') => void {
    const { progress } = this.parts;
    const begin = performance.now();
    const computed = program.secondsComputing;
    return (other) => {
      const compute = program.secondsComputing - computed;
      progress.spend('compute', compute);
      progress.spend(other, Math.max(0, secondsSince(begin) - compute));
    };
  }

  /** A part of a step: what TensorFlow does not compute is copying. */
  private async timed<T>(program: StepProgram, part: () => Promise<T>): Promise<T> {
    const stop = this.stopwatch(program);
    const result = await part();
    stop('copy');
    return result;
  }

  /** At every so many steps, but at an epoch's end, where it is measured anyway; once at each. */
  private async validateIfDue(epoch: number): Promise<void> {
    const { progress, run, validation, validateEvery } = this.parts;
    const { step, batch, validations } = progress;
    if (validation === undefined || validateEvery === undefined) return;
    if (step % validateEvery !== 0 || step === 0 || batch === 0 || batch >= run.batches) return;
    if (validations.at(-1)?.step === step || progress.history.at(-1)?.step === step) return;
    const record = { epoch, step, metrics: await this.validate(validation, epoch) };
    progress.validations = [...validations, record];
    await this.tell('onValidation', record, run);
  }

  /** Metrics by names that begin with `val_`. */
  private async validate(source: ClipSource, epoch: number): Promise<Metrics> {
    const { progress, validate } = this.parts;
    const since = performance.now();
    const measured = await validate(source, epoch);
    progress.spend('validation', secondsSince(since));
    return Object.fromEntries(Object.entries(measured).map(([name, value]) => [VALIDATION + name, value]));
  }

  private async endEpoch(epoch: number, trained: Metrics): Promise<EpochRecord> {
    const { progress, run, validation, monitor, keepEpoch } = this.parts;
    const validated = validation === undefined ? {} : await this.validate(validation, epoch);
    await keepEpoch();
    const higher = run.higherIsBetter(monitor);
    return progress.endEpoch(
      { ...trained, ...validated },
      { metric: monitor, isBetter: (value, than) => (higher ? value > than : value < than) },
    );
  }

  /** Items as they come. What is waited for is decoding, but for what the program computes meanwhile, such as features to keep. */
  private async *waitedFor<T>(items: AsyncIterable<T>, program: StepProgram): AsyncGenerator<T, void> {
    let stop = this.stopwatch(program);
    for await (const item of items) {
      stop('decode');
      yield item;
      stop = this.stopwatch(program);
    }
    stop('decode');
  }
}

const secondsSince = (begin: number): number => (performance.now() - begin) / 1000;
