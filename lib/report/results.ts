import { predictedClasses } from '../base/task';
import { buildConfusionMatrix, type ConfusionMatrix } from '../metrics/confusion-matrix';
import type { Evaluation } from '../metrics/evaluation';
import type { History } from '../metrics/history';
import type { Prediction } from './predictions';

/** Everything a run hands over to be written; what a run that ended early has not made is absent. */
export interface RunResults {
  readonly history: History;
  readonly confusionMatrix?: ConfusionMatrix;
  readonly predictions?: readonly Prediction[];
}

/** The confusion matrix and the predictions of an evaluation, as the reports take them. */
export function evaluationResults(
  { clips }: Evaluation,
  classes: readonly string[],
): Required<Pick<RunResults, 'confusionMatrix' | 'predictions'>> {
  const rows = clips.map(({ file, label, probabilities }) => {
    const predicted = predictedClasses(probabilities, 1)[0] as number;
    return { file, label, predicted, probability: probabilities[predicted] as number };
  });
  return {
    confusionMatrix: buildConfusionMatrix(
      rows.map(({ label, predicted }) => [label, predicted] as const),
      classes,
    ),
    predictions: rows.map(({ file, label, predicted, probability }) => ({
      file,
      trueClass: classes[label] as string,
      predictedClass: classes[predicted] as string,
      probability,
    })),
  };
}
