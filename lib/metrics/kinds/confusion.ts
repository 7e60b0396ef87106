import { z } from 'zod';
import type { Json } from '../../base/described';
import type { Task } from '../../base/task';
import { type ClassCounts, quotient, sum } from '../class-scores';
import { ConfusionCounts } from '../confusion-matrix';
import type { MetricDetails } from '../details';
import type { Measured, Meter } from '../metric';
import { CountsMeter } from './counts-meter';
import { decisions } from './decisions';
import { meterState } from './meter-state';
import { metrics } from './registry';

/**
 * How often each class was taken for each, told in the details; the number beside it is `balanced_accuracy`, the mean recall of the classes that have clips,
 * scikit-learn's balanced_accuracy_score. Of clips that were mixed the class with the larger share is the true one.
 */
export const confusionMatrix = metrics.define('confusionMatrix', z.object({}), () => ({
  name: 'balanced_accuracy',
  better: 'higher',
  shownAs: 'percent',
  tasks: ['single-label'],
  meter: (task) => new ConfusionMeter(task),
}));

/**
 * How much more often predictions are right than if they were drawn, as often of each class as they are of it: 1 where all are right, 0 where none is more than by
 * chance, less where fewer are. Cohen's kappa, without weights, as scikit-learn's cohen_kappa_score; NaN where all clips are, and are taken for, one class.
 */
export const cohenKappa = metrics.define('cohenKappa', z.object({}), () => ({
  name: 'cohen_kappa',
  better: 'higher',
  tasks: ['single-label'],
  meter: (task) => new CountsMeter(task, { resultOf: kappa }),
}));

function balancedAccuracy({ hits, support }: ClassCounts): number {
  const recalls = support.flatMap((clips, label) => (clips > 0 ? [quotient(hits[label] ?? 0, clips)] : []));
  return sum(recalls) / recalls.length;
}

function kappa({ hits, support, predicted }: ClassCounts): number {
  const clips = sum(support);
  const observed = sum(hits) / clips;
  const expected = sum(support.map((count, label) => count * (predicted[label] ?? 0))) / clips ** 2;
  return (observed - expected) / (1 - expected);
}

/** Clips by cells that have any, row-major: most are empty where there are many classes. */
const confusionState = z.array(z.tuple([z.int().nonnegative(), z.int().positive()]));

class ConfusionMeter implements Meter {
  private confusions: ConfusionCounts;

  constructor(private readonly task: Task) {
    this.confusions = new ConfusionCounts(task.classes);
  }

  add(measured: Measured): void {
    for (const { target, predicted } of decisions(measured, this.task.kind, 0))
      this.confusions.add(target[0] as number, predicted[0] as number);
  }

  result(): number {
    return balancedAccuracy(this.confusions.perClass);
  }

  details(): Json {
    const counts = this.confusions.counts.map((row) => [...row]);
    return { confusionMatrix: { classes: [...this.task.classes], counts } } satisfies MetricDetails;
  }

  state(): z.output<typeof confusionState> {
    const { counts } = this.confusions;
    const cells: [number, number][] = [];
    counts.forEach((row, truth) =>
      row.forEach((clips, predicted) => {
        if (clips > 0) cells.push([truth * counts.length + predicted, clips]);
      }),
    );
    return cells;
  }

  /** Throws {@link UsageError} for what is no state of a confusion matrix of these classes. */
  restore(state: unknown): void {
    const { classes } = this.task;
    const what = `a confusion matrix of ${classes.length} classes`;
    const ofClasses = confusionState.refine((cells) => cells.every(([cell]) => cell < classes.length ** 2));
    const cells = meterState(ofClasses, state, { what, expected: '[cell, clips] of each cell that has any' });
    this.confusions = new ConfusionCounts(classes);
    for (const [cell, clips] of cells)
      this.confusions.add(Math.floor(cell / classes.length), cell % classes.length, clips);
  }
}
