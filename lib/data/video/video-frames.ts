import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError, VideoError } from '../../base/errors';
import { untilAborted } from '../../base/until-aborted';
import { loadAddon, type Addon } from '../../native/addon';
import type { NativeTensor } from '../../native/tensor';
import type { NativeVideoReader, VideoInfo } from '../../native/video';
import { HandOver } from './hand-over';

export interface VideoFramesOptions {
  /** Frames are resized with padding to `size`² pixels. */
  readonly size: number;
  /** Every `frameStep`-th frame of the video is taken. Default 1. */
  readonly frameStep?: number;
  /** Frames in a chunk; the last one of a file may have fewer. Default 1. */
  readonly chunk?: number;
  /** A file is played at its own speed, as if it were a camera: what is not taken in time is dropped. Default false. */
  readonly realtime?: boolean;
  /** Ends the reading; what was read can still be taken. */
  readonly signal?: AbortSignal;
  /** Default: the addon of this package. */
  readonly addon?: Pick<Addon, 'openVideo' | 'createTensor'>;
}

/** Neighbouring frames of a video. Disposed of when the next chunk is asked for. */
export interface VideoChunk {
  /** float32 [1, frames, size, size, 3], RGB in [0, 1]. */
  readonly frames: NativeTensor;
  /** The number in the video of the chunk's last frame, from 0. */
  readonly lastFrame: number;
  /** When that frame is shown, from the beginning of the video; undefined for a live source and where the frame rate is unknown. */
  readonly seconds: number | undefined;
}

/** A stream of known length that ends before this share of it has lost its connection. */
const LEAST_SHARE = 0.9;

const isCamera = (source: string): boolean => /^\d{1,4}$/.test(source);
const isAddress = (source: string): boolean => source.includes('://');

/** What to call a source in a message: an address without its password, or a path. */
export const sourceName = (source: string): string => (isAddress(source) ? source.replace(/:\/\/.*@/, '://') : source);

/** The decoder calls a source what it was given, with its password. */
function withoutPassword(error: unknown, source: string): unknown {
  const name = sourceName(source);
  if (name === source || !(error instanceof VideoError)) return error;
  return new VideoError(
    error.message.replaceAll(source, () => name),
    name,
  );
}

/**
 * Reads a file, a camera or an address ahead of whoever takes the chunks. A live source, a camera or an address of unknown length, goes on
 * whether its chunks are taken or not: the newest one waits, older ones are dropped and counted. A file waits.
 */
export class VideoFrames implements AsyncIterable<VideoChunk>, Disposable {
  readonly info: VideoInfo;
  readonly live: boolean;
  private readonly chunks: HandOver<VideoChunk>;
  private readonly stop = new AbortController();
  private dropped = 0;

  private constructor(
    readonly source: string,
    private readonly reader: NativeVideoReader,
    private readonly addon: Pick<Addon, 'createTensor'>,
    private readonly options: Required<Pick<VideoFramesOptions, 'size' | 'frameStep' | 'chunk' | 'realtime'>>,
  ) {
    this.info = reader.info;
    this.live = isCamera(source) || (isAddress(source) && reader.info.frameCount === 0);
    this.chunks = new HandOver(this.live || options.realtime ? 'newest' : 'wait');
  }

  /** Rejects with {@link VideoError} for a source that cannot be opened, and {@link UsageError} for sizes that are none. */
  static async open(source: string, options: VideoFramesOptions): Promise<VideoFrames> {
    const { size, frameStep = 1, chunk = 1, realtime = false, signal, addon = loadAddon() } = options;
    for (const [name, value] of Object.entries({ size, frameStep, chunk })) {
      if (!Number.isSafeInteger(value) || value < 1) throw new UsageError(`${name} must be at least 1, got ${value}`);
    }
    signal?.throwIfAborted();
    const opening = addon.openVideo(source).catch((error: unknown) => {
      throw withoutPassword(error, source);
    });
    const reader = await untilAborted(opening, signal, (late) => late.close());
    const video = new VideoFrames(source, reader, addon, { size, frameStep, chunk, realtime });
    if (realtime && !video.live && reader.info.fps === 0) {
      video.dispose();
      const name = sourceName(source);
      throw new VideoError(`Cannot play ${name} at its own speed: the file does not tell its frame rate`, name);
    }
    signal?.addEventListener('abort', () => video.dispose(), { once: true, signal: video.stop.signal });
    if (signal?.aborted === true) video.dispose();
    return video;
  }

  /** Frames that a live source gave, but nobody took in time. */
  get droppedFrames(): number {
    return this.dropped;
  }

  /**
   * Once only. Ends after the last frame of a file, and after `dispose()` or the signal. Throws {@link VideoError} where a live source gives no
   * more frames.
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
    const { size, frameStep, chunk, realtime } = this.options;
    const paced = realtime && !this.live;
    const begin = performance.now();
    try {
      for (let read = 0; ;) {
        const next = await this.readChunk(size, chunk, frameStep);
        if (next !== undefined) {
          read += next.count;
          const lastFrame = (read - 1) * frameStep;
          const seconds = this.live || this.info.fps === 0 ? undefined : lastFrame / this.info.fps;
          try {
            if (paced)
              await sleep(begin + 1000 * (seconds ?? 0) - performance.now(), undefined, { signal: this.stop.signal });
          } catch (error) {
            next.frames.dispose();
            throw error;
          }
          await this.offer({ frames: next.frames, lastFrame, seconds });
        }
        if (next?.count !== chunk) {
          this.chunks.end(this.live || this.isCutShort(read) ? this.goneAway(read) : undefined);
          return;
        }
      }
    } catch (error) {
      this.chunks.end(this.stop.signal.aborted ? undefined : withoutPassword(error, this.source));
    }
  }

  private async offer(chunk: VideoChunk): Promise<void> {
    const untaken = await this.chunks.put(chunk);
    if (untaken === undefined) return;
    if (untaken !== chunk) this.dropped += untaken.frames.shape[1] as number;
    untaken.frames.dispose();
  }

  /** Undefined at the end. */
  private async readChunk(
    size: number,
    chunk: number,
    frameStep: number,
  ): Promise<{ frames: NativeTensor; count: number } | undefined> {
    const frames = this.addon.createTensor('float32', [1, chunk, size, size, 3]);
    let count: number;
    try {
      count = await this.reader.read(frames, chunk, frameStep);
    } catch (error) {
      frames.dispose();
      throw error;
    }
    if (count === chunk) return { frames, count };
    using whole = frames;
    if (count === 0) return undefined;
    const rest = this.addon.createTensor('float32', [1, count, size, size, 3]);
    const values = rest.data() as Float32Array;
    values.set((whole.data() as Float32Array).subarray(0, values.length));
    return { frames: rest, count };
  }

  /** Whether an address of known length gave much less than that; containers only estimate their length. */
  private isCutShort(read: number): boolean {
    return isAddress(this.source) && read * this.options.frameStep < LEAST_SHARE * this.info.frameCount;
  }

  private goneAway(read: number): VideoError {
    const { source } = this;
    const of = this.live ? '' : ` of some ${Math.ceil(this.info.frameCount / this.options.frameStep)}`;
    const after = `after ${read}${of} frames`;
    return new VideoError(
      isCamera(source)
        ? `The camera ${source} gives no more frames ${after}: was it unplugged?`
        : `The stream ${sourceName(source)} ended, or its connection was lost, ${after}`,
      sourceName(source),
    );
  }
}
