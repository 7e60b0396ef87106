import type { ClipSource } from '../data/clip-source';
import { MovinetError, UsageError } from '../base/errors';
import { checkSameTask } from '../base/task';
import type { SessionConfig } from '../runtime/session-config';
import type { Stage } from '../movinet/architecture';
import type { MovinetModel } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import { CallbackList, type BatchLogs, type Callback, type EpochLogs } from './callbacks';
import { evaluate } from '../inference/evaluate';
import type { ClassifiedClip, Evaluation } from '../metrics/evaluation';
import { FeatureCache } from '../inference/feature-cache';
import { InferenceSession } from '../inference/inference-session';
import { defaultLoss, type Loss } from '../learning/loss';
import { RunningMetrics } from '../metrics/running-metrics';
import { adam, type Optimizer } from '../learning/optimizer';
import type { Runner } from '../inference/runner';
import { stagesToTrain, type Unfreeze } from './stages';
import { buildTrainingGraph } from './training-graph';
import { TrainingSession } from './training-session';

export interface TrainerOptions {
  model: MovinetModel;
  /** Default: Adam with learning rate 1e-3. */
  optimizer?: Optimizer;
  /** Default: softmax cross-entropy from logits; binary cross-entropy for a multi-label model. */
  loss?: Loss;
  /** What `fit` and `evaluate` report beside the loss. Default and only one: accuracy, of a multi-label model the share of right decisions. */
  metrics?: readonly 'accuracy'[];
  /** Which stages learn: `head` (default), `all`, or a stage such as `block4` with everything after it. */
  unfreeze?: Unfreeze;
  /** Threads and devices. */
  session?: SessionConfig;
  /** Seeds dropout and stochastic depth. Default 0. */
  seed?: number;
  callbacks?: readonly Callback[];
  /** Default: the addon of this package. */
  addon?: Addon;
}

export interface FitOptions {
  /** Default 2, the tutorial's. */
  epochs?: number;
  validation?: ClipSource;
  /** Aborting ends the run after the batch under way; what was learned is kept. */
  signal?: AbortSignal;
}

export interface FitResult {
  /** Complete epochs only. */
  epochs: EpochLogs[];
  /** True where a signal or a callback ended the run early. */
  stopped: boolean;
}

/** Owns the epoch loop: trains a model's head, or more of it, on clips; evaluates; predicts. */
export class Trainer implements Disposable {
  private readonly addon: Addon;
  private readonly callbacks: CallbackList;
  private readonly loss: Loss;
  private readonly trainable: (stage: Stage) => boolean;
  private readonly caches = new WeakMap<ClipSource, FeatureCache>();
  private present: MovinetModel;
  private training: TrainingSession | undefined;
  private inference: Promise<InferenceSession> | undefined;
  private compiledFor: string | undefined;
  /** Over all calls of `fit`, so that a later one does not repeat the clips of an earlier. */
  private epochsBegun = 0;

  constructor(private readonly options: TrainerOptions) {
    this.addon = options.addon ?? loadAddon();
    this.present = options.model;
    this.callbacks = new CallbackList(options.callbacks ?? []);
    this.loss = options.loss ?? defaultLoss(options.model.task.kind);
    this.trainable = stagesToTrain(options.model.architecture, options.unfreeze ?? 'head');
  }

  /** The model with what was learned so far. */
  get model(): MovinetModel {
    return this.present;
  }

  /** Optimizer steps taken so far. */
  get steps(): number {
    return this.training?.step ?? 0;
  }

