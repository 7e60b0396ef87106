import { UsageError } from '../base/errors';
import { ClassCounts, type ClassScores, type MacroScores, quotient, sum } from './class-scores';

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
  const confusions = new ConfusionCounts(classes);
  for (const [truth, predicted] of pairs) confusions.add(truth, predicted);
  return confusions.matrix();
}

/** A confusion matrix that is counted clip by clip. */
export class ConfusionCounts {
  /** What the scores follow from, without a look at every cell. */
  readonly perClass: ClassCounts;
  /** `counts[t][p]`, as in {@link ConfusionMatrix}. */
  readonly counts: readonly number[][];

  constructor(private readonly classes: readonly string[]) {
    this.perClass = new ClassCounts(classes);
    this.counts = classes.map(() => new Array<number>(classes.length).fill(0));
  }

  /** One clip, or several alike. Throws {@link UsageError} for an index outside of the classes. */
  add(truth: number, predicted: number, clips = 1): void {
    const row = this.counts[truth];
    const count = row?.[predicted];
    if (row === undefined || count === undefined) {
      throw new UsageError(
        `(${truth}, ${predicted}) is no pair of classes: there are ${this.classes.length}, counted from 0`,
      );
    }
    row[predicted] = count + clips;
    this.perClass.add([truth], [predicted], clips);
  }

  matrix(): ConfusionMatrix {
    const { classes, counts, perClass } = this;
    const [total, correct] = [sum(perClass.support), sum(perClass.hits)];
    return {
      classes: [...classes],
      counts: counts.map((row) => [...row]),
      total,
      correct,
      accuracy: quotient(correct, total),
      perClass: perClass.scores(),
      macro: perClass.average('macro'),
    };
  }
}

/** One pair of classes that the model mixed up, and how often. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
}

/** The wrong pairs, the most frequent first, at most `limit` of them. */
export function mostFrequentConfusions(matrix: ConfusionMatrix, limit: number): readonly Confusion[] {
  const confusions: Confusion[] = [];
  matrix.counts.forEach((row, truth) => {
    row.forEach((count, predicted) => {
      if (count === 0 || truth === predicted) return;
      confusions.push({ truth: matrix.classes[truth] ?? '', predicted: matrix.classes[predicted] ?? '', count });
    });
  });
  return confusions.sort((a, b) => b.count - a.count).slice(0, limit);
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
