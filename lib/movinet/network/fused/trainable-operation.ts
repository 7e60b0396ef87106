import type { GradientTape } from '../../../graph/gradient-tape';
import type { GraphBuilder } from '../../../graph/builder';
import type { AttributeValue, Output } from '../../../native/graph';

/** Weights as inputs of an operation. */
export interface WeightInputs {
  readonly filter: Output;
  readonly bias: Output;
}

export interface TrainableCall {
  readonly type: 'TrainableClipStem' | 'TrainableClipBottleneck' | 'TrainableClipHead';
  /** Clips, or what the operation before gave. */
  readonly x: Output;
  /** Of a bottleneck: what is added to what its squeeze-excitation reads; what each clip's branch is scaled by. */
  readonly positions?: Output | undefined;
  readonly scales?: Output | undefined;
  /** Layer by layer, in the operation's order. */
  readonly weights: readonly WeightInputs[];
  /** Whether these, and the positions, are anything but constants. */
  readonly learns: boolean;
  readonly attributes: Record<string, AttributeValue>;
  /** Of the operation, but not of its gradient. */
  readonly products?: Record<string, AttributeValue>;
}

/** Adds a fused operation whose weights are inputs, its gradient on `tape`. */
export function trainableOperation(g: GraphBuilder, call: TrainableCall, tape: GradientTape | undefined): Output {
  const { type, x, scales, attributes, products } = call;
  const taped = (value: Output): Output => (tape && call.learns ? tape.weight(value) : value);
  const positions = call.positions && taped(call.positions);
  const weights = call.weights.flatMap(({ filter, bias }) => [taped(filter), taped(bias)]);
  const bottleneck = type === 'TrainableClipBottleneck';
  const optional = (input: Output | undefined): Output[] => (input === undefined ? [] : [input]);
  const operands = bottleneck ? [optional(positions), optional(scales), weights] : weights;
  const result = g.op(`MovinetNative>${type}`, [x, ...operands], { ...attributes, ...products });
  if (tape === undefined) return result;
  return tape.record({
    activations: x,
    weights: call.learns ? [...optional(positions), ...weights] : [],
    result,
    gradient: (ofResult, first) => {
      const given = first ? 0 : 1;
      const counted = type === 'TrainableClipStem' ? {} : { input_gradients: { int: given } };
      const gradients = g.outputs(`MovinetNative>${type}Grad`, [x, ofResult, ...operands], {
        ...attributes,
        ...counted,
      });
      return { activations: first ? undefined : gradients[0], weights: call.learns ? gradients.slice(given) : [] };
    },
  });
}
