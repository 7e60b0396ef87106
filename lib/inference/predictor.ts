import { clipSpec, type ShortVideos } from '../base/clip';
import { MovinetError, UsageError, VideoError } from '../base/errors';
import { checkSameTask, probabilities, rowsOf, type Task } from '../base/task';
import { untilAborted } from '../base/until-aborted';
import type { ClipSource } from '../data/clip-source';
import type { Decoding } from '../data/clip-decoding';
import { ClipLoader } from '../data/clip-loader';
import { type ClipPlan, ClipPlanner } from '../data/clip-planner';
import { frameRateAsTrained } from '../data/video/other-rate';
import { defaultThreads, VideoIndexer } from '../data/video/video-indexer';
import type { Evaluation } from '../metrics/evaluation';
import type { MovinetModel } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import type { ReadingOptions } from '../native/video';
import type { SessionConfig } from '../runtime/session-config';
import { evaluate } from './evaluate';
import { FileViews, type Prediction } from './file-views';
import { InferenceSession } from './inference-session';

export interface PredictorOptions {
  /** Default: the clips that the model was trained on. */
  readonly clip?: MovinetModel['clip'];
  /** The clip's first frame: its number, or `center` (default) for the middle of the video. */
  readonly start?: number | 'center';
  /** Clips of a video, evenly spread over it, of which the probabilities are averaged. Default 1. */
  readonly clipsPerVideo?: number;
  /** Of each clip: 1 (default) is the whole frame, 3 are squares at both ends and in the middle of its longer side, averaged too. */
  readonly crops?: 1 | 3;
  /** What stands in place of the frames that a video shorter than a clip lacks. Default: as `clip` has it. */
  readonly short?: ShortVideos | undefined;
  /** Clips classified at a time. Default 8. */
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

type Settings = Required<Pick<PredictorOptions, 'clip' | 'batchSize' | 'threads'>> &
  Pick<PredictorOptions, 'reading'> & { readonly expectedFrameRate: number | undefined };

/** Which clips of a file. */
type Views = Required<Pick<PredictorOptions, 'start' | 'clipsPerVideo' | 'crops'>>;

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
    private readonly task: Task,
    private readonly settings: Settings,
    private readonly views: Views,
  ) {}

  /** Throws {@link UsageError} for numbers that make no sense, and for several clips that would all have one start. */
  static async open(model: MovinetModel, options: PredictorOptions = {}): Promise<Predictor> {
    const { addon = loadAddon(), clip: cut = model.clip, start = 'center', batchSize = 8 } = options;
    const { threads = defaultThreads(), session: config = {}, reading } = options;
    if (!Number.isSafeInteger(batchSize) || batchSize < 1)
      throw new UsageError(`batchSize must be an integer of at least 1, got ${batchSize}`);
    const views = { start, clipsPerVideo: options.clipsPerVideo ?? 1, crops: options.crops ?? 1 };
    if (start !== 'center' && views.clipsPerVideo > 1)
      throw new UsageError('Several clips of a video are spread over it: leave out their start');
    await plansOf([], views);
    const clip = clipSpec({ short: options.short }, cut);
    const expectedFrameRate = frameRateAsTrained(clip.every, model);
    const session = await InferenceSession.open(addon, model, clip, { config });
    return new Predictor(
      addon,
      session,
      model.task,
      { clip, batchSize, threads, expectedFrameRate, ...(reading && { reading }) },
      views,
    );
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
   * Classifies the clips of each video, in their order: one prediction a file. A file that cannot be decoded yields its error; the others go on. Ends with the signal's
   * reason.
   */
  async *predictAll(
    files: readonly string[],
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Prediction, void, undefined> {
    this.check();
    const { clip, batchSize, threads, reading, expectedFrameRate } = this.settings;
    const { addon, views } = this;
    const plans = await plansOf(files, views);
    const caching = files.length < WORTH_CACHING ? { cache: false } : {};
    const indexer = new VideoIndexer(files, { addon, threads, reading, ...caching });
    const loader = new ClipLoader({
      ...{ addon, clip, indexer, reading, threads, prefetch: PREFETCH },
      allocateTensor: (dtype, shape) => addon.createTensor(dtype, shape),
    });
    const open = new Map<number, FileViews>();
    let next = 0;
    for await (const decoding of loader.decodings(plans, { batchSize, signal })) {
      const rows = await untilAborted(this.classify(decoding), signal);
      for (const { index, path } of plans.slice(next, next + batchSize))
        if (!open.has(index)) open.set(index, new FileViews(path, index, clip, expectedFrameRate));
      next += batchSize;
      for (const [index, file] of open) {
        file.add(decoding, rows);
        // The last clips of a batch may have neighbours in the next one.
        if (plans[next]?.index === index) continue;
        open.delete(index);
        yield file.prediction();
      }
    }
  }

  /**
   * Loss, accuracy and every video's probabilities of a source with targets, whose clips and views are its own; of the predictor's shape. Rejects with
   * {@link UsageError} where it has other classes.
   */
  async evaluate(source: ClipSource, options: { readonly signal?: AbortSignal } = {}): Promise<Evaluation> {
    this.check();
    checkSameTask(this.task, source.task);
    return evaluate(this.session, source, { addon: this.addon, kind: this.task.kind, ...options });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.session.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The probabilities of the clips that were decoded. */
  private async classify({ decoded }: Decoding): Promise<Float32Array[]> {
    if (decoded === undefined) return [];
    using clips = decoded.clips;
    const { logits } = await this.session.evaluate(clips);
    const batch = decoded.plans.length;
    return rowsOf(probabilities(logits, batch, this.task.kind), batch);
  }

  private check(): void {
    if (this.disposed) throw new MovinetError('The predictor was disposed: open another one');
  }
}

/** The clips of each file, neighbours; a start by its number is that of all of them. */
async function plansOf(files: readonly string[], { start, clipsPerVideo, crops }: Views): Promise<ClipPlan[]> {
  const videos = files.map((path) => ({ path, target: [] }));
  const planner = new ClipPlanner({ videos, shuffle: false, start: 'center', seed: 0, clipsPerVideo, crops });
  const plans = await planner.plan(0);
  return start === 'center' ? plans : plans.map((plan) => ({ ...plan, position: { frame: start } }));
}
