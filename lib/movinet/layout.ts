import type { GraphBuilder } from '../graph/builder';
import { dimension, intConstant, reshape } from '../graph/ops';
import type { Output } from '../native/graph';

/** A dimension: a number where it is known when the graph is built, else an int32 scalar of the graph. */
type Dimension = number | Output;

/**
 * The two layouts of a clip's activations. Every 2-D operation works on frames, [batch · frames, height, width, channels]; what looks along
 * time works on clips, [batch, frames, height, width, channels]. Any dimension of the input but the channels may be unknown.
 */
export class ClipLayout {
  private readonly frames: Dimension;

  constructor(
    private readonly g: GraphBuilder,
    input: Output,
  ) {
    this.frames = this.dimensionOf(input, 1);
  }

  /** How many frames a clip has, as an int32 scalar. */
  frameCount(): Output {
    return typeof this.frames === 'number' ? intConstant(this.g, this.frames) : this.frames;
  }

  /** [batch, frames, height, width, channels] → [batch · frames, height, width, channels]. */
  toFrames(clips: Output): Output {
    return this.reshapeTo(clips, [-1, ...[2, 3, 4].map((axis) => this.dimensionOf(clips, axis))]);
  }

  /** [batch · frames, height, width, channels] → [batch, frames, height, width, channels]. */
  toClips(frames: Output): Output {
    return this.reshapeTo(frames, [-1, this.frames, ...[1, 2, 3].map((axis) => this.dimensionOf(frames, axis))]);
  }

  /** [batch · frames, channels] → [batch, frames, channels]. */
  vectorsToClips(vectors: Output): Output {
    return this.reshapeTo(vectors, [-1, this.frames, this.dimensionOf(vectors, 1)]);
  }

  /** [batch, frames, channels] → [batch · frames, channels]. */
  vectorsToFrames(vectors: Output): Output {
    return this.reshapeTo(vectors, [-1, this.dimensionOf(vectors, 2)]);
  }

  /** [batch, frames, height, width, channels] → [batch, frames, height · width, channels]. */
  joinPixels(clips: Output): { joined: Output; restore: (joined: Output) => Output } {
    const [height, width, channels] = [2, 3, 4].map((axis) => this.dimensionOf(clips, axis)) as [
      Dimension,
      Dimension,
      Dimension,
    ];
    const pixels =
      typeof height === 'number' && typeof width === 'number'
        ? height * width
        : this.g.op('Mul', [this.scalar(height), this.scalar(width)]);
    const allFrames = this.dimensionOf(clips, 1);
    return {
      joined: this.reshapeTo(clips, [-1, allFrames, pixels, channels]),
      restore: (joined) => this.reshapeTo(joined, [-1, this.frames, height, width, channels]),
    };
  }

  private dimensionOf(x: Output, axis: number): Dimension {
    const known = this.g.shape(x)?.[axis];
    return known !== undefined && known >= 0 ? known : dimension(this.g, x, axis);
  }

  private scalar(value: Dimension): Output {
    return typeof value === 'number' ? intConstant(this.g, value) : value;
  }

  private reshapeTo(x: Output, shape: Dimension[]): Output {
    if (shape.every((size) => typeof size === 'number')) return reshape(this.g, x, shape);
    return reshape(this.g, x, this.g.op('Pack', [shape.map((size) => this.scalar(size))], { axis: { int: 0 } }));
  }
}
