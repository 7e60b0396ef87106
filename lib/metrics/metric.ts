import type { Json } from '../base/described';
import type { Task, TaskKind } from '../base/task';

/** Clips, or at the end of an evaluation videos, with what a model says of them. */
export interface Measured {
  readonly count: number;
  /** Row-major [count, classes], each in [0, 1]. */
  readonly probabilities: Float32Array;
  /** Row-major [count, classes]: the share of each class in a clip, 1 for its one class. */
  readonly targets: Float32Array;
  /** [count], nats. */
  readonly losses: Float32Array;
}

/** Something that is measured of a model, such as accuracy. */
export interface Metric {
  /** As logs name it; with `val_` before it in validation. */
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /** How it is shown: a share from 0 to 1 as per cent. Default `number`. */
  readonly shownAs?: 'number' | 'percent';
  /** The kinds of tasks that it fits. Default: all. */
  readonly tasks?: readonly TaskKind[];
  /** Measures one pass over a source of this task. Throws {@link UsageError} for one that it cannot measure, such as a task without the class that it is of. */
  meter(task: Task): Meter;
}

/** Gathers one metric over a pass. */
export interface Meter {
  add(measured: Measured): void;
  /** Of all that was added so far; NaN where nothing was. */
  result(): number;
  /**
   * Of a meter whose result takes long: works it out in turns of the event loop. It is called at the end of a pass; before that nobody asks such a meter for its
   * result or details.
   */
  finish?(): Promise<void>;
  /** More than a number, for reports, such as a confusion matrix. Default: nothing. */
  details?(): Json | undefined;
  /** All that it has gathered: plain data, from which another goes on. */
  state(): Json;
  restore(state: Json): void;
}

/** Results by the metrics' names. */
export type Metrics = Readonly<Record<string, number>>;
