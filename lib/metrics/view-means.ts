import { DEFAULT_THRESHOLD, type Target, type TaskKind } from '../base/task';
import type { Evaluation } from './evaluation';
import { rightShare } from './right-share';

/** What a model says of one clip of a video. */
export interface View {
  readonly file: string;
  /** The position of its row in the data set: clips of one row are views of it. */
  readonly index: number;
  readonly span?: readonly [from: number, to: number];
  readonly target: Target;
  /** [classes]. */
  readonly probabilities: Float32Array;
  readonly loss: number;
}

/** Means over the clips of each video, and over the videos. */
export class ViewMeans {
  private readonly rows = new Map<
    number,
    { view: View; loss: number; sums: Float64Array | undefined; views: number }
  >();

  add(view: View): void {
    const row = this.rows.get(view.index);
    if (row === undefined) {
      this.rows.set(view.index, { view, loss: view.loss, sums: undefined, views: 1 });
      return;
    }
    const sums = (row.sums ??= Float64Array.from(row.view.probabilities));
    view.probabilities.forEach((probability, i) => (sums[i] = (sums[i] as number) + probability));
    row.loss += view.loss;
    row.views += 1;
  }

  /** Of at least one video. */
  evaluation(kind: TaskKind): Evaluation {
    const rows = [...this.rows.values()].sort((a, b) => a.view.index - b.view.index);
    let loss = 0;
    let right = 0;
    const clips = rows.map(({ view, loss: total, sums, views }) => {
      const { file, index, span, target, probabilities: only } = view;
      const probabilities = sums === undefined ? only : Float32Array.from(sums, (sum) => sum / views);
      loss += total / views;
      right += rightShare(probabilities, target, kind, DEFAULT_THRESHOLD);
      return { file, index, ...(span && { span }), target, probabilities };
    });
    return { loss: loss / rows.length, accuracy: right / rows.length, clips };
  }
}
