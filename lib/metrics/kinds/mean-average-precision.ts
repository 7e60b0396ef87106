import { z } from 'zod';
import type { Json } from '../../base/described';
import { DEFAULT_THRESHOLD, type Task } from '../../base/task';
import { Turn } from '../../base/turn';
import { sum } from '../class-scores';
import type { ClassAveragePrecision, MetricDetails } from '../details';
import type { Measured, Meter } from '../metric';
import { RankedScores } from './average-precision';
import { decisions } from './decisions';
import { meterState } from './meter-state';
import { metrics } from './registry';

/**
 * How well the clips of each class are ranked above the others by its probability: the mean of the average precisions of the classes that have clips, each as
 * scikit-learn's average_precision_score. From 0 to 1; NaN where no clip has a class. It needs no threshold; of a single-label task each class stands against the rest. Those of the
 * classes are told in the details. It keeps four bytes for each class of each clip, up to 2²⁶ probabilities.
 */
export const meanAveragePrecision = metrics.define('meanAveragePrecision', z.object({}), () => ({
  name: 'mean_average_precision',
  better: 'higher',
  meter: (task) => new AveragePrecisionMeter(task),
}));

const scoresState = z.strictObject({
  scores: z.string(),
  own: z.string(),
  support: z.array(z.int().nonnegative()),
});

class AveragePrecisionMeter implements Meter {
  private ranked: RankedScores;
  /** What was worked out of all that was added. */
  private found: readonly ClassAveragePrecision[] | undefined;

  constructor(private readonly task: Task) {
    this.ranked = new RankedScores(task.classes.length);
  }

  add(measured: Measured): void {
    const decided = decisions(measured, this.task.kind, DEFAULT_THRESHOLD);
    this.ranked.add(
      measured.probabilities,
      decided.map(({ target }) => target),
    );
    this.found = undefined;
  }

  async finish(): Promise<void> {
    const turn = new Turn();
    const work = this.ranked.averagePrecisions();
    let step = work.next();
    while (step.done !== true) {
      if (turn.over) await turn.next();
      step = work.next();
    }
    this.found = this.named(step.value);
  }

  result(): number {
    const known = this.perClass().flatMap(({ averagePrecision }) => averagePrecision ?? []);
    return sum(known) / known.length;
  }

  details(): Json {
    return { averagePrecision: this.perClass().map((one) => ({ ...one })) } satisfies MetricDetails;
  }

  state(): z.output<typeof scoresState> {
    const { support, ...scores } = this.ranked.state();
    return { ...scores, support: [...support] };
  }

  /** Throws {@link UsageError} for what is no state of scores of these classes. */
  restore(state: unknown): void {
    const { length } = this.task.classes;
    const ofClasses = scoresState.transform((given, context) => {
      const ranked = RankedScores.from(given, length);
      if (ranked === undefined) context.addIssue('of other classes');
      return ranked ?? z.NEVER;
    });
    const what = `probabilities of ${length} classes`;
    this.ranked = meterState(ofClasses, state, { what, expected: '{ scores, own, support }' });
    this.found = undefined;
  }

  private perClass(): readonly ClassAveragePrecision[] {
    if (this.found === undefined) {
      const work = this.ranked.averagePrecisions();
      let step = work.next();
      while (step.done !== true) step = work.next();
      this.found = this.named(step.value);
    }
    return this.found;
  }

  private named(found: readonly { averagePrecision: number; support: number }[]): readonly ClassAveragePrecision[] {
    return found.map(({ averagePrecision, support }, label) => ({
      class: this.task.classes[label] as string,
      support,
      averagePrecision: support === 0 ? null : averagePrecision,
    }));
  }
}
