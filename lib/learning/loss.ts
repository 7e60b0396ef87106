import { UsageError } from '../base/errors';
import type { TaskKind } from '../base/task';
import type { GraphBuilder } from '../graph/builder';
import { add, floatConstant, mean, multiply, subtract } from '../graph/ops';
import type { Output } from '../native/graph';

/** Builds the loss of each clip, [batch], from logits and dense targets, both [batch, classes]. */
export interface Loss {
  readonly name: string;
  perExample(g: GraphBuilder, logits: Output, targets: Output): Output;
}

export interface LossOptions {
  /** How far targets are moved towards what says nothing, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
}

/** The loss of a task where nobody says otherwise: softmax cross-entropy, or binary cross-entropy of multi-label ones. */
export function defaultLoss(kind: TaskKind, options: LossOptions = {}): Loss {
  return kind === 'multi-label' ? binaryCrossEntropy(options) : sparseCategoricalCrossEntropy(options);
}

/**
 * Softmax cross-entropy, from logits; targets are shares that sum to 1. `labelSmoothing` (default 0) in [0, 1) moves that much of the target's probability to all classes evenly.
 */
export function sparseCategoricalCrossEntropy(options: LossOptions = {}): Loss {
  const smoothing = checkedSmoothing(options);
  return {
    name: 'sparse_categorical_crossentropy',
    perExample(g, logits, targets) {
      const classes = g.shape(targets)?.[1] ?? 1;
      return g.op('SoftmaxCrossEntropyWithLogits', [logits, smooth(g, targets, smoothing, 1 / classes)]);
    },
  };
}

/**
 * Sigmoid cross-entropy, from logits: the mean over the classes, as Keras' `BinaryCrossentropy(from_logits=True)`. `labelSmoothing` (default 0) in [0, 1)
 * moves each target that much of its way to a half.
 */
export function binaryCrossEntropy(options: LossOptions = {}): Loss {
  const smoothing = checkedSmoothing(options);
  return {
    name: 'binary_crossentropy',
    perExample(g, logits, targets) {
      const present = smooth(g, targets, smoothing, 0.5);
      const absent = subtract(g, floatConstant(g, 1), present);
      // −log sigmoid(x) is softplus(−x): neither side of the sum overflows, and its gradient is smooth where logits are 0.
      const missed = multiply(g, present, g.op('Softplus', [g.op('Neg', [logits])]));
      const claimed = multiply(g, absent, g.op('Softplus', [logits]));
      return mean(g, add(g, missed, claimed), [1]);
    },
  };
}

function checkedSmoothing({ labelSmoothing = 0 }: LossOptions): number {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw new UsageError(`labelSmoothing must be at least 0 and below 1, got ${labelSmoothing}`);
  return labelSmoothing;
}

/** Targets, moved by a share of their way to a value. */
function smooth(g: GraphBuilder, targets: Output, share: number, value: number): Output {
  if (share === 0) return targets;
  return add(g, multiply(g, targets, floatConstant(g, 1 - share)), floatConstant(g, share * value));
}
