import { MovinetError, UsageError, VideoError } from '../base/errors';
import { probabilities, rowsOf } from '../base/task';
import { untilAborted } from '../base/until-aborted';
import type { ClipSource } from '../data/clip-source';
import type { Decoding } from '../data/clip-decoding';
import { ClipLoader } from '../data/clip-loader';
import type { PlannedClip } from '../data/clip-planner';
import { CENTER } from '../data/video/sampling';
import { defaultThreads, VideoIndexer } from '../data/video/video-indexer';
import type { Evaluation } from '../metrics/evaluation';
import type { MovinetModel } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import type { ReadingOptions } from '../native/video';
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
  /** What may be read, and how frames are shown. */
  readonly reading?: ReadingOptions;
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
      /** Where it has damaged parts, which were read over: packets that did not decode. */
      readonly damagedPackets?: number;
    }
  | { readonly file: string; readonly error: VideoError };

type Settings = Required<Pick<PredictorOptions, 'clip' | 'start' | 'batchSize' | 'threads'>> &
  Pick<PredictorOptions, 'reading'>;

/** Batches that decode while one is classified. */
const PREFETCH = 1;
/** Fewer videos are indexed sooner than their indexes are looked up. */
const WORTH_CACHING = 100;

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
    const { threads = defaultThreads(), session: config = {}, reading } = options;
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw new UsageError(`batchSize must be an integer of at least 1, got ${batchSize}`);
    const session = await InferenceSession.open(addon, model, clip, { config });
    return new Predictor(addon, session, { clip, start, batchSize, threads, ...(reading && { reading }) });
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
    const { clip, start, batchSize, threads, reading } = this.settings;
    const { addon } = this;
    const position = start === 'center' ? CENTER : { frame: start };
    const plans = files.map((path, index): PlannedClip => ({ path, index, position }));
    const caching = files.length < WORTH_CACHING ? { cache: false } : {};
    const indexer = new VideoIndexer(files, { addon, threads, reading, ...caching });
    const loader = new ClipLoader({
      ...{ addon, clip, indexer, reading, threads, prefetch: PREFETCH },
      allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
    });
    let answered = 0;
    for await (const decoding of loader.decodings(plans, { batchSize, signal })) {
      const batch = files.slice(answered, answered + batchSize);
      const found = await untilAborted(this.classify(decoding), signal);
      for (const [i, file] of batch.entries()) yield answer(file, answered + i, found, decoding);
      answered += batch.length;
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

  /** The probabilities of the clips that were decoded, by their plans' indices. */
  private async classify({ decoded }: Decoding): Promise<ReadonlyMap<number, Float32Array>> {
    if (decoded === undefined) return new Map();
    const { plans } = decoded;
    using clips = decoded.clips;
    const { logits } = await this.session.evaluate(clips);
    const rows = rowsOf(probabilities(logits, plans.length), plans.length);
    return new Map(plans.map(({ index }, row) => [index, rows[row] as Float32Array]));
  }

  private check(): void {
    if (this.disposed) throw new MovinetError('The predictor was disposed: open another one');
  }
}

function answer(
  file: string,
  index: number,
  found: ReadonlyMap<number, Float32Array>,
  { broken, damaged }: Decoding,
): Prediction {
  const row = found.get(index);
  const packets = damaged.find(({ path }) => path === file)?.packets;
  if (row !== undefined)
    return { file, probabilities: row, ...(packets === undefined ? {} : { damagedPackets: packets }) };
  const reason = broken.find((clip) => clip.index === index)?.reason ?? 'not decoded';
  return { file, error: new VideoError(`Cannot classify ${file}: ${reason}`, file) };
}
