import { setTimeout as sleep } from 'node:timers/promises';
import { checkOptions } from '../../base/check-options';
import { VideoError } from '../../base/errors';
import { untilAborted } from '../../base/until-aborted';
import { loadAddon, type Addon } from '../../native/addon';
import type { NativeTensor } from '../../native/tensor';
import type { NativeVideoReader, VideoInfo } from '../../native/video';
import { type VideoFramesOptions, videoFramesSchema } from '../frame-options';
import { HandOver } from './hand-over';
import { isCamera, sourceName, withoutPassword } from './source-name';

export type { VideoFramesOptions } from '../frame-options';

/** Neighbouring frames of a video. Disposed of when the next chunk is asked for. */
export interface VideoChunk {
  /** float32 [1, frames, size, size, 3], RGB in [0, 1]. */
  readonly frames: NativeTensor;
  /** The number in the video of the chunk's last frame, from 0. */
  readonly lastFrame: number;
  /** When that frame is shown, as the source has it: it need not begin at 0; undefined where it has no times. */
  readonly seconds: number | undefined;
  /**
   * Seconds on a clock that never goes back, for differences only: of a live source when the chunk came, of a file when its last frame is shown; by the
   * frame rate (25 where that is unknown too) where the file has no times.
   */
  readonly time: number;
  /** How often the source was opened again before this chunk. */
  readonly connection: number;
}

/** What gives frames, and how it went so far. */
export interface FrameSource extends AsyncIterable<VideoChunk> {
  readonly live: boolean;
  /** Frames that a live source gave, but nobody took in time. */
  readonly droppedFrames: number;
  /** Packets that did not decode. */
  readonly damagedPackets: number;
}

const USUAL_FRAME_RATE = 25;
/** Of the time that a chunk stands for, what a live source may wait for its being taken: less than all, so that it never falls behind. */
const SPARE_SHARE = 0.9;

/**
 * Reads a file, a camera or an address ahead of whoever takes the chunks. A live source (`info.live`) goes on whether its chunks are taken or not: the newest
 * one waits, older ones are dropped and counted. A file waits, behind an address too.
 */
export class VideoFrames implements FrameSource, Disposable {
  readonly info: VideoInfo;
  readonly live: boolean;
  private readonly chunks: HandOver<VideoChunk>;
  private readonly stop = new AbortController();
  private dropped = 0;
  /** Milliseconds that a live source by time is ahead of those who take its chunks, and when that was. */
  private ahead = 0;
  private offered = performance.now();

  private constructor(
    readonly source: string,
    private readonly reader: NativeVideoReader,
    private readonly addon: Pick<Addon, 'createTensor'>,
    private readonly options: Required<Pick<VideoFramesOptions, 'size' | 'every' | 'chunk' | 'realtime'>>,
  ) {
    this.info = reader.info;
    this.live = reader.info.live;
    this.chunks = new HandOver(this.live || options.realtime ? 'newest' : 'wait');
  }

  /** Rejects with {@link VideoError} for a source that cannot be opened, and UsageError for options that are none. */
  static async open(source: string, options: VideoFramesOptions): Promise<VideoFrames> {
    checkOptions('VideoFrames', videoFramesSchema, options);
    const {
      size,
      every = { frames: 1 },
      chunk = 1,
      realtime = false,
      signal,
      addon = loadAddon(),
      ...opening
    } = options;
    signal?.throwIfAborted();
    // A signal of its own: the caller's may outlive many openings, and would keep a listener for each.
    const stop = signal === undefined ? {} : { signal: AbortSignal.any([signal]) };
    const opened = addon.openVideo(source, { ...opening, ...stop }).catch((error: unknown) => {
      throw withoutPassword(error, source);
    });
    const reader = await untilAborted(opened, signal, (late) => late.close());
    const video = new VideoFrames(source, reader, addon, { size, every, chunk, realtime });
    signal?.addEventListener('abort', () => video.dispose(), { once: true, signal: video.stop.signal });
    if (signal?.aborted === true) video.dispose();
    return video;
  }

  get droppedFrames(): number {
    return this.dropped;
  }

  get damagedPackets(): number {
    return this.reader.position.damagedPackets;
  }

