import { z } from 'zod';
import type { Describe } from '../../base/described';
import { UsageError } from '../../base/errors';
import { DEFAULT_THRESHOLD, listClasses } from '../../base/task';
import { AVERAGES, type ClassCounts, type MacroScores } from '../class-scores';
import type { MetricDetails } from '../details';
import type { Metric } from '../metric';
import { CountsMeter } from './counts-meter';
import { threshold } from './means';
import { metrics } from './registry';

/**
 * `average`: over the classes, as scikit-learn has it: `macro` (default) their mean, `micro` all decisions together, `weighted` the mean by their clips. `class`: in
 * place of an average, one class by its name. `threshold`: of a multi-label task, in [0, 1). Default 0.5.
 */
const options = z
  .object({
    average: z.enum(AVERAGES).default('macro'),
    class: z.string().min(1).exactOptional(),
    threshold: threshold.default(DEFAULT_THRESHOLD),
  })
  .refine((given) => given.class === undefined || given.average === 'macro', {
    error: 'average and class exclude each other: one class is no average',
  });

type Score = keyof MacroScores;

/**
 * Of what was taken for a class, the share that is of it: `precision_macro`, or of one class `precision_Archery`. 0 where nothing was taken for it; classes that occur neither
 * as truth nor as prediction are left out of the `macro` average.
 */
export const precision = defineScore('precision', 'percent');

/** Of what is of a class, the share that was taken for it: `recall_macro`, or of one class `recall_Archery`. 0 where nothing is of it; averages as of {@link precision}. */
export const recall = defineScore('recall', 'percent');

/** The harmonic mean of precision and recall: `f1_macro`, or of one class `f1_Archery`. Averages as of {@link precision}: the mean of the classes' own. */
export const f1 = defineScore('f1', 'number');

function defineScore(
  score: Score,
  shownAs: NonNullable<Metric['shownAs']>,
): Describe<'metric', z.input<typeof options>> {
  return metrics.define(score, options, ({ average, threshold, ...chosen }) => ({
    name: `${score}_${chosen.class ?? average}`,
    better: 'higher',
    shownAs,
    meter: (task) => {
      if (chosen.class === undefined)
        return new CountsMeter(task, { threshold, resultOf: (counts) => counts.average(average)[score], detailsOf });
      const label = task.classes.indexOf(chosen.class);
      if (label < 0)
        throw new UsageError(
          `The metric ${score}: there is no class "${chosen.class}": the classes are ${listClasses(task)}`,
        );
      return new CountsMeter(task, { threshold, resultOf: (counts) => counts.scoresOf(label)[score] });
    },
  }));
}

/** Each average tells what it is one of. */
function detailsOf(counts: ClassCounts) {
  return { perClass: counts.scores().map((scores) => ({ ...scores })) } satisfies MetricDetails;
}
