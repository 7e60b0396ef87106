import type { Turn } from '../base/turn';

/** A part of a frame, in pixels. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Each output coordinate as a mix of two source coordinates. */
interface Taps {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly weight: Float32Array;
}

const CHANNELS = 3;
const f32 = Math.fround;
/** Bytes in [0, 1]. */
const SCALED = Float32Array.from({ length: 256 }, (_, byte) => f32(byte * f32(1 / 255)));

/**
 * `tf.image.resize_with_pad` of RGB bytes, in the float32 arithmetic of the decoder (native/clips/resize_with_pad.cc), bit for bit: for frames that are in memory
 * already. All frames are of one size.
 */
export class ResizeWithPad {
  private readonly box: PixelBox;
  private readonly top: number;
  private readonly left: number;
  private readonly columns: Taps;
  private readonly rows: Taps;
  private readonly buffers: readonly [Float32Array, Float32Array];
  private readonly buffered: [number, number] = [-1, -1];

  /** `part`: fills the square. Default: the whole frame, with padding. Frames must not be {@link isTooNarrow}. */
  constructor(
    private readonly size: number,
    private readonly width: number,
    height: number,
    part?: PixelBox,
  ) {
    this.box = part ?? { x: 0, y: 0, width, height };
    const geometry = part ? { width: size, height: size, top: 0, left: 0 } : padGeometry(width, height, size);
    this.top = geometry.top;
    this.left = geometry.left;
    this.columns = tapsOf(this.box.width, geometry.width);
    this.rows = tapsOf(this.box.height, geometry.height);
    this.buffers = [new Float32Array(geometry.width * CHANNELS), new Float32Array(geometry.width * CHANNELS)];
  }

  /** Writes the picture of a frame, RGB bytes, into zeros [size, size, 3]; other work runs now and then. */
  async apply(frame: Uint8Array, output: Float32Array, turn: Turn): Promise<void> {
    this.buffered.fill(-1);
    const { lower, upper, weight } = this.rows;
    for (let row = 0; row < lower.length; row++) {
      const [above, below] = [lower[row] as number, upper[row] as number];
      const top = this.resizedRow(frame, above, below);
      const bottom = this.resizedRow(frame, below, above);
      mixRows(top, bottom, weight[row] as number, output, ((this.top + row) * this.size + this.left) * CHANNELS);
      if (turn.over) await turn.next();
    }
  }

  /** A source row resized in width; the buffer that holds row `keep` is left alone. */
  private resizedRow(frame: Uint8Array, row: number, keep: number): Float32Array {
    const { buffered, buffers, box, columns } = this;
    for (const buffer of [0, 1] as const) if (buffered[buffer] === row) return buffers[buffer];
    const buffer = buffered[0] === keep ? 1 : 0;
    buffered[buffer] = row;
    const output = buffers[buffer];
    const begin = (box.y + row) * this.width + box.x;
    const { lower, upper, weight } = columns;
    for (let column = 0, at = 0; column < lower.length; column++) {
      const from = (begin + (lower[column] as number)) * CHANNELS;
      const to = (begin + (upper[column] as number)) * CHANNELS;
      const share = weight[column] as number;
      for (let channel = 0; channel < CHANNELS; channel++, at++) {
        const left = SCALED[frame[from + channel] as number] as number;
        const right = SCALED[frame[to + channel] as number] as number;
        output[at] = f32(left + f32(f32(right - left) * share));
      }
    }
    return output;
  }
}

/** Whether nothing would be left of a frame of this size in a square. */
export function isTooNarrow(width: number, height: number, size: number): boolean {
  const geometry = padGeometry(width, height, size);
  return geometry.width < 1 || geometry.height < 1;
}

function padGeometry(
  width: number,
  height: number,
  size: number,
): Omit<PixelBox, 'x' | 'y'> & Record<'top' | 'left', number> {
  const ratio = Math.max(f32(width / size), f32(height / size));
  const [resizedWidth, resizedHeight] = [f32(width / ratio), f32(height / ratio)];
  const before = (resized: number): number => Math.max(0, Math.floor(f32(f32(size - resized) / 2)));
  return {
    ...{ width: Math.floor(resizedWidth), height: Math.floor(resizedHeight) },
    ...{ top: before(resizedHeight), left: before(resizedWidth) },
  };
}

function tapsOf(source: number, resized: number): Taps {
  const taps = { lower: new Int32Array(resized), upper: new Int32Array(resized), weight: new Float32Array(resized) };
  const scale = f32(source / resized);
  for (let i = 0; i < resized; i++) {
    const position = f32(f32(f32(i + 0.5) * scale) - 0.5);
    const floor = Math.floor(position);
    taps.lower[i] = Math.max(floor, 0);
    taps.upper[i] = Math.min(Math.ceil(position), source - 1);
    taps.weight[i] = position - floor;
  }
  return taps;
}

function mixRows(top: Float32Array, bottom: Float32Array, weight: number, output: Float32Array, at: number): void {
  for (let i = 0; i < top.length; i++) {
    const upper = top[i] as number;
    output[at + i] = f32(upper + f32(f32((bottom[i] as number) - upper) * weight));
  }
}