  /** Trains for `epochs`; each calls for every clip of `train` once. Can be called again to go on. */
  async fit(train: ClipSource, options: FitOptions = {}): Promise<FitResult> {
    const { epochs = 2, validation, signal } = options;
    if (!Number.isSafeInteger(epochs) || epochs < 1)
      throw new UsageError(`epochs must be an integer of at least 1, got ${epochs}`);
    this.checkSource(train);
    if (validation) this.checkSource(validation);
    // Whoever applies the model cuts clips as it has seen them.
    this.present = this.present.withClip(train.clip);
    const session = await this.trainingSession(train);
    const control = { stopped: false };
    const logs: EpochLogs[] = [];
    const batches = Math.ceil(train.clipCount / train.batchSize);
    await this.callbacks.call('onTrainBegin', { epochs, clips: train.clipCount, batches });
    try {
      for (let epoch = 1; epoch <= epochs && !control.stopped && signal?.aborted !== true; epoch++) {
        const record = await this.epoch(session, epoch, train, validation, signal);
        if (!record) break;
        logs.push(record);
        await this.callbacks.call('onEpochEnd', record, { stop: () => (control.stopped = true) });
      }
    } catch (error) {
      // Where the session itself broke, the first error is the one that says why.
      await this.keepWhatWasLearned(session, train).catch(() => undefined);
      throw error;
    }
    await this.keepWhatWasLearned(session, train);
    await this.callbacks.call('onTrainEnd', logs);
    return { epochs: logs, stopped: logs.length < epochs };
  }

  /** Loss and accuracy in inference mode, with what was predicted for each video. */
  async evaluate(source: ClipSource, options: { signal?: AbortSignal } = {}): Promise<Evaluation> {
    this.checkSource(source);
    return this.evaluatePhase(await this.runner(source), source, 'evaluate', 0, options.signal);
  }

  /** The probabilities of each video, in the order of the source. The targets are not used. */
  async predict(source: ClipSource, options: { signal?: AbortSignal } = {}): Promise<ClassifiedClip[]> {
    const { clips } = await this.evaluatePhase(await this.runner(source), source, 'predict', 0, options.signal);
    return clips;
  }

