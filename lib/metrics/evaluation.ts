import type { Target } from '../base/task';

/** What a model says of one video of a data set, by one clip of it or several. */
export interface ClassifiedClip {
  readonly file: string;
  /** The position of its row in the data set. */
  readonly index: number;
  /** Where its row is a part of a video: seconds since the first frame. */
  readonly span?: readonly [from: number, to: number];
  /** Indices of its true classes: one, or of a multi-label task any number. */
  readonly target: Target;
  /** [classes], each in [0, 1], the mean over its clips; they sum to 1 unless the task is multi-label. */
  readonly probabilities: Float32Array;
}

export interface Evaluation {
  /** Mean over the videos, of several clips of one their mean. */
  readonly loss: number;
  /** From 0 to 1, see {@link rightShare}. */
  readonly accuracy: number;
  /** One for each row that could be read, in the order of the data set. */
  readonly clips: ClassifiedClip[];
}
