import { evaluate } from '../inference/evaluate';
import { FeatureCache } from '../inference/feature-cache';
import { InferenceSession } from '../inference/inference-session';
import type { Runner } from '../inference/runner';
import { batchCount, type ClipSource } from '../data/clip-source';
import type { Evaluation } from '../metrics/evaluation';
import type { MovinetModel } from '../model/movinet-model';
import type { BatchLogs, Phase } from './callback';
import type { CallbackList } from './callback-list';
import type { TrainerParts } from './trainer-options';

/** Where a pass stands in a run. */
interface PassPlace {
  readonly phase: Exclude<Phase, 'train'>;
  /** 0 outside `fit`. */
  readonly epoch: number;
  readonly step: number;
  readonly signal: AbortSignal | undefined;
}

/** A trainer's passes over sources in inference mode, told to its callbacks. */
export class Passes implements Disposable {
  private caches = new WeakMap<ClipSource, FeatureCache>();
  private inference: Promise<InferenceSession> | undefined;

  constructor(
    private readonly parts: TrainerParts,
    private readonly callbacks: CallbackList,
  ) {}

  /** A session of the model as it is, for passes before anything is learned: the fastest form. */
  runner(model: MovinetModel): Promise<Runner> {
    const { addon, loss, session } = this.parts;
    // The promise, so that calls at the same time share one session.
    this.inference ??= InferenceSession.open(addon, model, model.clip, { loss, config: session });
    return this.inference.catch((error: unknown) => {
      this.inference = undefined;
      throw error;
    });
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
    await this.callbacks.call('onPhaseEnd', signal, { ...last, metrics: evaluation.metrics });
    return evaluation;
  }

  /** The model is another one now. */
  forget(): void {
    this.caches = new WeakMap();
    this.dispose();
  }

  dispose(): void {
    void this.inference?.then((session) => session.dispose()).catch(() => undefined);
    this.inference = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Features of a frozen backbone are kept where a source gives the same clips each time. */
  private cacheFor(runner: Runner, source: ClipSource): FeatureCache | undefined {
    if (!runner.frozenBackbone || !source.deterministic) return undefined;
    const cache = this.caches.get(source) ?? new FeatureCache();
    this.caches.set(source, cache);
    return cache;
  }
}
