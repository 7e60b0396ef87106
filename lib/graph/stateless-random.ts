import { derive } from '../base/random';
import type { Output } from '../native/graph';
import type { GraphBuilder } from './builder';
import { add, intConstant, reshape } from './ops';
import type { StepInputs } from './step-inputs';

/** What a graph's random numbers follow from, beside the place that draws them. */
export interface RandomSource {
  /** Any integer. */
  readonly seed: number;
  /** Each batch has numbers of its own. */
  readonly inputs: StepInputs;
}

/**
 * Uniform float32 numbers in [0, 1) of a shape (an int32 vector, its first dimension the clips). They follow from (seed, place, pass) and the batch's shape alone, in every
 * session and process: the kernel keeps no state, so a run that goes on from a batch draws what it would have drawn, and a batch in parts what it would have as a whole.
 *
 * @param place Names what draws: two places of one name draw the same numbers.
 */
export function statelessUniform(g: GraphBuilder, shape: Output, source: RandomSource, place: string): Output {
  // The first version of the operation: its algorithm is fixed, where the second leaves it to the device.
  const [key] = derive(source.seed, 'graph', place).state;
  const seeds = g.op('Pack', [[intConstant(g, key), source.inputs.pass]]);
  const { before, after } = source.inputs.others;
  const rank = g.shape(shape)?.[0] ?? 1;
  const atFirst = (value: Output): Output => g.op('PadV2', [vector(g, value), paddings(g, rank), intConstant(g, 0)]);
  const whole = add(g, shape, atFirst(add(g, before, after)));
  const numbers = g.op('StatelessRandomUniform', [whole, seeds], { dtype: { type: 'float32' } });
  return g.op('Slice', [numbers, atFirst(before), shape]);
}

const vector = (g: GraphBuilder, scalar: Output): Output => g.op('Pack', [[scalar]]);

/** Zeros behind a vector's one number, up to this many. */
const paddings = (g: GraphBuilder, count: number): Output => reshape(g, intConstant(g, [0, count - 1]), [1, 2]);
