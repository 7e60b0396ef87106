import { z } from 'zod';
import type { Json } from '../base/described';
import { value } from '../base/option-kinds';
import type { ClassScores } from './class-scores';
import { ConfusionCounts, type ConfusionMatrix } from './confusion-matrix';

/** What metrics tell beside their number, by their names: of an evaluation, of a history, or of a phase in the logs. */
export type Details = Readonly<Record<string, Json>>;

/** Clips whose predictions were about as sure. */
export interface ReliabilityBin {
  /** The confidences, probabilities of the predicted class, that fall into it: above `from`, at most `to`. The first bin has 0 too. */
  readonly from: number;
  readonly to: number;
  /** The mean over its clips, from 0 to 1; 0 where there is none. */
  readonly confidence: number;
  /** The share of its clips that were recognised, from 0 to 1; 0 where there is none. */
  readonly accuracy: number;
  readonly count: number;
}

/** How well the clips of one class are ranked above the others. */
export interface ClassAveragePrecision {
  readonly class: string;
  /** Clips that truly are of this class. */
  readonly support: number;
  /** From 0 to 1; null where no clip is of this class. */
  readonly averagePrecision: number | null;
}

/** What the built-in metrics tell beside their number: each one of these. */
export type MetricDetails =
  | { readonly perClass: readonly ClassScores[] }
  | { readonly confusionMatrix: Pick<ConfusionMatrix, 'classes' | 'counts'> }
  | { readonly reliability: readonly ReliabilityBin[] }
  | { readonly averagePrecision: readonly ClassAveragePrecision[] };

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

export const classScoresSchema = z.object({
  ...{ class: z.string(), support: count, predicted: count, precision: share, recall: share, f1: share },
});
const perClass = z.array(classScoresSchema);

const reliability = z.array(z.object({ from: share, to: share, confidence: share, accuracy: share, count }));

export const averagePrecisionSchema = z.array(
  z.object({ class: z.string(), support: count, averagePrecision: share.nullable() }),
);

/** By hand: a schema is slow for the cells of many classes. */
const counts = value<readonly (readonly number[])[]>(
  (given) =>
    Array.isArray(given) &&
    given.every(
      (row) =>
        Array.isArray(row) &&
        row.length === given.length &&
        row.every((cell) => Number.isSafeInteger(cell) && (cell as number) >= 0),
    ),
  'must be a square of counts',
);
const confusionMatrix = z
  .object({ classes: z.array(z.string()), counts })
  .refine(({ classes, counts }) => classes.length === counts.length);

/** The scores of each class, as `precision`, `recall` and `f1` tell them; undefined where none of the metrics was measured. */
export function readPerClass(details: Details | undefined): readonly ClassScores[] | undefined {
  return found(details, 'perClass', perClass);
}

/** The confusion matrix, as the metric of this kind tells it; undefined where it was not measured. */
export function readConfusion(details: Details | undefined): ConfusionMatrix | undefined {
  const told = found(details, 'confusionMatrix', confusionMatrix);
  if (told === undefined) return undefined;
  const matrix = new ConfusionCounts(told.classes);
  told.counts.forEach((row, truth) =>
    row.forEach((clips, predicted) => {
      if (clips > 0) matrix.add(truth, predicted, clips);
    }),
  );
  return matrix.matrix();
}

/** The bins of a reliability curve, by rising confidence, as `expectedCalibrationError` tells them; undefined where it was not measured. */
export function readReliability(details: Details | undefined): readonly ReliabilityBin[] | undefined {
  return found(details, 'reliability', reliability);
}

/** The average precision of each class, as `meanAveragePrecision` tells them; undefined where it was not measured. */
export function readAveragePrecision(details: Details | undefined): readonly ClassAveragePrecision[] | undefined {
  return found(details, 'averagePrecision', averagePrecisionSchema);
}

/** What the first metric tells that tells it. People's own metrics may have anything by this name. */
function found<Schema extends z.ZodType>(
  details: Details = {},
  key: string,
  schema: Schema,
): z.output<Schema> | undefined {
  for (const told of Object.values(details)) {
    if (typeof told !== 'object' || told === null || Array.isArray(told) || !(key in told)) continue;
    const parsed = schema.safeParse(told[key]);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}
