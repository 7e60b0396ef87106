import type { NativeTensor } from './tensor';

/** What may be read, and how frames are shown. */
export interface ReadingOptions {
  /** Whether a file may name others that are read in its place: HLS and DASH playlists, lists of pictures. Default false. */
  readonly allowPlaylists?: boolean;
  /** Whether frames whose pixels are not square are stretched to the shape they are meant to have. Default false, as in the tutorial. */
  readonly pixelAspect?: boolean;
  /** Frames of more pixels are refused. Default and most: 2^26, 8192 × 8192. */
  readonly maxPixels?: number;
  /** Frames per second of a folder of pictures, whose files have no times. Default 0: unknown. */
  readonly pictureRate?: number;
}

/** What is special about a video. */
export type VideoNote =
  /** An edit list hides frames: they are decoded where others need them, but not shown and not counted. */
  | 'hidden-frames'
  /** It has a cover picture beside its track. */
  | 'cover-picture'
  /** It has other video tracks. */
  | 'other-tracks'
  /** Its frames have no usable times: a frame is found by counting from the first one. */
  | 'no-timestamps'
  /** It breaks off: the container promises more than the file has. */
  | 'cut-off'
  /** Its display matrix turns it by no multiple of 90 degrees, or does not only turn it: it is shown as it is stored. */
  | 'unusual-matrix';

/** The `container` of a folder of pictures. */
export const PICTURES = 'pictures';

/** A video's main track, found out by reading its container, and by decoding where asked for or needed. */
export interface VideoIndex {
  /** In pixels, of a frame as it is shown: turned by the display matrix, and stretched where the pixel aspect counts. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise by which the stored picture is turned to be shown. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Whether it is mirrored left to right after that. */
  readonly mirrored: boolean;
  /** Width to height of a stored pixel; 1 where the file does not tell. */
  readonly sampleAspectRatio: number;
  /** FFmpeg's short name, such as `h264`. */
  readonly codec: string;
  /** FFmpeg's name of the container, such as `matroska,webm`. */
  readonly container: string;
  /** Frames that are shown. */
  readonly frameCount: number;
  /** False where only decoding would show how many frames there are. */
  readonly exact: boolean;
  /** Frames that the container promises, where the file breaks off before (note `cut-off`) and it tells. */
  readonly promisedFrames?: number;
  /** Frames per second as the container means them; 0 where unknown. */
  readonly frameRate: number;
  /** Frames over duration; 0 where the frames have no times. */
  readonly averageFrameRate: number;
  /** Whether the distances of neighbouring frames differ by more than rounding. */
  readonly variable: boolean;
  /** Seconds from the first frame until after the last; 0 where unknown. */
  readonly duration: number;
  readonly keyFrameCount: number;
  /** Packets that did not decode; absent where nothing was decoded. */
  readonly damagedPackets?: number;
  readonly notes: readonly VideoNote[];
  /** Times and key frames, packed: for {@link VideoAddon.frameTimes}, and for decoding without a second look at the whole file. */
  readonly table: Uint8Array;
}

export interface IndexOptions extends ReadingOptions {
  /** Ends the indexing: the promise rejects with an `AbortError`. */
  readonly signal?: AbortSignal;
  /** All frames are decoded: those that are damaged are not counted. Default false: only where the container leaves the count or the order open. */
  readonly decode?: boolean;
}

export type IndexResult = { ok: true; index: VideoIndex } | { ok: false; error: string };

/** One clip to decode, resized with padding to `size`². */
export interface ClipRequest {
  readonly path: string;
  /**
   * Numbers of shown frames, from 0, in any order, for the first frames of the slot; −1: a zero frame. A frame that cannot be decoded is replaced by the
   * next one that can.
   */
  readonly frames: readonly number[];
  /** Index along the batch axis of the target tensor. */
  readonly slot: number;
  /** The `table` of the file's {@link VideoIndex}. Without it the file is indexed first. */
  readonly table?: Uint8Array;
  /** The same for all frames of the clip. */
  readonly transform?: FrameTransform;
}

/** What is done to a frame while it is resized; zero frames stay zero. */
export interface FrameTransform {
  /**
   * Left edge, top edge, width and height of a part of the shown frame, as shares of its width and height in [0, 1]; edges lie on whole pixels, rounded half
   * away from zero, at least one pixel apart. The part is stretched to fill the square. Default: the whole frame, resized with padding.
   */
  readonly crop?: readonly [x: number, y: number, width: number, height: number];
  /** The picture in its square is mirrored left to right. Default false. */
  readonly flip?: boolean;
  /**
   * A row-major 3 × 4 matrix of finite float32 numbers: each of red, green and blue becomes a mix of the three in [0, 1] and 1, clamped to [0, 1]. Padding
   * stays black. Default: none.
   */
  readonly colour?: readonly number[];
}

/** Two clips of a batch that are mixed with each other, in place: by a weight or by a box, one of them. */
export interface ClipMix {
  readonly first: number;
  readonly second: number;
  /** Each becomes this share of itself and the rest of the other, in [0, 1]. */
  readonly weight?: number;
  /** Left edge, top edge, width and height in pixels, within the frame; it may be empty. The two swap this part of all their frames. */
  readonly box?: readonly [x: number, y: number, width: number, height: number];
}