  /**
   * Once only. Ends after the last frame of a file, and after `dispose()` or the signal. Throws {@link VideoError} where the connection is lost, where a live
   * source gives no more frames, and of `realtime` where a file has neither times nor a frame rate.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<VideoChunk, void, undefined> {
    void this.readAll();
    try {
      for (;;) {
        const chunk = await this.chunks.take();
        if (chunk === undefined) return;
        using frames = chunk.frames;
        yield { ...chunk, frames };
      }
    } finally {
      this.dispose();
    }
  }

  dispose(): void {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    this.reader.close();
    this.chunks.clear()?.frames.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Never rejects: whoever takes the chunks gets to know. */
  private async readAll(): Promise<void> {
    const begin = performance.now();
    let first: number | undefined;
    let time = -Infinity;
    try {
      for (let read = 0; ;) {
        const { frames, count, failure } = await this.readChunk(read);
        if (frames !== undefined) {
          read += count;
          const { frame: lastFrame, seconds } = this.lastTaken(read);
          time = Math.max(time, this.timeOf(lastFrame, seconds));
          const due = this.dueOf(read, time);
          first ??= due;
          try {
            await this.pace(begin + 1000 * (due - first), seconds);
          } catch (error) {
            frames.dispose();
            throw error;
          }
          await this.offer({ frames, lastFrame, seconds, time, connection: 0 });
        }
        if (failure === undefined && count === this.options.chunk) continue;
        this.endWith(failure ?? (this.live ? this.goneAway(read) : undefined));
        return;
      }
    } catch (error) {
      this.endWith(error);
    }
  }

  private endWith(failure: unknown): void {
    this.chunks.end(this.stop.signal.aborted ? undefined : withoutPassword(failure, this.source));
  }

  /** The frame that was taken last, of `read`. The reader may have passed over some more since, on its way to the next. */
  private lastTaken(read: number): { frame: number; seconds: number | undefined } {
    const { every } = this.options;
    const { frame, seconds } = this.reader.position;
    return { frame: 'frames' in every ? (read - 1) * every.frames : frame, seconds };
  }

  private timeOf(frame: number, seconds: number | undefined): number {
    if (this.live) return performance.now() / 1000;
    return seconds ?? frame / (this.info.fps || USUAL_FRAME_RATE);
  }

  /** When a file that is played at its own speed gives its frames: by time it shows some as often as they are asked for, each in its turn. */
  private dueOf(read: number, time: number): number {
    const { every } = this.options;
    return 'frames' in every ? time : (read - 1) * every.seconds;
  }

  /** Of a file that is played at its own speed, waits until a frame is due. */
  private async pace(due: number, seconds: number | undefined): Promise<void> {
    if (!this.options.realtime || this.live) return;
    if (seconds === undefined && this.info.fps === 0) {
      const name = sourceName(this.source);
      throw new VideoError(`Cannot play ${name} at its own speed: it has neither times nor a frame rate`, name);
    }
    await sleep(due - performance.now(), undefined, { signal: this.stop.signal });
  }

  private async offer(chunk: VideoChunk): Promise<void> {
    const untaken = await this.chunks.put(chunk, this.patience());
    if (untaken === undefined) return;
    if (untaken !== chunk) this.dropped += untaken.frames.shape[1] as number;
    untaken.frames.dispose();
  }

  /**
   * By time a live source that is slower than its frames are asked for gives them in bursts, those of one frame when the next one comes: they are waited with
   * for as long as they stand for.
   */
  private patience(): number | undefined {
    const { every, chunk } = this.options;
    if (!this.live || 'frames' in every) return undefined;
    const now = performance.now();
    this.ahead = Math.max(0, this.ahead - (now - this.offered)) + SPARE_SHARE * 1000 * every.seconds * chunk;
    this.offered = now;
    return this.ahead;
  }

  /** The frames that were there, none at the end; and with what the reading ended before them all. */
  private async readChunk(
    read: number,
  ): Promise<{ frames: NativeTensor | undefined; count: number; failure?: unknown }> {
    const { size, chunk, every } = this.options;
    const frames = this.addon.createTensor('float32', [1, chunk, size, size, 3]);
    try {
      const count = await this.reader.read(frames, chunk, 'frames' in every ? every.frames : every);
      return { frames: this.firstOf(frames, count), count };
    } catch (failure) {
      if (this.stop.signal.aborted) {
        frames.dispose();
        throw failure;
      }
      // By time one frame may be taken several times: what came of the chunk is not known.
      const there = 'frames' in every ? Math.floor(this.reader.position.frame / every.frames) + 1 - read : 0;
      const count = Math.min(Math.max(there, 0), chunk - 1);
      return { frames: this.firstOf(frames, count), count, failure };
    }
  }

  private firstOf(all: NativeTensor, count: number): NativeTensor | undefined {
    const { size, chunk } = this.options;
    if (count === chunk) return all;
    using whole = all;
    if (count === 0) return undefined;
    const rest = this.addon.createTensor('float32', [1, count, size, size, 3]);
    const values = rest.data() as Float32Array;
    values.set((whole.data() as Float32Array).subarray(0, values.length));
    return rest;
  }

  private goneAway(read: number): VideoError {
    const name = sourceName(this.source);
    return new VideoError(
      isCamera(this.source)
        ? `The camera ${name} gives no more frames after ${read}: was it unplugged?`
        : `The stream ${name} ended, or its connection was lost, after ${read} frames`,
      name,
    );
  }
}
