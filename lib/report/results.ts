import type { ConfusionMatrix } from './confusion-matrix';
import type { History } from './history';
import type { Prediction } from './predictions';

/** Everything a run hands over to be written; what a run that ended early has not made is absent. */
export interface RunResults {
  readonly history: History;
  readonly confusionMatrix?: ConfusionMatrix;
  readonly predictions?: readonly Prediction[];
}
