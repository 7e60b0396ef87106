import { z } from 'zod';
import { type Described, Registry } from '../base/described';
import type { TaskKind } from '../base/task';
import type { GraphBuilder } from '../graph/builder';
import { add, floatConstant, mean, multiply, sigmoid, subtract, sum } from '../graph/ops';
import type { Output } from '../native/graph';

/** What training minimises, its mean over the clips of a step. */
export interface Loss {
  /** Adds the loss of each clip, [batch] in nats, from logits and dense targets, both [batch, classes]. */
  perExample(g: GraphBuilder, logits: Output, targets: Output): Output;
  /** Whether targets may be shares, as those of clips that were mixed are. Default true. */
  readonly mixedTargets?: boolean;
}

/** Losses by kinds. */
export const losses = new Registry<'loss', Loss>('loss');

const smoothed = z.object({
  /** How far targets are moved towards what says nothing. */
  labelSmoothing: z.number().min(0).lt(1).default(0),
});

/**
 * Softmax cross-entropy, from logits; targets are shares that sum to 1. `labelSmoothing` (default 0) in [0, 1) moves that much of the target's probability to all
 * classes evenly.
 */
export const categoricalCrossEntropy = losses.define('categoricalCrossEntropy', smoothed, ({ labelSmoothing }) => ({
  perExample(g, logits, targets) {
    const present = smooth(g, targets, labelSmoothing, 1 / classesOf(g, targets));
    return g.op('SoftmaxCrossEntropyWithLogits', [logits, present]);
  },
}));

/**
 * Sigmoid cross-entropy, from logits: the mean over the classes, as Keras' `BinaryCrossentropy(from_logits=True)`. `labelSmoothing` (default 0) in [0, 1)
 * moves each target that much of its way to a half.
 */
export const binaryCrossEntropy = losses.define('binaryCrossEntropy', smoothed, ({ labelSmoothing }) => ({
  perExample(g, logits, targets) {
    const present = smooth(g, targets, labelSmoothing, 0.5);
    const absent = subtract(g, floatConstant(g, 1), present);
    return mean(g, sigmoidCrossEntropy(g, logits, present, absent), [1]);
  },
}));

const focal = smoothed.extend({
  /** What the loss is multiplied by. */
  alpha: z.number().min(0).max(1).default(0.25),
  /** How much less a class counts, the surer the model is of it. */
  gamma: z.number().min(0).default(2),
});

/**
 * Softmax cross-entropy that counts a class less, the surer the model is of it (arXiv:1708.02002): −alpha · target · (1 − p)^gamma · ln p, summed over the classes, as
 * Keras' `CategoricalFocalCrossentropy(from_logits=True)`. Targets are shares that sum to 1. `alpha` (0 to 1, default 0.25) scales all of it; `gamma` at least 0
 * (default 2); `labelSmoothing` (default 0) in [0, 1) moves that much of the target's probability to all classes evenly.
 */
export const categoricalFocalCrossEntropy = losses.define(
  'categoricalFocalCrossEntropy',
  focal,
  ({ alpha, gamma, labelSmoothing }) => ({
    perExample(g, logits, targets) {
      const logarithm = g.op('LogSoftmax', [logits]);
      // 1 − p, which would lose its digits where p is near 1.
      const doubt = g.op('Neg', [g.op('Expm1', [logarithm])]);
      const present = smooth(g, targets, labelSmoothing, 1 / classesOf(g, targets));
      const terms = multiply(g, power(g, doubt, gamma), multiply(g, present, logarithm));
      return multiply(g, floatConstant(g, -alpha), sum(g, terms, [1]));
    },
  }),
);

/**
 * Sigmoid cross-entropy that counts a class less, the surer the model is of it (arXiv:1708.02002): (1 − pₜ)^gamma times the cross-entropy, pₜ being what the model
 * gives to the target; the mean over the classes, as Keras' `BinaryFocalCrossentropy(from_logits=True)`. `gamma` at least 0 (default 2); `labelSmoothing` (default 0)
 * in [0, 1) moves each target that much of its way to a half; with `applyClassBalancing` (default false) what is present counts `alpha` (0 to 1, default 0.25) times,
 * what is absent 1 − `alpha` times.
 */
export const binaryFocalCrossEntropy = losses.define(
  'binaryFocalCrossEntropy',
  focal.extend({ applyClassBalancing: z.boolean().default(false) }),
  ({ alpha, gamma, labelSmoothing, applyClassBalancing }) => ({
    perExample(g, logits, targets) {
      const present = smooth(g, targets, labelSmoothing, 0.5);
      const absent = subtract(g, floatConstant(g, 1), present);
      const doubt = add(
        g,
        multiply(g, present, sigmoid(g, g.op('Neg', [logits]))),
        multiply(g, absent, sigmoid(g, logits)),
      );
      const terms = multiply(g, power(g, doubt, gamma), sigmoidCrossEntropy(g, logits, present, absent));
      if (!applyClassBalancing) return mean(g, terms, [1]);
      const weight = add(
        g,
        multiply(g, present, floatConstant(g, alpha)),
        multiply(g, absent, floatConstant(g, 1 - alpha)),
      );
      return mean(g, multiply(g, weight, terms), [1]);
    },
  }),
);

/** The loss of a task where nobody says otherwise: softmax cross-entropy, or binary cross-entropy of multi-label ones. Throws UsageError. */
export function defaultLoss(kind: TaskKind, options: z.input<typeof smoothed> = {}): Described<'loss'> {
  return kind === 'multi-label' ? binaryCrossEntropy(options) : categoricalCrossEntropy(options);
}

/** Targets, moved by a share of their way to a value. */
function smooth(g: GraphBuilder, targets: Output, share: number, value: number): Output {
  if (share === 0) return targets;
  return add(g, multiply(g, targets, floatConstant(g, 1 - share)), floatConstant(g, share * value));
}

const classesOf = (g: GraphBuilder, targets: Output): number => g.shape(targets)?.[1] ?? 1;

/** Of each class: −present · ln p − absent · ln(1 − p). */
function sigmoidCrossEntropy(g: GraphBuilder, logits: Output, present: Output, absent: Output): Output {
  // −ln sigmoid(x) is softplus(−x): neither side of the sum overflows, and its gradient is smooth where logits are 0.
  const missed = multiply(g, present, g.op('Softplus', [g.op('Neg', [logits])]));
  const claimed = multiply(g, absent, g.op('Softplus', [logits]));
  return add(g, missed, claimed);
}

/** doubt^gamma, of doubts from 0 to 1. */
function power(g: GraphBuilder, doubt: Output, gamma: number): Output {
  // At 0 the slope is infinite for a gamma below 1: times a slope of 0 it would be NaN.
  return g.op('Pow', [g.op('Maximum', [doubt, floatConstant(g, 1e-30)]), floatConstant(g, gamma)]);
}
