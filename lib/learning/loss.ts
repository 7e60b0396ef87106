import type { GraphBuilder } from '../graph/builder';
import { floatConstant, intConstant } from '../graph/ops';
import type { Output } from '../native/graph';

/** Builds the loss of each clip, [batch], from logits [batch, classes] and int32 labels [batch]. */
export interface Loss {
  readonly name: string;
  perExample(g: GraphBuilder, logits: Output, labels: Output, numClasses: number): Output;
}

/**
 * Softmax cross-entropy of class indices, from logits. `labelSmoothing` (default 0) in [0, 1) moves that much of the target's probability
 * to all classes evenly.
 */
export function sparseCategoricalCrossEntropy(options: { labelSmoothing?: number } = {}): Loss {
  const smoothing = options.labelSmoothing ?? 0;
  return {
    name: 'sparse_categorical_crossentropy',
    perExample(g, logits, labels, numClasses) {
      const off = smoothing / numClasses;
      // The dense operation, as the C API has no gradient of the sparse one.
      const targets = g.op('OneHot', [
        labels,
        intConstant(g, numClasses),
        floatConstant(g, 1 - smoothing + off),
        floatConstant(g, off),
      ]);
      return g.op('SoftmaxCrossEntropyWithLogits', [logits, targets]);
    },
  };
}
