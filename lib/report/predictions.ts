import { stringify } from 'csv-stringify/sync';
import { Turn } from '../base/turn';

/** What a prediction is about. */
export interface PredictedPart {
  /** Path of the video, as the caller wants it shown. */
  readonly file: string;
  /** Where it is a part of the video: seconds since its first frame. */
  readonly span?: readonly [from: number, to: number];
}

/** What the model made of one clip. */
export interface Prediction extends PredictedPart {
  readonly trueClass: string;
  readonly predictedClass: string;
  /** Softmax probability of the predicted class, from 0 to 1. */
  readonly probability: number;
}

export type CsvRow = readonly string[];

/**
 * RFC 4180, lines ended by a bare newline as Unix tools expect. Fields that a spreadsheet might take for a formula are quoted too, but not changed: this is data
 * for programs first, and a changed file name would name no file.
 */
const csvRows = (rows: readonly CsvRow[]): string => stringify([...rows], { quoted_match: /^[=+\-@\s]|\s$|\r/ });

/** The text of `predictions.csv`. */
export function predictionsCsv(predictions: Iterable<Prediction>): Promise<string> {
  return partsCsv(
    [...predictions],
    ['true_class', 'predicted_class', 'probability'],
    ({ trueClass, predictedClass, probability }) => [trueClass, predictedClass, probability.toFixed(6)],
  );
}

/** Rows that are written between two looks at the clock. */
const CHUNK = 128;

/** A row for each prediction: its file, its `start` and `end` where any has a span, and `columns`. Written in turns of the event loop. */
export async function partsCsv<Part extends PredictedPart>(
  predictions: readonly Part[],
  columns: readonly string[],
  fields: (prediction: Part) => CsvRow,
): Promise<string> {
  const spans = predictions.some(({ span }) => span !== undefined);
  const rowOf = (prediction: Part): CsvRow => {
    const { file, span } = prediction;
    return [file, ...(spans ? [0, 1].map((end) => String(span?.[end] ?? '')) : []), ...fields(prediction)];
  };
  const texts = [csvRows([['file', ...(spans ? ['start', 'end'] : []), ...columns]])];
  const turn = new Turn();
  for (let begin = 0; begin < predictions.length; begin += CHUNK) {
    texts.push(csvRows(predictions.slice(begin, begin + CHUNK).map(rowOf)));
    if (turn.over) await turn.next();
  }
  return texts.join('');
}

/** `a.avi`, or of a part `a.avi, 0 to 2.5 s`. */
export function partName({ file, span }: PredictedPart): string {
  return span === undefined ? file : `${file}, ${span[0]} to ${span[1]} s`;
}

/** The wrong predictions, the surest first, at most `limit` of them. */
export function worstMistakes(predictions: Iterable<Prediction>, limit: number): readonly Prediction[] {
  return [...predictions]
    .filter((prediction) => prediction.trueClass !== prediction.predictedClass)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, limit);
}
