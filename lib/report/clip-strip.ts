import type { PredictedPart } from './predictions';
import { encodePng } from './png';

/** Frames of a clip side by side, from left to right in time. */
export interface ClipStrip extends PredictedPart {
  /** The bytes of a PNG file. */
  readonly png: Uint8Array;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

/** The frames of a clip as the decoder gives them: bytes of RGB, each frame `size` pixels wide and high with black bars around it. */
export interface ClipPixels extends PredictedPart {
  readonly pixels: Uint8Array;
  readonly size: number;
  readonly frames: number;
}

/** Of each channel: finer steps are mostly noise, which a PNG file keeps at length. */
const KEPT_BITS = 0b1111_1100;

/** Draws frames side by side without the rows that are black in all of them. */
export async function clipStrip({ pixels, size, frames, ...part }: ClipPixels): Promise<ClipStrip> {
  const row = size * 3;
  const isBlack = (y: number): boolean => {
    for (let frame = 0; frame < frames; frame++) {
      const start = (frame * size + y) * row;
      for (let i = start; i < start + row; i++) if (pixels[i] !== 0) return false;
    }
    return true;
  };
  let [top, bottom] = [0, size];
  while (top < size - 1 && isBlack(top)) top++;
  while (bottom > top + 1 && isBlack(bottom - 1)) bottom--;
  const height = bottom - top;
  const width = frames * size;
  const strip = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let frame = 0; frame < frames; frame++) {
      const from = (frame * size + top + y) * row;
      const to = (y * frames + frame) * row;
      for (let i = 0; i < row; i++) strip[to + i] = pixels[from + i]! & KEPT_BITS;
    }
  }
  return { ...part, png: await encodePng(strip, width, height), width, height, frames };
}
