import type { GraphBuilder } from '../../graph/builder';
import { dimension, intConstant, reshape } from '../../graph/ops';
import type { Output } from '../../native/graph';

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

  /** [batch, height, width, frames, channels], as fused operations have it → [batch · frames, height, width, channels]. `sizes`: these last three, −1 where one is not known. */
  fusedToFrames(x: Output, sizes: readonly number[]): Output {
    const byFrames = this.g.op('Transpose', [x, intConstant(this.g, [0, 3, 1, 2, 4])]);
    const known = sizes.map((size, axis): Dimension => (size < 0 ? dimension(this.g, byFrames, 2 + axis) : size));
    return this.reshapeTo(byFrames, [-1, ...known]);
  }

  /** [batch · frames, channels], or whatever else has as many numbers → [batch, frames, channels]. */
  vectorsToClips(vectors: Output, channels: Dimension = this.dimensionOf(vectors, 1)): Output {
    return this.reshapeTo(vectors, [-1, this.frames, channels]);
  }

  /** [batch, frames, channels] → [batch · frames, channels]. */
  vectorsToFrames(vectors: Output): Output {
    return this.reshapeTo(vectors, [-1, this.dimensionOf(vectors, 2)]);
  }

  /**
   * [batch · frames, height, width, channels] → [batch, frames, height · width · channels]: what shifts along time moves whole frames, so it
   * works on rows, where TensorFlow copies long runs.
   */
  toRows(frames: Output): Output {
    return this.reshapeTo(frames, [
      -1,
      this.frames,
      this.product([1, 2, 3].map((axis) => this.dimensionOf(frames, axis))),
    ]);
  }

  /** Rows of any number of frames back to [batch · frames, height, width, channels], the sizes taken from `like`. */
  rowsToFrames(rows: Output, like: Output): Output {
    return this.reshapeTo(rows, [-1, ...[1, 2, 3].map((axis) => this.dimensionOf(like, axis))]);
  }

  /** Rows to [batch, frames, height · width, channels], the sizes taken from the frames `like`. */
  rowsToPixels(rows: Output, like: Output): Output {
    const [height, width, channels] = [1, 2, 3].map((axis) => this.dimensionOf(like, axis)) as [
      Dimension,
      Dimension,
      Dimension,
    ];
    return this.reshapeTo(rows, [-1, this.dimensionOf(rows, 1), this.product([height, width]), channels]);
  }

  /** Rows of `count` frames to clips [batch, count, height, width, channels], the sizes taken from the frames `like`. */
  rowsToClips(rows: Output, count: number, like: Output): Output {
    return this.reshapeTo(rows, [-1, count, ...[1, 2, 3].map((axis) => this.dimensionOf(like, axis))]);
  }

  /** Clips of `count` frames to rows. */
  clipsToRows(clips: Output, count: number, like: Output): Output {
    return this.reshapeTo(clips, [-1, count, this.product([1, 2, 3].map((axis) => this.dimensionOf(like, axis)))]);
  }

  /** rows[:, first : first + frames], as many frames as a clip has. */
  window(rows: Output, first: number): Output {
    return this.g.op('Slice', [rows, intConstant(this.g, [0, first, 0]), this.pack([-1, this.frames, -1])]);
  }

  /** rows[:, frames :], what is left behind a clip's length. */
  rest(rows: Output): Output {
    return this.g.op('Slice', [rows, this.pack([0, this.frames, 0]), intConstant(this.g, [-1, -1, -1])]);
  }

  private dimensionOf(x: Output, axis: number): Dimension {
    const known = this.g.shape(x)?.[axis];
    return known !== undefined && known >= 0 ? known : dimension(this.g, x, axis);
  }

  private product(factors: Dimension[]): Dimension {
    return factors.reduce((a, b) =>
      typeof a === 'number' && typeof b === 'number' ? a * b : this.g.op('Mul', [this.scalar(a), this.scalar(b)]),
    );
  }

  private scalar(value: Dimension): Output {
    return typeof value === 'number' ? intConstant(this.g, value) : value;
  }

  private pack(values: Dimension[]): Output {
    if (values.every((value) => typeof value === 'number')) return intConstant(this.g, values);
    return this.g.op('Pack', [values.map((value) => this.scalar(value))], { axis: { int: 0 } });
  }

  private reshapeTo(x: Output, shape: Dimension[]): Output {
    return reshape(this.g, x, this.pack(shape));
  }
}
