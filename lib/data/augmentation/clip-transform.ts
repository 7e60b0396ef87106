/** What is done to all frames of a clip while they are resized. Plain data: it follows from the seed, the epoch, the clip and the view. */
export interface ClipTransform {
  /** The part of the frame that fills the clip. Default: the whole frame, resized with padding. */
  readonly crop?: Crop;
  /** Mirrored left to right. Default false. */
  readonly flip?: boolean;
  /** A row-major 3 × 4 matrix on red, green, blue in [0, 1] and 1. Default: none. */
  readonly colour?: readonly number[];
}

/** A part of a frame of whatever size. */
export type Crop =
  /** A square of the shorter side's length: at the left or top edge (0), in the middle (0.5), at the right or bottom (1) of the longer one. */
  | { readonly kind: 'square'; readonly along: number }
  /**
   * A share of the frame's area with a ratio of width to height, made narrower or lower where it does not fit; `x` and `y` in [0, 1] say where in the room that is left.
   */
  | {
      readonly kind: 'area';
      readonly area: number;
      readonly ratio: number;
      readonly x: number;
      readonly y: number;
    };
