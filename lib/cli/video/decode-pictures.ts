import { VideoError } from '../../base/errors';
import type { Addon } from '../../native/addon';
import type { NativeClipDecoder } from '../../native/video';
import { encodePng } from '../../report/png';

/** A frame as a model would see it, resized with padding, as the bytes of a PNG file. */
export interface FramePicture {
  readonly index: number;
  readonly png: Uint8Array;
}

export interface PictureRequest {
  readonly file: string;
  /** Of its index. */
  readonly table: Uint8Array;
  /** Ascending. */
  readonly frames: readonly number[];
  /** Width and height of the pictures, in pixels. */
  readonly size: number;
  readonly decoder: NativeClipDecoder;
  readonly addon: Pick<Addon, 'createTensor'>;
  /** Called where packets on the way did not decode. */
  readonly onDamage: () => void;
  /** Whether the frames are others in a video that was found to have so many: the decoding ends with an {@link OtherEndError} then. */
  readonly isCutOtherwise?: (frameCount: number) => boolean;
}

/** A file of which decoding finds another end than its index has. */
export class OtherEndError extends VideoError {
  override name = 'OtherEndError';
  constructor(
    file: string,
    frame: number,
    /** How many frames there are. */
    readonly endsAt: number,
  ) {
    super(`${file} ends after ${endsAt} frames: there is no frame ${frame}`, file);
  }
}

/** Frames decoded at a time, fewer of large ones: the memory that they take stays below 200 MB. */
const FRAMES_PER_CALL = 16;
const PIXELS_PER_CALL = 2 ** 26;

/** Throws {@link VideoError}; {@link OtherEndError} for a frame that is not there. */
export async function* decodePictures(request: PictureRequest): AsyncGenerator<FramePicture, void, undefined> {
  const { file, table, frames, size, decoder, addon, onDamage, isCutOtherwise } = request;
  const perCall = Math.max(1, Math.min(FRAMES_PER_CALL, frames.length, Math.floor(PIXELS_PER_CALL / size ** 2)));
  using tensor = addon.createTensor('uint8', [1, perCall, size, size, 3]);
  for (let start = 0; start < frames.length; start += perCall) {
    const part = frames.slice(start, start + perCall);
    const [result] = await decoder.decode([{ path: file, frames: part, slot: 0, table }], tensor);
    if (result === undefined || !result.ok) throw new VideoError(naming(file, result?.error ?? 'not decoded'), file);
    if (result.damagedPackets > 0) onDamage();
    const { endsAt, decodedFrames } = result;
    const missing = part[decodedFrames];
    if (missing !== undefined) throw new OtherEndError(file, missing, endsAt ?? missing);
    if (endsAt !== undefined && isCutOtherwise?.(endsAt) === true) throw new OtherEndError(file, endsAt, endsAt);
    const pixels = tensor.data() as Uint8Array;
    const bytes = size * size * 3;
    const pngs = await Promise.all(
      part.map((_, i) => encodePng(pixels.subarray(i * bytes, (i + 1) * bytes), size, size)),
    );
    for (const [i, png] of pngs.entries()) yield { index: part[i] as number, png };
  }
}

/** The decoder's errors are mostly sentences that name the file. */
export function naming(file: string, error: string): string {
  return error.includes(file) ? error : `Cannot read ${file}: ${error}`;
}
