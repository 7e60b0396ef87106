import { z } from 'zod';
import { UsageError } from '../../base/errors';
import { DEFAULT_THRESHOLD, type Task } from '../../base/task';
import type { Measured } from '../metric';
import { decisions, rightShare } from './decisions';
import { MeanMeter } from './mean-meter';
import { metrics } from './registry';

/** Above this probability, in [0, 1), a clip of a multi-label task counts as of a class. */
export const threshold = z.number().gte(0).lt(1);

/** The loss that is learned by, in nats: the mean over the clips. */
export const loss = metrics.define('loss', z.object({}), () => ({
  name: 'loss',
  better: 'lower',
  meter: () => new MeanMeter(({ losses }) => losses),
}));

const decided = z.object({ threshold: threshold.default(DEFAULT_THRESHOLD) });

/** Measures one number a clip, which follows from how right its decision is: a share from 0 to 1. */
const ofRightShares =
  (threshold: number, number: (share: number) => number = (share) => share) =>
  ({ kind, classes: { length: classes } }: Task): MeanMeter =>
    new MeanMeter((measured) =>
      decisions(measured, kind, threshold).map((one) => number(rightShare(one, { kind, classes }))),
    );

/**
 * The share of clips whose class has the highest probability; of a multi-label task the share of right decisions at `threshold` (in [0, 1), default 0.5), as Keras'
 * binary accuracy. Of clips that were mixed the class with the larger share counts as the true one.
 */
export const accuracy = metrics.define('accuracy', decided, ({ threshold }) => ({
  name: 'accuracy',
  better: 'higher',
  shownAs: 'percent',
  meter: ofRightShares(threshold),
}));

/**
 * The share of clips whose class is among the `k` of the highest probability (default 5), named `top5`; of equal ones the first count, so that `top1` is the accuracy. Of
 * clips that were mixed the class with the larger share counts as the true one.
 */
export const topK = metrics.define('topK', z.object({ k: z.int().min(1).default(5) }), ({ k }) => ({
  name: `top${k}`,
  better: 'higher',
  shownAs: 'percent',
  tasks: ['single-label'],
  meter: ({ classes }) => {
    if (k > classes.length)
      throw new UsageError(`The metric top${k}: k must be at most the number of classes, ${classes.length}`);
    return new MeanMeter((measured) => ranksOfTruth(measured).map((rank) => (rank < k ? 1 : 0)));
  },
}));

/** How many classes are before the true one of each clip, by falling probability. */
function ranksOfTruth(measured: Measured): number[] {
  const { count, probabilities } = measured;
  const width = probabilities.length / count;
  return decisions(measured, 'single-label', DEFAULT_THRESHOLD).map(({ target: [label = 0] }, row) => {
    const begin = row * width;
    const own = probabilities[begin + label] as number;
    let rank = 0;
    for (let i = 0; i < width; i++) {
      const score = probabilities[begin + i] as number;
      if (score > own || (score === own && i < label)) rank += 1;
    }
    return rank;
  });
}

/** The share of clips of a multi-label task whose classes are all found and no other, at `threshold` (in [0, 1), default 0.5): the exact match, scikit-learn's accuracy of such tasks. */
export const subsetAccuracy = metrics.define('subsetAccuracy', decided, ({ threshold }) => ({
  name: 'subset_accuracy',
  better: 'higher',
  shownAs: 'percent',
  tasks: ['multi-label'],
  meter: ofRightShares(threshold, (share) => (share === 1 ? 1 : 0)),
}));

/** The share of wrong decisions of a multi-label task, over all clips and classes, at `threshold` (in [0, 1), default 0.5). */
export const hammingLoss = metrics.define('hammingLoss', decided, ({ threshold }) => ({
  name: 'hamming_loss',
  better: 'lower',
  shownAs: 'percent',
  tasks: ['multi-label'],
  meter: ofRightShares(threshold, (share) => 1 - share),
}));
