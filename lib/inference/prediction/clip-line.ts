import { checkFinite } from '../../metrics/outcome';
import { probabilities, rowsOf, type TaskKind } from '../../base/task';
import type { Decoding } from '../../data/clip-decoding';
import type { ClipPlan } from '../../data/clip-planner';
import type { FileViews, Prediction } from '../file-views';
import type { Runner } from '../runner';
import type { VideoInput } from './video-input';

export interface PlannedClip {
  readonly plan: ClipPlan;
  readonly video: VideoInput;
}

/** Reads clips of one kind of videos, a batch at a time. */
export type ReadClips = (clips: readonly PlannedClip[], signal: AbortSignal) => Promise<Decoding>;

/** A video with the clips that its prediction is the mean of. */
export interface Order {
  readonly name: string;
  readonly video: VideoInput;
  /** At least one. */
  readonly plans: readonly ClipPlan[];
  readonly read: ReadClips;
  /** Gathers what they come to. */
  readonly views: FileViews;
}

/** An order on its way. */
interface Job extends Order {
  /** Clips that no batch has yet. */
  due: readonly ClipPlan[];
  /** Clips that did not come back yet. */
  open: number;
  /** Whether somebody waits for it. */
  wanted: boolean;
  readonly resolve: (prediction: Prediction) => void;
  readonly reject: (reason: unknown) => void;
}

interface Batch {
  readonly clips: readonly (PlannedClip & { readonly job: Job })[];
  readonly stop: AbortController;
}

export interface ClipLineOptions {
  readonly runner: Pick<Runner, 'evaluate'>;
  readonly kind: TaskKind;
  /** Clips in a batch, at most. */
  readonly batchSize: number;
  /** Stops whatever is being read: called where nobody waits for any of it. */
  readonly abortReading: () => void;
}

/** One is read while one is classified. */
const BATCHES_UNDER_WAY = 2;

/**
 * Classifies clips of whoever asks, in the order of asking: the clips of all callers share batches, so that memory is that of two batches however many there are.
 * A batch begins as soon as there is room for it, full or not; nothing waits for clips that may never come.
 */
export class ClipLine {
  private waiting: Job[] = [];
  private readonly underWay = new Set<Batch>();
  private scheduled = false;

  constructor(private readonly options: ClipLineOptions) {}

  /**
   * What becomes of a video. Rejects with the signal's reason, at once; with DivergedError, which names the video, where its logits are not finite; with whatever
   * a whole batch failed of.
   */
  async classify(order: Order, signal: AbortSignal): Promise<Prediction> {
    signal.throwIfAborted();
    let abort = (): void => undefined;
    const prediction = new Promise<Prediction>((resolve, reject) => {
      const { plans } = order;
      const job: Job = { ...order, due: plans, open: plans.length, wanted: true, resolve, reject };
      abort = () => this.drop(job, signal.reason);
      this.waiting.push(job);
    });
    signal.addEventListener('abort', abort, { once: true });
    this.schedule();
    try {
      return await prediction;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** In a turn of the event loop that is still to come: whoever goes on asking until then shares the batch. */
  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.underWay.size === BATCHES_UNDER_WAY) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.waiting.length > 0 && this.underWay.size < BATCHES_UNDER_WAY) void this.work(this.nextBatch());
    });
  }

  /** The next clips that are read the same way as the very next. */
  private nextBatch(): Batch {
    const clips: Batch['clips'][number][] = [];
    const read = this.waiting[0]?.read;
    for (const job of this.waiting) {
      if (job.read !== read) continue;
      const taken = job.due.slice(0, this.options.batchSize - clips.length);
      job.due = job.due.slice(taken.length);
      for (const plan of taken) clips.push({ plan, video: job.video, job });
    }
    this.waiting = this.waiting.filter(({ due }) => due.length > 0);
    return { clips, stop: new AbortController() };
  }

  /** Never rejects: those who wait get to know. */
  private async work(batch: Batch): Promise<void> {
    const { clips, stop } = batch;
    this.underWay.add(batch);
    try {
      const [{ job }] = clips as [Batch['clips'][number]];
      const decoding = await job.read(clips, stop.signal);
      this.deliver(batch, decoding, await this.rowsOf(decoding));
    } catch (error) {
      for (const { job } of clips) this.drop(job, error);
    } finally {
      this.underWay.delete(batch);
      this.schedule();
    }
  }

  /** The logits of the clips that were read. */
  private async rowsOf({ decoded }: Decoding): Promise<Float32Array[]> {
    if (decoded === undefined) return [];
    using clips = decoded.clips;
    const { logits } = await this.options.runner.evaluate(clips);
    return rowsOf(logits, decoded.plans.length);
  }

  private deliver({ clips }: Batch, decoding: Decoding, logits: readonly Float32Array[]): void {
    const rows = logits.map((row) => probabilities(row, 1, this.options.kind));
    for (const job of new Set(clips.map((clip) => clip.job))) {
      const own = logits.filter((_, row) => job.plans.includes(decoding.decoded?.plans[row] as ClipPlan));
      try {
        for (const row of own) checkFinite({ logits: row, losses: Float32Array.of(0) }, [job.name]);
        job.views.add(decoding, rows);
        job.open -= clips.filter((clip) => clip.job === job).length;
        if (job.open === 0) this.finish(job, job.views.prediction());
      } catch (error) {
        this.drop(job, error);
      }
    }
  }

  private finish(job: Job, prediction: Prediction): void {
    job.wanted = false;
    job.resolve(prediction);
  }

  /** Whatever batch it is in goes on for the others; where there are none, its reading ends. */
  private drop(job: Job, reason: unknown): void {
    if (!job.wanted) return;
    job.wanted = false;
    job.reject(reason);
    this.waiting = this.waiting.filter((other) => other !== job);
    for (const { clips, stop } of this.underWay) if (!clips.some((clip) => clip.job.wanted)) stop.abort(reason);
    if ([...this.underWay].every(({ stop }) => stop.signal.aborted)) this.options.abortReading();
  }
}
