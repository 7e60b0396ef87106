import type { Random } from '../base/random';
import type { BackgroundPose } from './trajectory';

/** Red, green and blue in [0, 1]. */
export type Colour = readonly [number, number, number];

const LATTICE = 16;

/**
 * A texture without end that goes between two colours: plain, a gradient, soft stripes or blobs (two octaves of value noise).
 * Coordinates are fractions of the frame.
 */
export class Background {
  private readonly values = new Float32Array(LATTICE * LATTICE);
  private readonly cells: number;
  private readonly fine: number;
  private readonly gradient: readonly [number, number];
  private readonly stripes: readonly [number, number];
  private readonly stripeShare: number;
  private readonly blobShare: number;
  private readonly gradientShare: number;

  /** `textured`: only what shows when it moves in any direction. */
  constructor(
    private readonly from: Colour,
    private readonly to: Colour,
    textured: boolean,
    random: Random,
  ) {
    const kind = random.float();
    const angle = random.between(0, 2 * Math.PI);
    this.blobShare = textured || kind < 0.55 ? 1 : 0;
    this.gradientShare = this.blobShare === 0 && kind < 0.7 ? 1 : 0;
    this.stripeShare = this.blobShare === 0 && kind >= 0.7 && kind < 0.85 ? 1 : 0;
    const frequency = 2 * Math.PI * random.between(2, 6);
    this.stripes = [frequency * Math.cos(angle), frequency * Math.sin(angle)];
    this.gradient = [Math.cos(angle), Math.sin(angle)];
    this.cells = random.between(3, 7);
    this.fine = random.between(0, 0.5);
    if (this.blobShare > 0)
      for (let index = 0; index < this.values.length; index++) this.values[index] = random.float();
  }

  /** Writes the texture as RGB floats, [size, size, 3]. */
  draw(into: Float32Array, size: number, pose: BackgroundPose): void {
    const [r, g, b] = this.from;
    const [dr, dg, db] = [this.to[0] - r, this.to[1] - g, this.to[2] - b];
    const step = 1 / (size * pose.zoom);
    const left = 0.5 - 0.5 / pose.zoom - pose.x;
    const top = 0.5 - 0.5 / pose.zoom - pose.y;
    let at = 0;
    for (let row = 0; row < size; row++) {
      const y = top + (row + 0.5) * step;
      for (let column = 0; column < size; column++) {
        const share = this.share(left + (column + 0.5) * step, y);
        into[at] = r + dr * share;
        into[at + 1] = g + dg * share;
        into[at + 2] = b + db * share;
        at += 3;
      }
    }
  }

  /** How far from the first colour to the second, 0 to 1. */
  private share(x: number, y: number): number {
    if (this.blobShare > 0) {
      const { cells, fine } = this;
      return (
        (1 - fine) * this.noise(x * cells, y * cells) + fine * this.noise(x * cells * 2.3 + 7.1, y * cells * 2.3 + 3.7)
      );
    }
    if (this.gradientShare > 0) {
      const value = 0.5 + 0.7 * ((x - 0.5) * this.gradient[0] + (y - 0.5) * this.gradient[1]);
      return value < 0 ? 0 : value > 1 ? 1 : value;
    }
    if (this.stripeShare > 0) return 0.5 + 0.5 * Math.sin(x * this.stripes[0] + y * this.stripes[1]);
    return 0;
  }

  /** Value noise: smooth between random values on a lattice that repeats every {@link LATTICE} cells. */
  private noise(x: number, y: number): number {
    const [cellX, cellY] = [Math.floor(x), Math.floor(y)];
    let [u, v] = [x - cellX, y - cellY];
    u = u * u * (3 - 2 * u);
    v = v * v * (3 - 2 * v);
    const mask = LATTICE - 1;
    const row = (cellY & mask) * LATTICE;
    const below = ((cellY + 1) & mask) * LATTICE;
    const [column, next] = [cellX & mask, (cellX + 1) & mask];
    const values = this.values;
    const upper = (values[row + column] as number) * (1 - u) + (values[row + next] as number) * u;
    const lower = (values[below + column] as number) * (1 - u) + (values[below + next] as number) * u;
    return upper + (lower - upper) * v;
  }
}
