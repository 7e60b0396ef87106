/** What a model says of one clip. */
export interface ClassifiedClip {
  readonly file: string;
  /** The clip's position in the data set. */
  readonly index: number;
  /** Index of its true class. */
  readonly label: number;
  /** [classes], sums to 1. */
  readonly probabilities: Float32Array;
}

export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  /** In the order of the data set. */
  readonly clips: ClassifiedClip[];
}
