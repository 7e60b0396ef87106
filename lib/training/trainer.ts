import { BusyError, DisposedError, DivergedError, UsageError } from '../base/errors';
import { checkSameCut } from '../base/clip';
import { checkSameTask } from '../base/task';
import type { ClipSource } from '../data/clip-source';
import type { Weights } from '../graph/weights';
import type { ClassifiedClip, Evaluation } from '../metrics/evaluation';
import { defaultMonitor } from '../metrics/shown';
import type { MovinetModel } from '../model/movinet-model';
import { CallbackList } from './callback-list';
import { FitLoop } from './fit-loop';
import { checkFit, checkPass, checkSnapshot, type FitOptions } from './fit-options';
import { LiveRun } from './live-run';
import { Passes } from './passes';
import { learningConfig, refuseOtherConfig, type RunConfig, sourceConfig } from './run-config';
import { RunProgress } from './run-progress';
import type { EpochRecord, RunState, Snapshot } from './run-state';
import { buildStepGraph } from './step-graph';
import { StepProgram } from './step-program';
import { trainerParts, type TrainerOptions, type TrainerParts } from './trainer-options';

export type { FitOptions };

export interface FitResult {
  /** The epochs that were completed in this call. */
  readonly epochs: readonly EpochRecord[];
  /** Why a callback ended the run early; absent where all epochs were done. */
  readonly stopped?: string;
}

/**
 * Trains a model's head, or more of it, on clips; evaluates; predicts. Its run can be taken as a {@link Snapshot} between any two steps and goes on from one, to the
 * last bit on CPU. All of `fit`, `evaluate` and `predict` reject with the signal's reason where it aborts.
 */
export class Trainer implements Disposable {
  private readonly parts: TrainerParts;
  private readonly callbacks: CallbackList;
  private readonly passes: Passes;
  private present: MovinetModel;
  private program: StepProgram | undefined;
  private progress = new RunProgress();
  /** Of a snapshot: the next `fit` must be of the same run. */
  private restored = false;
  private diverged = false;
  /** By what changes it, or by how many that look at it. */
  private busy: 'fitting' | number = 0;
  private readonly end = new AbortController();

  /** Throws {@link UsageError} for options that make no sense. */
  constructor(options: TrainerOptions) {
    this.parts = trainerParts(options);
    this.present = options.model;
    this.callbacks = new CallbackList(this.parts.callbacks, this.parts.warn);
    this.passes = new Passes(this.parts, this.callbacks);
  }

  /** The model with what was learned: in whole epochs, and up to where `fit` ended. Not while it runs: callbacks have `run.model()`. */
  get model(): MovinetModel {
    if (this.busy === 'fitting')
      throw new BusyError('The trainer is fitting: a callback has run.model() for the model as it is');
    return this.present;
  }

  /** How far the run is. */
  get state(): RunState {
    return this.progress.state(this.callbacks.states());
  }

  /**
   * Trains; each epoch calls for every clip of `train` once. Can be called again to go on: epochs and steps count over all calls. Throws {@link UsageError} for a
   * source cut otherwise than the model's clips, of other classes, or of another run than the snapshot that was restored; {@link DivergedError}, after which
   * `model` is that of the last whole epoch; what the source throws.
   */
  async fit(train: ClipSource, options: FitOptions = {}): Promise<FitResult> {
    checkFit(train, options);
    const { validation, epochs = 2, untilEpoch: lastEpoch = this.progress.epoch + epochs } = options;
    if (this.diverged) throw new UsageError('The run has diverged: restore a snapshot of it, or make another trainer');
    this.begin();
    try {
      for (const source of [train, ...(validation ? [validation] : [])]) this.checkSource(source);
      const signal = AbortSignal.any([this.end.signal, ...(options.signal ? [options.signal] : [])]);
      signal.throwIfAborted();
      const program = await this.openProgram();
      await this.goOnFrom(program, train);
      return await this.run(program, train, { lastEpoch, validation, signal });
    } finally {
      this.busy = 0;
    }
  }

