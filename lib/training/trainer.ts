import { DivergedError, UsageError } from '../base/errors';
import type { ClipSource } from '../data/clip-source';
import { Weights } from '../graph/weights';
import type { ClassifiedClip, Evaluation } from '../metrics/evaluation';
import { defaultMonitor } from '../metrics/shown';
import type { MovinetModel } from '../model/movinet-model';
import { CallbackList } from './callback-list';
import { resolveClassWeights } from './class-weights';
import { FitLoop } from './loop/fit-loop';
import { checkFit, checkPass, checkSnapshot, checkSource, checkTargets, type FitOptions, planFit } from './fit-options';
import { LiveRun, type RunPlan } from './loop/live-run';
import { Passes } from './passes';
import { learningConfig, refuseOtherConfig, sourceConfig } from './run-config';
import { RunProgress } from './loop/run-progress';
import type { EpochRecord, RunConfig, RunState, Snapshot } from './run-state';
import { firstEpochOf, phaseAfter } from './phases';
import { type PhaseProgram, PhasePrograms } from './phase-programs';
import type { StepProgram } from './step/step-program';
import type { TrainingBatches } from './training-batches';
import { TrainerUse } from './trainer-use';
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
  private learning: Promise<RunConfig> | undefined;
  private readonly programs: PhasePrograms;
  private progress = new RunProgress();
  /** Of a snapshot: the next `fit` must be of the same run. */
  private restored = false;
  private diverged = false;
  private readonly use = new TrainerUse();

  /** Throws {@link UsageError} for options that make no sense. */
  constructor(readonly options: TrainerOptions) {
    this.parts = trainerParts(options);
    this.present = options.model;
    this.callbacks = new CallbackList(this.parts.callbacks, this.parts.warn);
    this.passes = new Passes(this.parts, this.callbacks);
    this.programs = new PhasePrograms(this.parts, () => this.use.check());
  }

  /** The model with what was learned: in whole epochs, and up to where `fit` ended. Not while it runs: callbacks have `run.model()`. */
  get model(): MovinetModel {
    this.use.checkIdle('a callback has run.model() for the model as it is');
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
    const plan = planFit(options, this.progress.epoch, this.parts.phases);
    if (this.diverged) throw new UsageError('The run has diverged: restore a snapshot of it, or make another trainer');
    return this.use.change(async () => {
      for (const source of [train, ...(plan.validation ? [plan.validation] : [])]) checkSource(source, this.present);
      checkTargets(train, this.parts.loss);
      const classWeights = resolveClassWeights(this.parts.described.classWeights, this.parts.task, train);
      const signal = this.use.signal(options.signal);
      signal.throwIfAborted();
      await this.openProgram();
      await this.goOnFrom(train);
      return await this.run({ ...plan, train, metrics: this.parts.metrics, signal }, classWeights);
    });
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
    return this.use.look(() => this.takeSnapshot());
  }

  /**
   * Goes on from a snapshot, of this trainer or of another: the next `fit` must have the same source. Throws {@link UsageError} that tells in what its
   * settings differ. Where it throws, the trainer is as it was.
   */
  async restore(snapshot: Snapshot): Promise<void> {
    checkSnapshot(snapshot);
    return this.use.change(() => this.goBackTo(snapshot));
  }

  /** Frees native memory; what is under way is aborted. The trainer cannot be used afterwards; its `model` can. */
  dispose(): void {
    if (this.use.disposed) return;
    this.use.dispose();
    this.programs.dispose();
    this.passes.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private async run(plan: RunPlan, classWeights: readonly number[] | undefined): Promise<FitResult> {
    const { progress, callbacks, parts, programs } = this;
    const { train, validation, signal } = plan;
    const { monitor = defaultMonitor(validation !== undefined) } = parts;
    const evaluate = async (source: ClipSource, epoch: number) => {
      checkSource(source, this.present);
      const place = { phase: 'validation', epoch, step: progress.step, signal } as const;
      return (await this.passes.evaluate(await this.openProgram(), source, place)).metrics;
    };
    const programChanged = (): void => {
      progress.program = programs.present?.state ?? progress.program;
    };
    const host = {
      model: async () => this.present.withWeights(await (await this.openProgram()).readVariables()),
      snapshot: () => this.takeSnapshot(),
      restoreVariables: async (variables: Weights) => {
        await programs.assign(variables, parts.model);
        programChanged();
      },
      scaleRate: (factor: number) => {
        programs.present?.scaleRate(factor);
        programChanged();
      },
      evaluate: (source: ClipSource) => evaluate(source, progress.lastBegun),
    };
    const run = new LiveRun({ ...host, state: () => this.state, step: () => progress.step }, plan);
    run.higherIsBetter(monitor);
    const keepEpoch = async () => this.keepWeights(await this.openProgram(), train);
    const batches = new WeakMap<StepProgram, TrainingBatches>();
    const batchesFor = (program: StepProgram): TrainingBatches => {
      const firstEpoch = firstEpochOf(parts.phases, progress.phase.index);
      const made = batches.get(program) ?? this.passes.trainingBatches(program, train, { classWeights, firstEpoch });
      batches.set(program, made);
      return made;
    };
    const loop = new FitLoop({
      ...{ ...plan, progress, run, callbacks, monitor, keepEpoch, batchesFor, warn: parts.warn },
      ...{ beginEpoch: () => this.beginEpoch(keepEpoch), validate: evaluate },
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

  private async goBackTo({ state, variables }: Snapshot): Promise<void> {
    const { parts, callbacks } = this;
    const before = [callbacks.states(), callbacks.weights()] as const;
    try {
      const { source } = state.config;
      refuseOtherConfig(state.config, { ...(await this.config()), ...(source !== undefined && { source }) });
      const progress = RunProgress.from(state);
      const { index, firstStep } = progress.phase;
      // What had not learned then is what it was in the beginning.
      const model = parts.model.withClip(this.present.clip, this.present.frameRate);
      let weights = new Weights();
      await this.programs.restore(model, index, async (program) => {
        await program.restore(variables, state.step - firstStep, state.program);
        weights = await program.readVariables();
        callbacks.restore(state.callbacks, variables);
      });
      this.passes.forget();
      this.progress = progress;
      this.present = model.withWeights(weights);
      this.restored = true;
      this.diverged = false;
    } catch (error) {
      callbacks.restore(...before);
      throw error;
    }
  }

  private pass(
    source: ClipSource,
    phase: 'evaluate' | 'predict',
    options: Pick<FitOptions, 'signal'>,
  ): Promise<Evaluation> {
    return this.use.look(async () => {
      checkPass(phase, options);
      checkSource(source, this.present);
      const runner = this.programs.present ?? (await this.passes.runner(this.present));
      const signal = this.use.signal(options.signal);
      return this.passes.evaluate(runner, source, { phase, epoch: 0, step: this.progress.step, signal });
    });
  }

  private async takeSnapshot(): Promise<Snapshot> {
    this.use.check();
    const program = await this.openProgram();
    const variables = await program.readAll();
    await this.checkWeights(variables);
    // Before the first `fit` it is of no source.
    if (Object.keys(this.progress.config).length === 0) this.progress.config = await this.config();
    return { state: this.state, variables: variables.with(this.callbacks.weights()) };
  }

  /** Read once: the numbers that it is a digest of are in the graph since then. */
  private config(): Promise<RunConfig> {
    return (this.learning ??= learningConfig(this.parts));
  }

  private async openProgram(): Promise<StepProgram> {
    const { programs, progress, present } = this;
    return programs.present ?? this.keep(await programs.make(present, progress.phase.index));
  }

  /** What was kept of another model is forgotten. */
  private keep(made: PhaseProgram): StepProgram {
    this.passes.forget();
    return this.programs.use(made);
  }

  /** The program of the epoch to come; another phase begins with what was learned so far. */
  private async beginEpoch(keep: () => Promise<void>): Promise<StepProgram> {
    const { programs, progress } = this;
    const index = phaseAfter(this.parts.phases, progress.epoch);
    if (index === progress.phase.index) return this.openProgram();
    await keep();
    const program = this.keep(await programs.next(this.present, index, progress.program));
    progress.beginPhase(index, program.state);
    return program;
  }

  /** Refuses another source than that of the run that was restored; of another one an epoch begins anew. */
  private async goOnFrom(train: ClipSource): Promise<void> {
    const { progress } = this;
    const source = await sourceConfig(train);
    const config = { ...(await this.config()), source };
    if (this.restored) refuseOtherConfig({ source, ...progress.config }, config);
    else if (JSON.stringify(progress.config) !== JSON.stringify(config)) progress.restartEpoch();
    this.restored = false;
    progress.config = config;
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
}
