import { MovinetError, UsageError, VideoError } from '../base/errors';
import { untilAborted } from '../base/until-aborted';
import { probabilities, rowsOf } from '../base/task';
import type { ClipSource } from '../data/clip-source';
import { decodeClips } from '../data/clip-decoding';
import { clipStart } from '../data/video/sampling';
import { defaultThreads, skippedVideo } from '../data/video/video-probe';
import type { Evaluation } from '../metrics/evaluation';
import type { MovinetModel } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import type { NativeClipDecoder } from '../native/video';
import type { SessionConfig } from '../runtime/session-config';
import { evaluate } from './evaluate';
import { InferenceSession } from './inference-session';

export interface PredictorOptions {
  /** Default: the clips that the model was trained on. */
  readonly clip?: MovinetModel['clip'];
  /** The clip's first frame: its number, or `center` (default) for the middle of the video. */
  readonly start?: number | 'center';
  /** Videos classified at a time. Default 8. */
  readonly batchSize?: number;
  /** Decoding threads. Default: one for each processor. */
  readonly threads?: number;
  /** Threads and devices. */
  readonly session?: SessionConfig;
  /** Default: the addon of this package. */
  readonly addon?: Addon;
}

/** What became of one file. */
export type Prediction =
  | {
      readonly file: string;
      /** [classes], sums to 1. */
      readonly probabilities: Float32Array;
    }
  | { readonly file: string; readonly error: VideoError };

type Settings = Required<Pick<PredictorOptions, 'clip' | 'start' | 'batchSize' | 'threads'>>;

/** A model kept ready to classify whole videos: one session for all calls. The caller disposes it. */
export class Predictor implements Disposable {
  private disposed = false;

  private constructor(
    private readonly addon: Addon,
    private readonly session: InferenceSession,
    private readonly settings: Settings,
  ) {}

  /** Throws {@link UsageError} for a batch size below 1. */
  static async open(model: MovinetModel, options: PredictorOptions = {}): Promise<Predictor> {
    const { addon = loadAddon(), clip = model.clip, start = 'center', batchSize = 8 } = options;
    const { threads = defaultThreads(), session: config = {} } = options;
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw new UsageError(`batchSize must be an integer of at least 1, got ${batchSize}`);
    const session = await InferenceSession.open(addon, model, clip, { config });
    return new Predictor(addon, session, { clip, start, batchSize, threads });
  }

  /** Lets TensorFlow do what it does at a first run, which takes a second or so. */
  async warmUp(): Promise<void> {
    this.check();
    const { frames, size } = this.settings.clip;
    using clips = this.addon.createTensor('float32', [1, frames, size, size, 3]);
    await this.session.evaluate(clips);
  }

  /** The probabilities of the classes in one video, [classes]. Throws {@link VideoError}. */
  async predict(file: string, options: { readonly signal?: AbortSignal } = {}): Promise<Float32Array> {
    for await (const prediction of this.predictAll([file], options)) {
      if ('error' in prediction) throw prediction.error;
      return prediction.probabilities;
    }
    throw new VideoError(`Cannot classify ${file}: not decoded`, file);
  }

  /**
   * Classifies one clip of each video, in their order. A file that cannot be decoded yields its error; the others go on. Ends with the signal's
   * reason.
   */
  async *predictAll(
    files: readonly string[],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Prediction, void, undefined> {
    this.check();
    const { batchSize, threads } = this.settings;
    // Closed at the end, whichever it is: that ends what is decoding.
    using decoder = this.addon.createClipDecoder(threads);
    for (let begin = 0; begin < files.length; begin += batchSize) {
      signal?.throwIfAborted();
      yield* await untilAborted(this.predictBatch(files.slice(begin, begin + batchSize), decoder), signal);
    }
  }

  /** Loss, accuracy and every clip's probabilities of a source with labels. Its clips must be those of the predictor. */
  evaluate(source: ClipSource, options: { readonly signal?: AbortSignal } = {}): Promise<Evaluation> {
    this.check();
    return evaluate(this.session, source, { addon: this.addon, ...options });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.session.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private async predictBatch(files: readonly string[], decoder: NativeClipDecoder): Promise<Prediction[]> {
    const { clip, start, threads } = this.settings;
    const probes = await this.addon.probeVideos([...files], threads);
    const reasons = new Map<number, string>();
    const clips = files.flatMap((path, index) => {
      const probe = probes[index];
      if (probe?.ok !== true) {
        reasons.set(index, skippedVideo(path, probe?.error ?? 'not probed').reason);
        return [];
      }
      const first = start === 'center' ? clipStart(probe.info.frameCount, clip, 'center') : start;
      return [{ path, index, start: first }];
    });
    const rows = new Map<number, Float32Array>();
    if (clips.length > 0) {
      const { decoded, broken } = await decodeClips(clips, clip, decoder, (dtype, shape) =>
        this.addon.createTensor(dtype, shape),
      );
      for (const { path, reason } of broken) reasons.set(files.indexOf(path), reason);
      if (decoded !== undefined) {
        using tensor = decoded.clips;
        const { logits } = await this.session.evaluate(tensor);
        const { plans } = decoded;
        const found = rowsOf(probabilities(logits, plans.length), plans.length);
        plans.forEach(({ index }, row) => rows.set(index, found[row] as Float32Array));
      }
    }
    return files.map((file, index) => {
      const found = rows.get(index);
      if (found !== undefined) return { file, probabilities: found };
      return { file, error: new VideoError(`Cannot classify ${file}: ${reasons.get(index) ?? 'not decoded'}`, file) };
    });
  }

  private check(): void {
    if (this.disposed) throw new MovinetError('The predictor was disposed: open another one');
  }
}