  /** Metrics in inference mode, with what was predicted for each video. Throws {@link DivergedError} for NaN and infinite numbers. */
  async evaluate(source: ClipSource, options: Pick<FitOptions, 'signal'> = {}): Promise<Evaluation> {
    return this.pass(source, 'evaluate', options);
  }

  /** The probabilities of each video, in the order of the source. The targets are not used. */
  async predict(source: ClipSource, options: Pick<FitOptions, 'signal'> = {}): Promise<ClassifiedClip[]> {
    return (await this.pass(source, 'predict', options)).clips;
  }

  /**
   * All that the run is now. Not while it runs, between whose steps callbacks have `run.snapshot()`. Throws {@link DivergedError} where a variable is NaN or
   * infinite.
   */
  snapshot(): Promise<Snapshot> {
    return this.look(() => this.takeSnapshot());
  }

  /**
   * Goes on from a snapshot, of this trainer or of another: the next `fit` must have the same source. Throws {@link UsageError} that tells in what its
   * settings differ.
   */
  async restore(snapshot: Snapshot): Promise<void> {
    checkSnapshot(snapshot);
    const { state, variables } = snapshot;
    this.begin();
    try {
      const program = await this.openProgram();
      const { source } = state.config;
      refuseOtherConfig(state.config, { ...(await this.learning(program)), ...(source !== undefined && { source }) });
      await program.restore(variables, state.step);
      this.callbacks.restore(state.callbacks, variables);
      this.progress = RunProgress.from(state);
      this.restored = true;
      this.diverged = false;
      await this.keepWeights(program);
    } finally {
      this.busy = 0;
    }
  }

