import { derive } from '../base/random';
import type { Output } from '../native/graph';
import type { GraphBuilder } from './builder';
import { intConstant } from './ops';
import type { StepInputs } from './step-inputs';

/** What a graph's random numbers follow from, beside the place that draws them. */
export interface RandomSource {
  /** Any integer. */
  readonly seed: number;
  /** Each step has numbers of its own. */
  readonly inputs: StepInputs;
}

/**
 * Uniform float32 numbers in [0, 1) of a shape (an int32 vector). They follow from (seed, place, step) and the shape alone, in every session and process:
 * the kernel keeps no state, so a run that goes on from a step draws what it would have drawn.
 *
 * @param place Names what draws: two places of one name draw the same numbers.
 */
export function statelessUniform(g: GraphBuilder, shape: Output, source: RandomSource, place: string): Output {
  // The first version of the operation: its algorithm is fixed, where the second leaves it to the device.
  const [key] = derive(source.seed, 'graph', place).state;
  const seeds = g.op('Pack', [[intConstant(g, key), source.inputs.step]]);
  return g.op('StatelessRandomUniform', [shape, seeds], { dtype: { type: 'float32' } });
}