  /** Frees native memory. The trainer cannot be used afterwards; its `model` can. */
  dispose(): void {
    this.training?.dispose();
    this.training = undefined;
    this.endInference();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private async keepWhatWasLearned(session: TrainingSession, { clip, report }: ClipSource): Promise<void> {
    this.present = this.present.withWeights(await session.readVariables()).withClip(clip, report.frameRate);
  }

  private async epoch(
    session: TrainingSession,
    epoch: number,
    train: ClipSource,
    validation: ClipSource | undefined,
    signal: AbortSignal | undefined,
  ): Promise<EpochLogs | undefined> {
    const began = performance.now();
    const aborted = () => signal?.aborted === true;
    await this.callbacks.call('onEpochBegin', epoch);
    const trained = await this.trainEpoch(session, epoch, train, signal);
    if (aborted()) return undefined;
    const record: EpochLogs = { epoch, loss: trained.loss, accuracy: trained.accuracy, seconds: 0 };
    if (validation) {
      try {
        const { loss, accuracy } = await this.evaluatePhase(session, validation, 'validation', epoch, signal);
        record.val_loss = loss;
        record.val_accuracy = accuracy;
      } catch (error) {
        if (!aborted()) throw error;
        return undefined;
      }
    }
    record.seconds = (performance.now() - began) / 1000;
    return record;
  }

  private async trainEpoch(
    session: TrainingSession,
    epoch: number,
    train: ClipSource,
    signal: AbortSignal | undefined,
  ): Promise<RunningMetrics> {
    const metrics = new RunningMetrics(this.present.task.kind);
    const batches = Math.ceil(train.clipCount / train.batchSize);
    const shared = { phase: 'train' as const, epoch, batches, totalClips: train.clipCount };
    await this.callbacks.call('onPhaseBegin', shared);
    const logs = (batch: number) => ({
      ...shared,
      batch,
      clips: metrics.clips,
      loss: metrics.loss,
      accuracy: metrics.accuracy,
    });
    let done = 0;
    for await (const batch of train.batches(this.epochsBegun++)) {
      using owned = batch;
      if (signal?.aborted === true) break;
      if (owned.indices.length === 0) continue;
      metrics.add(await session.trainStep(owned.clips, owned.targets), owned.targets);
      done += 1;
      if (!Number.isFinite(metrics.loss)) {
        throw new MovinetError(
          `The loss is ${metrics.loss} after step ${session.step}; a smaller learning rate may help`,
        );
      }
      await this.callbacks.call('onBatchEnd', logs(done));
    }
    await this.callbacks.call('onPhaseEnd', logs(done));
    return metrics;
  }

  private async evaluatePhase(
    runner: Runner,
    source: ClipSource,
    phase: 'validation' | 'evaluate' | 'predict',
    epoch: number,
    signal: AbortSignal | undefined,
  ): Promise<Evaluation> {
    const batches = Math.ceil(source.clipCount / source.batchSize);
    const shared = { phase, epoch, batches, totalClips: source.clipCount };
    let last: BatchLogs = { ...shared, batch: 0, clips: 0, loss: Number.NaN, accuracy: Number.NaN };
    await this.callbacks.call('onPhaseBegin', shared);
    const evaluation = await evaluate(runner, source, {
      addon: this.addon,
      kind: this.present.task.kind,
      cache: this.cacheFor(runner, source),
      signal,
      onBatch: async ({ clips, loss, accuracy }) => {
        last = { ...shared, batch: last.batch + 1, clips, loss, accuracy };
        await this.callbacks.call('onBatchEnd', last);
      },
    });
    // While it runs the means are over clips, at its end over videos.
    const { loss, accuracy } = evaluation;
    await this.callbacks.call('onPhaseEnd', { ...last, loss, accuracy });
    return evaluation;
  }

  /** Features of a frozen backbone are kept where a source gives the same clips each time. */
  private cacheFor(runner: Runner, source: ClipSource): FeatureCache | undefined {
    if (!runner.frozenBackbone || !source.deterministic) return undefined;
    const cache = this.caches.get(source) ?? new FeatureCache();
    this.caches.set(source, cache);
    return cache;
  }

  private async runner(source: ClipSource): Promise<Runner> {
    if (this.training) {
      this.checkShape(source);
      return this.training;
    }
    this.compile(source);
    const options = { loss: this.loss, config: this.options.session ?? {} };
    // The promise, so that calls at the same time share one session.
    this.inference ??= InferenceSession.open(this.addon, this.present, source.clip, options);
    return this.inference.catch((error: unknown) => {
      this.inference = undefined;
      throw error;
    });
  }

  private async trainingSession(source: ClipSource): Promise<TrainingSession> {
    this.compile(source);
    if (this.training) return this.training;
    this.endInference();
    const { present: model, options } = this;
    const graph = await buildTrainingGraph(this.addon, {
      model: model.options,
      weights: model.weights,
      trainable: this.trainable,
      clipShape: source.clip,
      loss: this.loss,
      optimizer: options.optimizer ?? adam(),
      seed: options.seed ?? 0,
    });
    this.training = await TrainingSession.open(this.addon, graph, model.weights, options.session);
    return this.training;
  }

  private endInference(): void {
    void this.inference?.then((session) => session.dispose()).catch(() => undefined);
    this.inference = undefined;
  }

  private compile(source: ClipSource): void {
    this.compiledFor ??= shapeText(source);
    this.checkShape(source);
  }

  private checkShape(source: ClipSource): void {
    if (shapeText(source) !== this.compiledFor) {
      throw new UsageError(
        `The trainer's clips are ${this.compiledFor}, these are ${shapeText(source)}; use one shape for all`,
      );
    }
  }

  private checkSource(source: ClipSource): void {
    checkSameTask(this.present.task, source.task);
    if (source.clipCount === 0) throw new UsageError('The data set has no clips');
  }
}

const shapeText = ({ clip }: ClipSource): string => `${clip.frames} frames of ${clip.size}²`;
