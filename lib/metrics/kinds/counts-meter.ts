import { z } from 'zod';
import type { Json } from '../../base/described';
import { DEFAULT_THRESHOLD, type Task } from '../../base/task';
import { ClassCounts } from '../class-scores';
import type { Measured, Meter } from '../metric';
import { decisions } from './decisions';
import { meterState } from './meter-state';

interface CountsMeterOptions {
  /** Of a multi-label task. Default 0.5. */
  readonly threshold?: number;
  resultOf(counts: ClassCounts): number;
  readonly detailsOf?: ((counts: ClassCounts) => Json) | undefined;
}

const counted = z.array(z.int().nonnegative());
const countsState = z.strictObject({
  clips: z.int().nonnegative(),
  hits: counted,
  support: counted,
  predicted: counted,
});

/** What follows from how many clips are of each class, were taken for it, and rightly so. */
export class CountsMeter implements Meter {
  private counts: ClassCounts;
  private clips = 0;

  constructor(
    private readonly task: Task,
    private readonly options: CountsMeterOptions,
  ) {
    this.counts = new ClassCounts(task.classes);
  }

  add(measured: Measured): void {
    const { threshold = DEFAULT_THRESHOLD } = this.options;
    for (const { target, predicted } of decisions(measured, this.task.kind, threshold))
      this.counts.add(target, predicted);
    this.clips += measured.count;
  }

  result(): number {
    return this.clips === 0 ? NaN : this.options.resultOf(this.counts);
  }

  details(): Json | undefined {
    return this.options.detailsOf?.(this.counts);
  }

  state(): z.output<typeof countsState> {
    const { hits, support, predicted } = this.counts;
    return { clips: this.clips, hits: [...hits], support: [...support], predicted: [...predicted] };
  }

  /** Throws {@link UsageError} for what is no state of counts of these classes. */
  restore(state: unknown): void {
    const { classes } = this.task;
    const what = `counts of ${classes.length} classes`;
    const ofClasses = countsState.refine((given) =>
      [given.hits, given.support, given.predicted].every(({ length }) => length === classes.length),
    );
    const { clips, ...counts } = meterState(ofClasses, state, {
      what,
      expected: '{ clips, hits, support, predicted }',
    });
    this.clips = clips;
    this.counts = new ClassCounts(classes, counts);
  }
}
