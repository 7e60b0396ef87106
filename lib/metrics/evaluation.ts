import type { Target } from '../base/task';
import type { Details } from './details';
import type { Metrics } from './metric';

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
  /** Measured of the videos, of several clips of one of their mean: `loss` in nats, `accuracy` from 0 to 1, and whatever else was asked for. */
  readonly metrics: Metrics;
  /** What metrics tell beside their number, by their names. */
  readonly details: Details;
  /** One for each row that could be read, in the order of the data set. */
  readonly clips: ClassifiedClip[];
}
