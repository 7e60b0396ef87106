import { add, cast, concat, floatConstant, intConstant, multiply, reshape } from '../../graph/ops';
import type { Output } from '../../native/graph';
import type { BuildContext } from './build-context';
import { frameNumbers } from './global-pool';

/** For each frame all sines, then all cosines (specification §2.7): [1, frames, channels]. */
export function positionalEncoding(context: BuildContext, statePrefix: string, channels: number): Output {
  const { g, layout, states } = context;
  let positions = frameNumbers(context, 0);
  if (states) {
    const count = states.add(`${statePrefix}_pos_enc_frame_count`, 'int32', [1]);
    positions = add(g, positions, count.input);
    count.output = add(g, count.input, layout.frameCount());
  }
  const half = channels / 2;
  const rates = Float32Array.from({ length: half }, (_, i) => 10000 ** ((-2 * i) / channels));
  const angles = multiply(g, reshape(g, cast(g, positions, 'float32'), [-1, 1]), floatConstant(g, rates, [1, half]));
  const encoding = concat(g, [g.op('Sin', [angles]), g.op('Cos', [angles])], 1);
  return g.op('ExpandDims', [encoding, intConstant(g, 0)]);
}
