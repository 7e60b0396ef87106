import { z } from 'zod';
import { type Described, Registry } from '../base/described';
import type { TaskKind } from '../base/task';
import type { GraphBuilder } from '../graph/builder';
import { add, floatConstant, mean, multiply, subtract } from '../graph/ops';
import type { Output } from '../native/graph';

/** What training minimises, its mean over the clips of a step. */
export interface Loss {
  /** Adds the loss of each clip, [batch] in nats, from logits and dense targets, both [batch, classes]. */
  perExample(g: GraphBuilder, logits: Output, targets: Output): Output;
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
    const classes = g.shape(targets)?.[1] ?? 1;
    return g.op('SoftmaxCrossEntropyWithLogits', [logits, smooth(g, targets, labelSmoothing, 1 / classes)]);
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
    // −log sigmoid(x) is softplus(−x): neither side of the sum overflows, and its gradient is smooth where logits are 0.
    const missed = multiply(g, present, g.op('Softplus', [g.op('Neg', [logits])]));
    const claimed = multiply(g, absent, g.op('Softplus', [logits]));
    return mean(g, add(g, missed, claimed), [1]);
  },
}));

/** The loss of a task where nobody says otherwise: softmax cross-entropy, or binary cross-entropy of multi-label ones. Throws UsageError. */
export function defaultLoss(kind: TaskKind, options: z.input<typeof smoothed> = {}): Described<'loss'> {
  return kind === 'multi-label' ? binaryCrossEntropy(options) : categoricalCrossEntropy(options);
}

/** Targets, moved by a share of their way to a value. */
function smooth(g: GraphBuilder, targets: Output, share: number, value: number): Output {
  if (share === 0) return targets;
  return add(g, multiply(g, targets, floatConstant(g, 1 - share)), floatConstant(g, share * value));
}
