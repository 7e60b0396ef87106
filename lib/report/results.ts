import { labelsAbove, predictedClasses, type Task } from '../base/task';
import { buildConfusionMatrix, type ConfusionMatrix } from '../metrics/confusion-matrix';
import type { ClassifiedClip, Evaluation } from '../metrics/evaluation';
import type { History } from '../metrics/history';
import { type LabelScores, scoreLabels } from '../metrics/label-scores';
import type { LabelPrediction } from './label-predictions';
import type { PredictedPart, Prediction } from './predictions';

/** Everything a run hands over to be written; what a run that ended early has not made is absent. */
export interface RunResults {
  readonly history: History;
  readonly confusionMatrix?: ConfusionMatrix;
  readonly predictions?: readonly Prediction[];
  /** Of a multi-label task, in place of the confusion matrix and the predictions. */
  readonly labels?: LabelResults;
}

export interface LabelResults {
  readonly scores: LabelScores;
  readonly predictions: readonly LabelPrediction[];
}

/** What a history keeps of an evaluation. */
export function evaluationRecord({ metrics, details }: Evaluation): NonNullable<History['evaluate']> {
  return { metrics: { ...metrics }, ...(Object.keys(details).length > 0 && { details: { ...details } }) };
}

/**
 * What an evaluation found, as the reports take it: the confusion matrix and the predictions, or of a multi-label task the scores of its classes and the
 * predictions, decided by `threshold` (default 0.5).
 */
export function evaluationResults(
  { clips }: Pick<Evaluation, 'clips'>,
  { kind, classes }: Task,
  threshold?: number,
): Omit<RunResults, 'history'> {
  if (kind === 'multi-label') {
    const scores = scoreLabels(clips, classes, threshold);
    return { labels: { scores, predictions: clips.map((clip) => labelPrediction(clip, scores)) } };
  }
  const rows = clips.map((clip) => {
    const { target, probabilities } = clip;
    const predicted = predictedClasses(probabilities, 1)[0] as number;
    const probability = probabilities[predicted] as number;
    return { part: partOf(clip), label: target[0] as number, predicted, probability };
  });
  return {
    confusionMatrix: buildConfusionMatrix(
      rows.map(({ label, predicted }) => [label, predicted] as const),
      classes,
    ),
    predictions: rows.map(({ part, label, predicted, probability }) => ({
      ...part,
      trueClass: classes[label] as string,
      predictedClass: classes[predicted] as string,
      probability,
    })),
  };
}

const partOf = ({ file, span }: ClassifiedClip): PredictedPart => ({ file, ...(span && { span }) });

function labelPrediction(clip: ClassifiedClip, { classes, threshold }: LabelScores): LabelPrediction {
  const { target, probabilities } = clip;
  const predicted = labelsAbove(probabilities, threshold);
  const name = (label: number): string => classes[label] as string;
  const decided = (label: number) => ({ class: name(label), probability: probabilities[label] as number });
  return {
    ...partOf(clip),
    trueClasses: target.map(name),
    predicted: predicted.map(decided),
    missed: target.filter((label) => !predicted.includes(label)).map(decided),
  };
}
