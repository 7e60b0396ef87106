import { buildConfusionMatrix } from '../report/confusion-matrix';
import type { RunResults } from '../report/results';
import type { Evaluation } from '../training/evaluate-source';
import { predictedClasses } from '../training/metrics';

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
