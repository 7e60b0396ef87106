import { partsCsv, type PredictedPart } from './predictions';

/** What the model decided of one clip of a multi-label task. */
export interface LabelPrediction extends PredictedPart {
  readonly trueClasses: readonly string[];
  /** The classes above the threshold. */
  readonly predicted: readonly Decision[];
  /** True classes that are not. */
  readonly missed: readonly Decision[];
}

interface Decision {
  readonly class: string;
  /** From 0 to 1. */
  readonly probability: number;
}

/** A class that was wrongly given to a clip, or wrongly not. */
export interface LabelMistake extends Decision, PredictedPart {
  readonly kind: 'wrongly given' | 'missed';
}

/** The text of `predictions.csv` of a multi-label task: several classes of a clip, and their probabilities, stand in one field, with `|` between them. */
export function labelPredictionsCsv(predictions: Iterable<LabelPrediction>): Promise<string> {
  return partsCsv(
    [...predictions],
    ['true_classes', 'predicted_classes', 'probabilities', 'missed_classes', 'missed_probabilities'],
    ({ trueClasses, predicted, missed }) => [
      trueClasses.join('|'),
      ...[predicted, missed].flatMap((decisions) => [
        decisions.map((decision) => decision.class).join('|'),
        decisions.map(({ probability }) => probability.toFixed(6)).join('|'),
      ]),
    ],
  );
}

/** The wrong decisions, the surest first, at most `limit` of them. */
export function worstLabelMistakes(predictions: Iterable<LabelPrediction>, limit: number): readonly LabelMistake[] {
  const sureness = ({ kind, probability }: LabelMistake): number => (kind === 'missed' ? 1 - probability : probability);
  return [...predictions]
    .flatMap(({ file, span, trueClasses, predicted, missed }): LabelMistake[] => {
      const part = { file, ...(span && { span }) };
      return [
        ...predicted
          .filter((decision) => !trueClasses.includes(decision.class))
          .map((decision) => ({ ...part, kind: 'wrongly given' as const, ...decision })),
        ...missed.map((decision) => ({ ...part, kind: 'missed' as const, ...decision })),
      ];
    })
    .sort((a, b) => sureness(b) - sureness(a))
    .slice(0, limit);
}
