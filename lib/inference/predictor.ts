import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import { checkOptions } from '../base/check-options';
import { checkSameCut } from '../base/clip';
import { DisposedError } from '../base/errors';
import { type AnyIterable, inOrder } from '../base/in-order';
import { checkSameTask, probabilities, rowsOf } from '../base/task';
import { untilAborted } from '../base/until-aborted';
import { type AllocateTensor, decodeClips } from '../data/clip-decoding';
import type { ClipSource } from '../data/clip-source';
import type { ClipPlan } from '../data/clip-planner';
import { cutRgbClips, type RgbClip } from '../data/rgb-frames';
import { frameRateAsTrained } from '../data/video/other-rate';
import { VideoIndexer } from '../data/video/video-indexer';
import type { Evaluation } from '../metrics/evaluation';
import { chosenMetrics, type MetricChoice } from '../metrics/meters';
import { checkFinite } from '../metrics/outcome';
import { type MovinetModel, modelSchema } from '../model/movinet-model';
import { loadAddon, type Addon } from '../native/addon';
import type { NativeTensor } from '../native/tensor';
import type { NativeClipDecoder } from '../native/video';
import { evaluate } from './evaluate';
import { FileViews, type Prediction } from './file-views';
import { InferenceSession } from './inference-session';
import { ClipLine, type ReadClips } from './prediction/clip-line';
import { clipBatches, clipCount } from './prediction/clip-tensor';
import { type PredictorOptions, predictorSettings, type PredictorSettings } from './prediction/predictor-options';
import { checkSeveral, nameOf, plansOf, type VideoInput } from './prediction/video-input';

export type { PredictorOptions, VideoInput };

/** Batches of clips that `predictAll` takes ahead: two under way and one that waits. */
const BATCHES_AHEAD = 3;
/** Fewer videos are indexed sooner than their indexes are looked up. */
const WORTH_CACHING = 100;

interface Parts {
  readonly addon: Addon;
  readonly model: MovinetModel;
  readonly settings: PredictorSettings;
  readonly session: InferenceSession;
  /** The clips of any video. */
  readonly plans: readonly ClipPlan[];
}

export interface CallOptions {
  /** Ends the call with the signal's reason, at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A model kept ready to classify videos: one session and one decoder for all calls, which may come at the same time: they share batches, so that many of them take
 * no more memory than one. The caller disposes it; calls under way then reject.
 */
export class Predictor implements Disposable {
  private readonly closing = new AbortController();
  private readonly decoder: NativeClipDecoder;
  private readonly line: ClipLine;
  private readonly indexer: VideoIndexer;
  private readonly readFiles: ReadClips;
  private readonly readFrames: ReadClips;
  private readonly expectedFrameRate: number | undefined;
  private asked = 0;

  private constructor(private readonly parts: Parts) {
    const { addon, model, settings, session } = parts;
    const { clip, pixels, decodeThreads, reading, batchSize } = settings;
    // Any number of calls may be under way.
    setMaxListeners(0, this.closing.signal);
    this.decoder = addon.createClipDecoder(decodeThreads, reading);
    this.indexer = new VideoIndexer([], { addon, decodeThreads, reading, cache: false });
    this.readFiles = this.readerBy(this.indexer);
    const allocateTensor: AllocateTensor = (dtype, shape) => addon.createTensor(dtype, shape);
    this.readFrames = (clips, signal) =>
      cutRgbClips(clips as readonly RgbClip[], { clip, pixels, allocateTensor }, signal);
    this.expectedFrameRate = frameRateAsTrained(clip.every, model);
    const abortReading = (): void => this.decoder.abort();
    this.line = new ClipLine({ runner: session, kind: model.task.kind, batchSize, abortReading });
  }

  /**
   * Rejects with {@link UsageError} for options that make no sense, for what is no option, and for several clips that would all have one start.
   */
  static async open(model: MovinetModel, options: PredictorOptions = {}): Promise<Predictor> {
    checkOptions('Predictor', z.object({ model: modelSchema }), { model });
    const settings = predictorSettings(options, model);
    const { addon = loadAddon() } = options;
    const session = await InferenceSession.open(addon, model, settings.clip, { config: settings.session });
    try {
      return new Predictor({ addon, model, settings, session, plans: await plansOf(settings) });
    } catch (error) {
      session.dispose();
      throw error;
    }
  }

  /** Lets TensorFlow do what it does at a first run, which takes a second or so. */
  async warmUp({ signal }: CallOptions = {}): Promise<void> {
    const ends = this.signalOf(signal);
    const { pixels, clip } = this.parts.settings;
    const { frames, size } = clip;
    using clips = this.parts.addon.createTensor(pixels, [1, frames, size, size, 3]);
    await untilAborted(this.parts.session.evaluate(clips), ends);
  }

  /**
   * The probabilities of the classes in one video, [classes]. Rejects with {@link VideoError} for a file that cannot be decoded, {@link UsageError} for frames that
   * are none, {@link DivergedError} for logits that are not finite.
   */
  async predict(video: VideoInput, { signal }: CallOptions = {}): Promise<Float32Array> {
    const prediction = await this.classify(video, this.signalOf(signal));
    if ('error' in prediction) throw prediction.error;
    return prediction.probabilities;
  }

