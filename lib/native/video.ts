import type { NativeTensor } from './tensor';

/** What a video's container says of it. */
export interface VideoInfo {
  width: number;
  height: number;
  /** The container's estimate; the stream may end earlier or later. 0 where unknown. */
  frameCount: number;
  /** Frames per second; 0 where unknown. */
  fps: number;
}

/** The outcome for one file of {@link VideoAddon.probeVideos}: opened and its first frame decoded, or why not. */
export type ProbeResult = { ok: true; info: VideoInfo } | { ok: false; error: string };

/** One clip to decode: frames `start`, `start + step`, … (`frames` of them), resized with padding to `size`². */
export interface ClipRequest {
  path: string;
  start: number;
  step: number;
  frames: number;
  /** Index along the batch axis of the target tensor. */
  slot: number;
}

/** What one clip's decoding came to. A clip that starts past the end is `ok` with no decoded frames. */
export type ClipResult =
  | { ok: true; decodedFrames: number } /* fewer than asked: the rest of the slot is zero frames */
  | { ok: false; error: string };

/** A pool of decoding threads. Calls under way share it in the order in which they came. */
export interface NativeClipDecoder extends Disposable {
  /**
   * Fills the requests' slots of `into` ([batch, frames, size, size, 3], RGB: float32 in [0, 1], or uint8, the same times 255, rounded) and leaves the
   * others alone.
   * A file that fails leaves its slot zero and reports `ok: false`; the others go on. Rejects with a TypeError for a request that
   * does not fit `into` and for a slot that something else of this process fills.
   */
  decode(requests: ClipRequest[], into: NativeTensor): Promise<ClipResult[]>;
  /** Makes the calls under way reject with an `AbortError`, within a frame's time. */
  abort(): void;
  /** Aborts, and refuses further calls. */
  close(): void;
}

/** Reads one video frame after frame. Calls on one reader run one after the other. */
export interface NativeVideoReader extends Disposable {
  readonly info: VideoInfo;
  /**
   * Decodes the next frames, `step` apart, resized with padding, into `into` ([1, frames, size, size, 3], float32 or uint8) from frame 0 of the tensor;
   * resolves to how many were there: fewer than asked at the end.
   */
  read(into: NativeTensor, frames: number, step: number): Promise<number>;
  /** The reads under way reject. */
  close(): void;
}

/**
 * Writes 8-bit RGB frames as a video file, under a hidden name beside its own until it is complete. Calls on one writer run
 * one after the other and reject with a `VideoError` where the file cannot be written.
 */
export interface NativeVideoWriter {
  /** `frames`: RGB bytes of one or more whole frames. */
  write(frames: Uint8Array): Promise<void>;
  /** Ends the file, checks that all of it reached the disk and gives it its name; without `close()` nothing is left of it. */
  close(): Promise<void>;
}

export interface VideoAddon {
  openCvVersion(): string;
  probeVideos(paths: string[], threads: number): Promise<ProbeResult[]>;
  createClipDecoder(threads: number): NativeClipDecoder;
  /** `source`: a file, a URL (with `://`) or the number of a camera. Rejects with a `VideoError`. */
  openVideo(source: string): Promise<NativeVideoReader>;
  /** `fourcc`: four characters, e.g. `MJPG`. Rejects with a `VideoError`. */
  createVideoWriter(
    path: string,
    options: { width: number; height: number; fps: number; fourcc: string },
  ): Promise<NativeVideoWriter>;
}
