/** How well one class was recognised. A quotient with nothing below the line counts as 0, as in scikit-learn. */
export interface ClassScores {
  readonly class: string;
  /** Clips that truly are of this class. */
  readonly support: number;
  /** Clips that were taken for this class. */
  readonly predicted: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Unweighted means over the classes that occur as truth or as prediction. */
export interface MacroScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export function quotient(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** `hits`: clips of the class that were taken for it. */
export function classScores(name: string, hits: number, support: number, predicted: number): ClassScores {
  return {
    class: name,
    support,
    predicted,
    precision: quotient(hits, predicted),
    recall: quotient(hits, support),
    f1: quotient(2 * hits, support + predicted),
  };
}

export function macroScores(scores: readonly ClassScores[]): MacroScores {
  const seen = scores.filter((score) => score.support + score.predicted > 0);
  const mean = (key: keyof MacroScores): number =>
    quotient(
      seen.reduce((sum, score) => sum + score[key], 0),
      seen.length,
    );
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}
