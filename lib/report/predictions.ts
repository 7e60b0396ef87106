/** What the model made of one clip. */
export interface Prediction {
  /** Path of the video, as the caller wants it shown. */
  readonly file: string;
  readonly trueClass: string;
  readonly predictedClass: string;
  /** Softmax probability of the predicted class, from 0 to 1. */
  readonly probability: number;
}

const HEADER = ['file', 'true_class', 'predicted_class', 'probability'];

/**
 * Quotes a field as RFC 4180 asks. Fields that a spreadsheet might take for a formula are quoted too, but not changed: this
 * is data for programs first, and a changed file name would name no file.
 */
function csvField(value: string): string {
  return /[",\r\n]|^[=+\-@\t\s]|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** The text of `predictions.csv`: RFC 4180 with a header, lines ended by a bare newline as Unix tools expect. */
export function predictionsCsv(predictions: Iterable<Prediction>): string {
  const lines = [HEADER.join(',')];
  for (const { file, trueClass, predictedClass, probability } of predictions) {
    lines.push([file, trueClass, predictedClass, probability.toFixed(6)].map(csvField).join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** The wrong predictions, the surest first, at most `limit` of them. */
export function worstMistakes(predictions: Iterable<Prediction>, limit: number): readonly Prediction[] {
  return [...predictions]
    .filter((prediction) => prediction.trueClass !== prediction.predictedClass)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, limit);
}