/** What one clip's decoding came to. */
export type ClipResult =
  | {
      readonly ok: true;
      /** Of the frames asked for, those that were there; the others are zero frames. None where all of them lie past the end. */
      readonly decodedFrames: number;
      /** Packets on the way that did not decode. */
      readonly damagedPackets: number;
      /** How many frames the video has, where its end was met. */
      readonly endsAt?: number;
    }
  | { readonly ok: false; readonly error: string };

/** A pool of decoding threads. Calls under way share it in the order in which they came. */
export interface NativeClipDecoder extends Disposable {
  /**
   * Fills the requests' slots of `into` ([batch, frames, size, size, 3], RGB: float32 in [0, 1], or uint8, the same times 255, rounded) and leaves the
   * others alone.
   * A file that fails leaves its slot zero and reports `ok: false`; the others go on. Rejects with a TypeError for a request that
   * does not fit `into` and for a slot that something else of this process fills.
   */
  decode(requests: readonly ClipRequest[], into: NativeTensor): Promise<ClipResult[]>;
  /**
   * Mixes slots of clips, float32 or uint8 [batch, frames, size, size, 3] pairwise, on the decoder's threads. Rejects with a TypeError for a slot in two pairs, a slot
   * outside the batch, a box outside the frame, or a slot that something else of this process fills. After an abort some frames are mixed and others not.
   */
  mix(mixes: readonly ClipMix[], clips: NativeTensor): Promise<void>;
  /** Makes the calls under way reject with an `AbortError`, within a frame's time. */
  abort(): void;
  /** Aborts, and refuses further calls. */
  close(): void;
}

export interface OpenVideoOptions extends ReadingOptions {
  /** Ends the opening, and the reading after it: their promises reject. */
  readonly signal?: AbortSignal;
  /** Seconds that an address has to open; a camera has OpenCV's own. Default 10. */
  readonly openTimeout?: number;
  /** Seconds that it has for the next frame. Default 10. */
  readonly readTimeout?: number;
}

/** What an open video says of itself. */
export interface VideoInfo {
  /** In pixels, of the first frame as it is shown. */
  readonly width: number;
  readonly height: number;
  /** The container's claim, which may be wrong; 0 where there is none. */
  readonly frameCount: number;
  /** Frames per second; 0 where unknown. */
  readonly fps: number;
  /** Whether it goes on whether it is read or not: a camera, RTSP, a browser's or a camera's picture stream, a playlist without an end. */
  readonly live: boolean;
}

/** Where the reading stands. */
export interface ReadPosition {
  /** The number of the frame that was read last, from 0; -1 before the first. */
  readonly frame: number;
  /** Its presentation time as the file has it, in seconds (it need not begin at 0); of a camera since its first picture; undefined where it has none. */
  readonly seconds: number | undefined;
  /** Packets since the beginning that did not decode. */
  readonly damagedPackets: number;
}

/** Reads one video frame after frame. Calls on one reader run one after the other. */
export interface NativeVideoReader extends Disposable {
  readonly info: VideoInfo;
  /** After the last read that was settled. */
  readonly position: ReadPosition;
  /**
   * Decodes the next frames, `step` apart, resized with padding, into `into` ([1, frames, size, size, 3], float32 or uint8) from frame 0 of the tensor;
   * resolves to how many were there: fewer than asked at the end. `{ seconds }` takes frames by their times: the k-th since the reader was opened is the one
   * that shows k · seconds after the first frame, as often as it is asked for; frames without times are counted by the frame rate. Rejects with a `VideoError`
   * where that is unknown too, and where a connection is lost or a source is silent for too long: what came before is in `into`, `position` says up to where.
   */
  read(into: NativeTensor, frames: number, step: number | { readonly seconds: number }): Promise<number>;
  /** The reads under way reject, whatever the source does. */
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
  /** libavformat's, such as `59.27.100`. */
  ffmpegVersion(): string;
  /**
   * Indexes files, `threads` at a time. A folder is a video too: its pictures (JPEG, PNG, BMP, WebP, PPM, TIFF), in the order of the numbers in their names.
   */
  indexVideos(paths: readonly string[], threads: number, options?: IndexOptions): Promise<IndexResult[]>;
  /** The presentation times of the frames of an index's table, in seconds as the file has them; of a file without times by its frame rate. */
  frameTimes(table: Uint8Array): Float64Array;
  /** The numbers of the frames at which decoding can begin. */
  keyFrames(table: Uint8Array): Uint32Array;
  createClipDecoder(threads: number, options?: ReadingOptions): NativeClipDecoder;
  /**
   * `source`: a file, an address (with `://`), the number of a camera or its device (`/dev/video0`, `/dev/v4l/by-id/…`). Rejects with a `VideoError` that
   * says what stands in the way, and calls the source as it was given, with whatever password.
   */
  openVideo(source: string, options?: OpenVideoOptions): Promise<NativeVideoReader>;
  /** `fourcc`: four characters, e.g. `MJPG`. Rejects with a `VideoError`. */
  createVideoWriter(
    path: string,
    options: { width: number; height: number; fps: number; fourcc: string },
  ): Promise<NativeVideoWriter>;
}
