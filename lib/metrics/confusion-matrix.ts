import { UsageError } from '../base/errors';
import { type ClassScores, classScores, type MacroScores, macroScores, quotient } from './class-scores';

/** How often each class was taken for each: the content of `confusion_matrix.json`. */
export interface ConfusionMatrix {
  readonly classes: readonly string[];
  /** `counts[t][p]`: clips of true class `t` that were predicted as class `p`. */
  readonly counts: readonly (readonly number[])[];
  readonly total: number;
  readonly correct: number;
  /** Share of correct clips, from 0 to 1; 0 where there is no clip. */
  readonly accuracy: number;
  readonly perClass: readonly ClassScores[];
  readonly macro: MacroScores;
}

/**
 * Counts (true, predicted) pairs of class indices and scores each class.
 *
 * @throws UsageError for an index outside `classes`.
 */
export function buildConfusionMatrix(
  pairs: Iterable<readonly [truth: number, predicted: number]>,
  classes: readonly string[],
): ConfusionMatrix {
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  let total = 0;
  for (const [truth, predicted] of pairs) {
    const row = counts[truth];
    const count = row?.[predicted];
    if (row === undefined || count === undefined) {
      throw new UsageError(
        `(${truth}, ${predicted}) is no pair of classes: there are ${classes.length}, counted from 0`,
      );
    }
    row[predicted] = count + 1;
    total += 1;
  }

  const scores = classes.map((name, index) => {
    const support = counts[index]?.reduce((sum, count) => sum + count, 0) ?? 0;
    const predicted = counts.reduce((sum, row) => sum + (row[index] ?? 0), 0);
    return classScores(name, counts[index]?.[index] ?? 0, support, predicted);
  });
  const correct = counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  return {
    classes: [...classes],
    counts,
    total,
    correct,
    accuracy: quotient(correct, total),
    perClass: scores,
    macro: macroScores(scores),
  };
}

/** One pair of classes that the model mixed up, and how often. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
}

/** The wrong pairs, the most frequent first, at most `limit` of them. */
export function mostFrequentConfusions(matrix: ConfusionMatrix, limit: number): readonly Confusion[] {
  return matrix.counts
    .flatMap((row, truth) =>
      row.map((count, predicted) => ({
        truth: matrix.classes[truth] ?? '',
        predicted: matrix.classes[predicted] ?? '',
        count: truth === predicted ? 0 : count,
      })),
    )
    .filter((confusion) => confusion.count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, limit);
}

/** The text of `confusion_matrix.json`, format 1, one row of counts a line so that it stays readable. */
export function confusionMatrixJson(matrix: ConfusionMatrix): string {
  const rows = (values: readonly unknown[]): string =>
    values.length === 0 ? '[]' : `[\n${values.map((value) => `    ${JSON.stringify(value)}`).join(',\n')}\n  ]`;
  const { classes, counts, total, correct, accuracy, perClass, macro } = matrix;
  const members = [
    `"format": 1`,
    `"classes": ${JSON.stringify(classes)}`,
    `"counts": ${rows(counts)}`,
    ...Object.entries({ total, correct, accuracy, macro }).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`),
    `"perClass": ${rows(perClass)}`,
  ];
  return `{\n${members.map((member) => `  ${member}`).join(',\n')}\n}\n`;
}
