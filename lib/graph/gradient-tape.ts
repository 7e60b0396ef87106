import type { Output } from '../native/graph';
import type { GraphBuilder } from './builder';

/** What an operation that TensorFlow knows no gradient of gives back to what it was computed from. */
export interface TapedGradient {
  /** Of its activations; undefined where nothing before it learns. */
  readonly activations: Output | undefined;
  /** Beside its weights. */
  readonly weights: readonly Output[];
}

export interface TapedOperation {
  /** What it computes from: the result of the operation that was recorded before it, or what nothing learns in. */
  readonly activations: Output;
  /** What else it computes from, and needs the gradient of: {@link GradientTape.weight} gave them. */
  readonly weights: readonly Output[];
  readonly result: Output;
  /** Adds what computes its gradient from that of the result. `first`: whether no other one comes before it. */
  readonly gradient: (ofResult: Output, first: boolean) => TapedGradient;
}

/**
 * Gradients through operations that TensorFlow knows none of. They are a chain: each computes from the result of the one before, and all the rest of the graph, whose
 * gradients TensorFlow adds, comes either behind the last or in front of their weights.
 */
export class GradientTape {
  private readonly operations: TapedOperation[] = [];

  constructor(private readonly g: GraphBuilder) {}

  /**
   * A value as operations on the tape take it. What is given a gradient must not itself be what the gradient is asked for: TensorFlow would lose what reaches it in
   * other ways, as through weight decay.
   */
  weight(value: Output): Output {
    return this.g.op('Identity', [value]);
  }

  /** Returns the result for the rest of the graph: TensorFlow's own gradients stop at it. */
  record(operation: TapedOperation): Output {
    const before = this.operations.at(-1);
    if (before !== undefined && before.result !== operation.activations) {
      throw new TypeError('An operation on a gradient tape computes from the one before it');
    }
    const result = this.g.op('StopGradient', [operation.result]);
    this.operations.push({ ...operation, result });
    return result;
  }

  /** d y/dx for each x, as {@link NativeGraph.addGradients}. */
  async gradients(y: Output, xs: readonly Output[]): Promise<Output[]> {
    const { g, operations } = this;
    const last = operations.at(-1);
    if (last === undefined) return g.graph.addGradients([y], [...xs]);
    const ys = [y];
    const carried = [g.op('OnesLike', [y])];
    let [ofResult] = await g.graph.addGradients([y], [last.result]);
    for (let i = operations.length - 1; i >= 0 && ofResult !== undefined; i -= 1) {
      await g.turn();
      const { weights, gradient } = operations[i] as TapedOperation;
      const given = gradient(ofResult, i === 0);
      ys.push(...weights);
      carried.push(...given.weights);
      ofResult = given.activations;
    }
    // What TensorFlow added between the last result and y it adds once more here: the same operations, which it runs once.
    return g.graph.addGradients(ys, [...xs], carried);
  }
}
