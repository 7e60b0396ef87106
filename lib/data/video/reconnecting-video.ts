import { setTimeout as sleep } from 'node:timers/promises';
import { checkOptions } from '../../base/check-options';
import { VideoError } from '../../base/errors';
import {
  type ReconnectingVideoOptions,
  reconnectingVideoSchema,
  type VideoFramesOptions,
  videoFramesSchema,
} from '../frame-options';
import { VideoFrames, type FrameSource, type VideoChunk } from './video-frames';

export type { LostConnection, ReconnectingVideoOptions } from '../frame-options';

const BACK_OFF = [1, 2, 4, 8, 16, 30];

/** What one connection is opened with. */
function openingOf(options: ReconnectingVideoOptions): VideoFramesOptions {
  const own = Object.entries(options).filter(([option]) => option in videoFramesSchema.shape);
  return Object.fromEntries(own) as unknown as VideoFramesOptions;
}

/**
 * A video as {@link VideoFrames} that opens a live source anew when it gives no more frames. Frame numbers and the counts go on; `connection` of the chunks
 * tells that there was a gap. A file is read once.
 */
export class ReconnectingVideo implements FrameSource, Disposable {
  private connection = 0;
  private droppedBefore = 0;
  private damagedBefore = 0;

  private constructor(
    private video: VideoFrames,
    private readonly options: ReconnectingVideoOptions & { readonly signal: AbortSignal },
    private readonly stop: AbortController,
  ) {}

  /** Rejects with {@link VideoError} for a source that cannot be opened at all: only what gave frames before is tried again. */
  static async open(source: string, options: ReconnectingVideoOptions): Promise<ReconnectingVideo> {
    checkOptions('ReconnectingVideo', reconnectingVideoSchema, options);
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    const whole = { ...options, signal };
    return new ReconnectingVideo(await VideoFrames.open(source, openingOf(whole)), whole, stop);
  }

  /** Frames per second as the source tells it; 0 where it does not. */
  get frameRate(): number {
    return this.video.info.fps;
  }

  get live(): boolean {
    return this.video.live;
  }

  get droppedFrames(): number {
    return this.droppedBefore + this.video.droppedFrames;
  }

  /** How often the source was opened again. */
  get reconnects(): number {
    return this.connection;
  }

  get damagedPackets(): number {
    return this.damagedBefore + this.video.damagedPackets;
  }

  /** Once only. Ends and throws as {@link VideoFrames} does, of a live source after the last try. */
  async *[Symbol.asyncIterator](): AsyncGenerator<VideoChunk, void, undefined> {
    let next = 0;
    let lastCame = performance.now();
    for (let attempt = 0; ;) {
      const before = next;
      const { connection } = this;
      let here = false;
      try {
        for await (const chunk of this.video) {
          const gap = (performance.now() - lastCame) / 1000;
          lastCame = performance.now();
          attempt = 0;
          if (!here && connection > 0) this.options.onBack?.(gap);
          here = true;
          const lastFrame = before + chunk.lastFrame;
          next = lastFrame + 1;
          yield { ...chunk, lastFrame, connection };
        }
        return;
      } catch (error) {
        const again = await this.openAgain(error, attempt);
        if (again === undefined) return;
        attempt = again;
        this.connection += 1;
      }
    }
  }

  dispose(): void {
    this.stop.abort();
    this.video.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The number of the try that opened the source; undefined where the signal came first. Throws what is not to be tried again. */
  private async openAgain(lost: unknown, before: number): Promise<number | undefined> {
    const { reconnect = Infinity, backOff = BACK_OFF, signal, onLost } = this.options;
    let error = lost;
    for (let attempt = before + 1; ; attempt++) {
      if (!(error instanceof VideoError) || !this.live || reconnect === 0) throw error;
      if (attempt > reconnect) {
        const times = reconnect === 1 ? 'one try' : `${reconnect} tries`;
        throw new VideoError(`${error.message}; it did not come back in ${times}`, error.path);
      }
      const seconds = backOff[Math.min(attempt, backOff.length) - 1] as number;
      onLost?.({ error, attempt, seconds });
      try {
        await sleep(1000 * seconds, undefined, { signal });
        const video = await VideoFrames.open(this.video.source, openingOf(this.options));
        this.droppedBefore += this.video.droppedFrames;
        this.damagedBefore += this.video.damagedPackets;
        this.video = video;
        return attempt;
      } catch (failure) {
        if (signal.aborted) return undefined;
        error = failure;
      }
    }
  }
}
