import type { Target } from '../base/task';

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

export const AVERAGES = ['macro', 'micro', 'weighted'] as const;

/** How scores of classes become one: as scikit-learn has it. */
export type Average = (typeof AVERAGES)[number];

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
  return weightedMeans(scores, ({ support, predicted }) => (support + predicted > 0 ? 1 : 0));
}

/** Means over the classes, each with a weight. */
function weightedMeans(scores: readonly ClassScores[], weightOf: (score: ClassScores) => number): MacroScores {
  const whole = sum(scores.map(weightOf));
  const mean = (key: keyof MacroScores): number =>
    quotient(sum(scores.map((score) => weightOf(score) * score[key])), whole);
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

/** What the scores of classes follow from, counted clip by clip. */
export class ClassCounts {
  /** Clips of each class that were taken for it. */
  readonly hits: number[];
  /** Clips that are of each class. */
  readonly support: number[];
  /** Clips that were taken for each class. */
  readonly predicted: number[];

  /** `counted`: of each class, to go on from. Default: nothing. */
  constructor(
    private readonly classes: readonly string[],
    counted?: Pick<ClassCounts, 'hits' | 'support' | 'predicted'>,
  ) {
    const countsOf = (key: 'hits' | 'support' | 'predicted'): number[] => classes.map((_, i) => counted?.[key][i] ?? 0);
    [this.hits, this.support, this.predicted] = [countsOf('hits'), countsOf('support'), countsOf('predicted')];
  }

  /** One clip, or several alike. Indices of classes, none twice. */
  add(target: Target, predicted: Target, clips = 1): void {
    for (const label of target) increase(this.support, label, clips);
    for (const label of predicted) {
      increase(this.predicted, label, clips);
      if (target.includes(label)) increase(this.hits, label, clips);
    }
  }

  /** Of the class at this index. */
  scoresOf(label: number): ClassScores {
    const { classes, hits, support, predicted } = this;
    return classScores(classes[label] ?? '', hits[label] ?? 0, support[label] ?? 0, predicted[label] ?? 0);
  }

  scores(): ClassScores[] {
    return this.classes.map((_, label) => this.scoresOf(label));
  }

  average(average: Average): MacroScores {
    if (average === 'macro') return macroScores(this.scores());
    if (average === 'weighted') return weightedMeans(this.scores(), ({ support }) => support);
    const [hits, support, predicted] = [sum(this.hits), sum(this.support), sum(this.predicted)];
    return classScores('', hits, support, predicted);
  }
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function increase(counts: number[], label: number, by: number): void {
  counts[label] = (counts[label] as number) + by;
}
