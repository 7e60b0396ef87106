import type { GraphBuilder } from '../graph/builder';
import { add, floatConstant, multiply } from '../graph/ops';
import type { Output } from '../native/graph';

/** Builds the loss of each clip, [batch], from logits and dense targets, both [batch, classes]. */
export interface Loss {
  readonly name: string;
  perExample(g: GraphBuilder, logits: Output, targets: Output): Output;
}

/**
 * Softmax cross-entropy, from logits. `labelSmoothing` (default 0) in [0, 1) moves that much of the target's probability to all classes evenly.
 */
export function sparseCategoricalCrossEntropy(options: { labelSmoothing?: number } = {}): Loss {
  const smoothing = options.labelSmoothing ?? 0;
  return {
    name: 'sparse_categorical_crossentropy',
    perExample(g, logits, targets) {
      const smoothed = smoothing === 0 ? targets : smooth(g, targets, smoothing);
      return g.op('SoftmaxCrossEntropyWithLogits', [logits, smoothed]);
    },
  };
}

function smooth(g: GraphBuilder, targets: Output, smoothing: number): Output {
  const classes = g.shape(targets)?.[1] ?? 1;
  return add(g, multiply(g, targets, floatConstant(g, 1 - smoothing)), floatConstant(g, smoothing / classes));
}