  /** Frees native memory; what is under way is aborted. The trainer cannot be used afterwards; its `model` can. */
  dispose(): void {
    if (this.end.signal.aborted) return;
    this.end.abort(new DisposedError('The trainer was disposed'));
    this.program?.dispose();
    this.passes.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private async run(
    program: StepProgram,
    train: ClipSource,
    plan: { readonly lastEpoch: number; readonly validation: ClipSource | undefined; readonly signal: AbortSignal },
  ): Promise<FitResult> {
    const { progress, callbacks, parts } = this;
    const { validation, signal } = plan;
    const { metrics, monitor = defaultMonitor(validation !== undefined) } = parts;
    const evaluate = async (source: ClipSource, epoch: number) => {
      this.checkSource(source);
      const place = { phase: 'validation', epoch, step: progress.step, signal } as const;
      return (await this.passes.evaluate(program, source, place)).metrics;
    };
    const host = {
      model: async () => this.present.withWeights(await program.readVariables()),
      snapshot: () => this.takeSnapshot(),
      restoreVariables: (variables: Weights) => program.assignSome(variables),
      evaluate: (source: ClipSource) => evaluate(source, progress.lastBegun),
    };
    const run = new LiveRun({ ...host, state: () => this.state }, { train, metrics, ...plan });
    run.higherIsBetter(monitor);
    const keepEpoch = () => this.keepWeights(program, train);
    const loop = new FitLoop({
      ...{ program, progress, run, callbacks, metrics, train, validation, monitor },
      ...{ validate: evaluate, keepEpoch, warn: parts.warn },
    });
    const before = progress.history.length;
    callbacks.begin();
    const ending = await loop.run();
    this.diverged = 'error' in ending && ending.error instanceof DivergedError;
    if (!this.diverged)
      // Where the session itself broke, the first error is the one that says why.
      await keepEpoch().catch((error: unknown) => {
        this.diverged = error instanceof DivergedError;
        if (!('error' in ending)) throw error;
      });
    if ('error' in ending) throw ending.error;
    const epochs = progress.history.slice(before);
    return { epochs, ...(ending.kind === 'stopped' && { stopped: ending.why }) };
  }

  private pass(
    source: ClipSource,
    phase: 'evaluate' | 'predict',
    options: Pick<FitOptions, 'signal'>,
  ): Promise<Evaluation> {
    return this.look(async () => {
      checkPass(phase, options);
      this.checkSource(source);
      const runner = this.program ?? (await this.passes.runner(this.present));
      const signal = AbortSignal.any([this.end.signal, ...(options.signal ? [options.signal] : [])]);
      return this.passes.evaluate(runner, source, { phase, epoch: 0, step: this.progress.step, signal });
    });
  }

  private async takeSnapshot(): Promise<Snapshot> {
    this.check();
    const program = await this.openProgram();
    const variables = await program.readAll();
    await this.checkWeights(variables);
    // Before the first `fit` it is of no source.
    if (Object.keys(this.progress.config).length === 0) this.progress.config = await this.learning(program);
    return { state: this.state, variables: variables.with(this.callbacks.weights()) };
  }

  private async openProgram(): Promise<StepProgram> {
    if (this.program) return this.program;
    const { present: model, parts } = this;
    const { addon, trainable, loss, optimizer, described, session } = parts;
    const graph = await buildStepGraph(addon, {
      ...{ model: model.options, weights: model.weights, clipShape: model.clip, trainable, loss, optimizer },
      ...{ seed: described.seed, batchNorm: described.batchNorm },
    });
    const program = await StepProgram.open(addon, graph, model.weights, session);
    if (this.end.signal.aborted) {
      program.dispose();
      this.check();
    }
    this.passes.forget();
    return (this.program = program);
  }

  /** Refuses another source than that of the run that was restored; of another one an epoch begins anew. */
  private async goOnFrom(program: StepProgram, train: ClipSource): Promise<void> {
    const { progress } = this;
    const source = await sourceConfig(train);
    const config = { ...(await this.learning(program)), source };
    if (this.restored) refuseOtherConfig({ source, ...progress.config }, config);
    else if (JSON.stringify(progress.config) !== JSON.stringify(config)) progress.restartEpoch();
    this.restored = false;
    progress.config = config;
  }

  private learning(program: StepProgram): Promise<RunConfig> {
    return learningConfig({ model: this.parts.model, ...this.parts.described }, (path) => program.has(path));
  }

  /** Takes what was learned into the model. Throws {@link DivergedError} for what is NaN or infinite. */
  private async keepWeights(program: StepProgram, train?: ClipSource): Promise<void> {
    const weights = await program.readVariables();
    await this.checkWeights(weights);
    this.present = this.present.withWeights(weights);
    if (train) this.present = this.present.withClip(this.present.clip, train.report.frameRate);
  }

  private async checkWeights(weights: Weights): Promise<void> {
    const { epoch, step } = this.progress;
    if (!(await weights.allFinite())) throw new DivergedError('weights', { epoch: epoch + 1, step, files: [] });
  }

  /** Only one thing at a time changes the run, and nothing looks at it then. */
  private begin(): void {
    this.check();
    if (this.busy === 'fitting') throw new BusyError('The trainer is fitting already: await that first');
    if (this.busy > 0) throw new BusyError('The trainer evaluates, or makes a snapshot: await that first');
    this.busy = 'fitting';
  }

  private async look<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    if (this.busy === 'fitting')
      throw new BusyError(
        'The trainer is fitting: a callback has its run to measure the model as it is, and to save it',
      );
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
    }
  }

  private check(): void {
    if (this.end.signal.aborted) throw new DisposedError('The trainer was disposed: make another one');
  }

  private checkSource({ task, clip, clipCount }: ClipSource): void {
    checkSameTask(this.present.task, task);
    checkSameCut(this.present.clip, clip, 'cut them alike, or train model.withClip(source.clip)');
    if (clipCount === 0) throw new UsageError('The data set has no clips');
  }
}
