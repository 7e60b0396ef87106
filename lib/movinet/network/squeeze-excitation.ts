import { add, concat, mean, multiply, reshape, cast, floatConstant, intConstant } from '../../graph/ops';
import type { Output } from '../../native/graph';
import type { Block, SqueezeExcitation } from '../architecture';
import { activate, gate, fullyConnected } from './layers';
import type { BuildContext } from './build-context';
import { cumulativeMean, frameNumbers } from './global-pool';

/**
 * Weighs the channels of frames [batch · frames, height, width, channels] by what the clip shows (specification §2.6): one weight for the whole
 * clip where the squeeze is that of the whole clip, otherwise one for each frame.
 */
export function squeezeExcitation(
  context: BuildContext,
  block: Block,
  attention: SqueezeExcitation,
  x: Output,
): Output {
  const { g, layout, options } = context;
  const channels = block.expandedChannels;
  const perFrame = layout.vectorsToClips(mean(g, x, [1, 2]));
  if (options.seType === '3d' && !options.causal) {
    const weights = channelWeights(context, attention, mean(g, perFrame, [1]));
    return layout.toFrames(multiply(g, layout.toClips(x), reshape(g, weights, [-1, 1, 1, 1, channels])));
  }
  let squeezed = squeeze(context, block, perFrame);
  if (attention.positionScale) {
    const encoding = positionalEncoding(context, `state_${block.name}`, attention.squeezedChannels);
    squeezed = add(g, squeezed, multiply(g, encoding, context.parameters.value(attention.positionScale)));
  }
  const weights = channelWeights(context, attention, layout.vectorsToFrames(squeezed));
  return multiply(g, x, reshape(g, weights, [-1, 1, 1, channels]));
}

/** perFrame [batch, frames, channels] → [batch, frames, squeezedChannels]. */
function squeeze(context: BuildContext, block: Block, perFrame: Output): Output {
  const { g, options } = context;
  const overTime = () =>
    options.causal
      ? cumulativeMean(context, `state_${block.name}`, perFrame, block.expandedChannels)
      : g.op('BroadcastTo', [mean(g, perFrame, [1], true), g.op('Shape', [perFrame])]);
  if (options.seType === '2plus3d') return concat(g, [overTime(), perFrame], 2);
  return options.seType === '3d' ? overTime() : perFrame;
}

/** [n, squeezedChannels] → [n, channels], each in [0, 1]. */
function channelWeights(context: BuildContext, attention: SqueezeExcitation, squeezed: Output): Output {
  const { g, options } = context;
  const hidden = activate(g, fullyConnected(context, attention.reduce, squeezed), options.activation);
  return gate(g, fullyConnected(context, attention.expand, hidden), options.gatingActivation);
}

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
