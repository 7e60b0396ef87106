import { evaluate } from '../inference/evaluate';
import type { FeatureCache } from '../inference/features/feature-cache';
import { FeatureCaches } from '../inference/features/feature-caches';
import { InferenceSession } from '../inference/inference-session';
import type { Runner } from '../inference/runner';
import { batchCount, type ClipSource } from '../data/clip-source';
import type { Evaluation } from '../metrics/evaluation';
import type { MovinetModel } from '../model/movinet-model';
import type { BatchLogs, Phase } from './callback';
import type { CallbackList } from './callback-list';
import type { TrainerParts } from './trainer-options';
import { TrainingBatches, type TrainingBatchesParts } from './training-batches';

/** Where a pass stands in a run. */
interface PassPlace {
  readonly phase: Exclude<Phase, 'train'>;
  /** 0 outside `fit`. */
  readonly epoch: number;
  readonly step: number;
  readonly signal: AbortSignal | undefined;
}

/** A trainer's passes over sources in inference mode, told to its callbacks, and what it trains on. What all of them keep of clips takes one space. */
export class Passes implements Disposable {
  private readonly features: FeatureCaches;
  private inference: Promise<InferenceSession> | undefined;

  constructor(
    private readonly parts: TrainerParts,
    private readonly callbacks: CallbackList,
  ) {
    this.features = new FeatureCaches(parts.featureCache, parts.warn);
  }

  /** A session of the model as it is, for passes before anything is learned: the fastest form. */
  runner(model: MovinetModel): Promise<Runner> {
    const { addon, loss, session, warn } = this.parts;
    // The promise, so that calls at the same time share one session.
    this.inference ??= InferenceSession.open(addon, model, model.clip, { loss, config: session, warn });
    return this.inference.catch((error: unknown) => {
      this.inference = undefined;
      throw error;
    });
  }

  /** The epochs to learn from. `program`: what learns; `classWeights`: [classes], 1 each where undefined; `firstEpoch`: of its phase, from 0. */
  trainingBatches(
    program: Runner,
    source: ClipSource,
    options: Pick<TrainingBatchesParts, 'classWeights' | 'firstEpoch'>,
  ): TrainingBatches {
    const { addon, model } = this.parts;
    // Stages that are left out at random give a clip other features in each step.
    const same = program.frozenBackbone && model.options.stochasticDepthDropRate === 0;
    const features = same ? this.features.of(source, 'training') : undefined;
    return new TrainingBatches({ ...options, source, features, addon, runner: program });
  }

  async evaluate(runner: Runner, source: ClipSource, { phase, epoch, step, signal }: PassPlace): Promise<Evaluation> {
    const { addon, metrics, task } = this.parts;
    const batches = batchCount(source);
    const info = { phase, epoch, batches, totalClips: source.clipCount };
    let last: BatchLogs = { ...info, batch: 0, clips: 0, metrics: {} };
    await this.callbacks.call('onPhaseBegin', signal, info);
    const evaluation = await evaluate(runner, source, {
      ...{ addon, task, metrics, signal, cache: this.cacheFor(runner, source) },
      ...(epoch > 0 && { at: { epoch, step } }),
      onBatch: async (done) => {
        last = { ...info, batch: last.batch + 1, ...done };
        await this.callbacks.call('onBatchEnd', signal, last);
      },
    });
    // While it runs the metrics are over clips, at its end over videos.
    await this.callbacks.call('onPhaseEnd', signal, {
      ...{ ...last, metrics: evaluation.metrics, details: evaluation.details },
    });
    return evaluation;
  }

  /** The model is another one now. */
  forget(): void {
    this.dispose();
  }

  dispose(): void {
    this.features.forget();
    void this.inference?.then((session) => session.dispose()).catch(() => undefined);
    this.inference = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Features of a frozen backbone are kept where a source gives the same clips each time. */
  private cacheFor(runner: Runner, source: ClipSource): FeatureCache | undefined {
    return runner.frozenBackbone && source.deterministic ? this.features.of(source, 'pass') : undefined;
  }
}
