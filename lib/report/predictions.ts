import { stringify } from 'csv-stringify/sync';

/** What the model made of one clip. */
export interface Prediction {
  /** Path of the video, as the caller wants it shown. */
  readonly file: string;
  readonly trueClass: string;
  readonly predictedClass: string;
  /** Softmax probability of the predicted class, from 0 to 1. */
  readonly probability: number;
}

/**
 * The text of `predictions.csv`: RFC 4180 with a header, lines ended by a bare newline as Unix tools expect. Fields that a spreadsheet might take
 * for a formula are quoted too, but not changed: this is data for programs first, and a changed file name would name no file.
 */
export function predictionsCsv(predictions: Iterable<Prediction>): string {
  const rows = Array.from(predictions, ({ file, trueClass, predictedClass, probability }) => [
    file,
    trueClass,
    predictedClass,
    probability.toFixed(6),
  ]);
  return stringify(rows, {
    header: true,
    columns: ['file', 'true_class', 'predicted_class', 'probability'],
    quoted_match: /^[=+\-@\s]|\s$|\r/,
  });
}

/** The wrong predictions, the surest first, at most `limit` of them. */
export function worstMistakes(predictions: Iterable<Prediction>, limit: number): readonly Prediction[] {
  return [...predictions]
    .filter((prediction) => prediction.trueClass !== prediction.predictedClass)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, limit);
}