  /**
   * Classifies each video: one prediction for each, in their order. A file that cannot be decoded yields its error; the others go on. Videos may come one by one:
   * few are taken ahead of whoever takes the predictions, and none waits for the next one to come. Ends with the signal's reason, at once, whatever the videos do;
   * with {@link DivergedError} where logits are not finite, as a broken model breaks all; with {@link UsageError} for what is no video; with what `videos` throws.
   */
  async *predictAll(
    videos: AnyIterable<VideoInput>,
    { signal }: CallOptions = {},
  ): AsyncGenerator<Prediction, void, undefined> {
    const ends = this.signalOf(signal);
    checkSeveral(videos);
    const { batchSize } = this.parts.settings;
    const atOnce = Math.max(2, Math.ceil((BATCHES_AHEAD * batchSize) / this.parts.plans.length));
    const listed = Array.isArray(videos) ? this.listed(videos) : undefined;
    try {
      yield* inOrder(videos, (video, stop) => this.classify(video, stop, listed?.read), { atOnce, signal: ends });
    } finally {
      listed?.ahead[Symbol.dispose]();
    }
  }

  /**
   * The probabilities of clips that are ready, [classes] of each: [n, frames, size, size, 3] as the predictor's clips are, RGB, float32 in [0, 1] or uint8. The tensor stays the
   * caller's, and must not be changed until then. Rejects with {@link UsageError} for another shape, {@link DivergedError} for logits that are not finite.
   */
  async predictClips(clips: NativeTensor, { signal }: CallOptions = {}): Promise<Float32Array[]> {
    const ends = this.signalOf(signal);
    const { addon, session, model, settings } = this.parts;
    clipCount(clips, settings.clip);
    const found: Float32Array[] = [];
    for await (const batch of clipBatches(addon, clips, settings.batchSize)) {
      const { logits } = await untilAborted(session.evaluate(batch), ends);
      for (const row of rowsOf(logits, batch.shape[0] as number)) {
        checkFinite({ logits: row, losses: Float32Array.of(0) }, [`clip ${found.length}`]);
        found.push(probabilities(row, 1, model.task.kind));
      }
    }
    return found;
  }

  /**
   * The metrics (default: loss and accuracy) and every video's probabilities of a source with targets, with as many clips of each video as it has.
   * Rejects with {@link UsageError} where it has other classes, or clips cut otherwise than the predictor's.
   */
  async evaluate(
    source: ClipSource,
    { metrics, ...options }: CallOptions & { readonly metrics?: readonly MetricChoice[] } = {},
  ): Promise<Evaluation> {
    const signal = this.signalOf(options.signal);
    const { addon, model, session, settings } = this.parts;
    const { task } = model;
    checkSameTask(task, source.task);
    checkSameCut(settings.clip, source.clip, 'cut them alike, or open a predictor with { clip: source.clip }');
    return await evaluate(session, source, { addon, task, metrics: chosenMetrics(metrics, task), signal });
  }

  dispose(): void {
    if (this.closing.signal.aborted) return;
    this.closing.abort(new DisposedError('The predictor was disposed: open another one'));
    this.decoder.close();
    this.parts.session.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Of the caller and of the predictor, which may have been disposed. */
  private signalOf(signal: AbortSignal | undefined): AbortSignal {
    const { signal: closing } = this.closing;
    closing.throwIfAborted();
    signal?.throwIfAborted();
    return signal === undefined ? closing : AbortSignal.any([closing, signal]);
  }

  private async classify(video: VideoInput, signal: AbortSignal, read = this.readFiles): Promise<Prediction> {
    const { settings, plans } = this.parts;
    const name = nameOf(video, settings);
    const isFile = typeof video === 'string';
    const index = this.asked++;
    const order = {
      ...{ name, video, read: isFile ? read : this.readFrames },
      plans: plans.map((plan) => ({ ...plan, index, path: name })),
      views: new FileViews(name, index, settings.clip, this.expectedFrameRate),
    };
    if (!isFile || read !== this.readFiles) return await this.line.classify(order, signal);
    const indexed = this.indexer.of(video);
    const forget = (): void => this.indexer.forget(video);
    try {
      return await this.line.classify(order, signal);
    } finally {
      indexed.then(forget, forget);
    }
  }

  /** Of a long list the indexes are made further ahead, and kept for later runs. */
  private listed(videos: readonly VideoInput[]): { ahead: Disposable; read: ReadClips } | undefined {
    const files = [...new Set(videos.filter((video) => typeof video === 'string'))];
    if (files.length < WORTH_CACHING) return undefined;
    for (const file of files) nameOf(file, this.parts.settings);
    const { addon, settings } = this.parts;
    const indexer = new VideoIndexer(files, {
      addon,
      decodeThreads: settings.decodeThreads,
      reading: settings.reading,
    });
    return { ahead: indexer.ahead(files), read: this.readerBy(indexer) };
  }

  private readerBy(indexer: VideoIndexer): ReadClips {
    const { addon, settings } = this.parts;
    const allocateTensor: AllocateTensor = (dtype, shape) => addon.createTensor(dtype, shape);
    const { clip, pixels } = settings;
    const tools = { addon, clip, pixels, indexer, decoder: this.decoder, allocateTensor };
    return (clips, signal) =>
      decodeClips(
        clips.map(({ plan }) => plan),
        tools,
        signal,
      );
  }
}
