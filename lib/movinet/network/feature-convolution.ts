import { concat, depthwiseConv2d, intConstant, pad, reshape } from '../../graph/ops';
import type { Output } from '../../native/graph';
import type { Block, Conv } from '../architecture';
import { activate } from './layers';
import type { BuildContext } from './build-context';

/**
 * A block's depthwise convolution over space and time, frames [batch · frames, height, width, channels]: one 3-D convolution, or a spatial and a
 * temporal one with an activation behind each (specification §2.5).
 */
export function featureConvolution(context: BuildContext, block: Block, x: Output): Output {
  const { feature, temporal } = block;
  const spatial = activated(context, feature, depthwise(context, block, x));
  if (!temporal) return spatial;
  return context.g.inScope('temporal', () => temporalConvolution(context, block, temporal, spatial));
}

function activated({ g, options, parameters }: BuildContext, conv: Conv, x: Output): Output {
  return activate(g, parameters.biasOrNormalize(conv, x), options.activation);
}

/** Kernel [height, width, channels, 1], or [frames, height, width, 1, channels], before normalisation. */
function depthwise(context: BuildContext, block: Block, x: Output): Output {
  const { g, parameters } = context;
  const { kernel, stride } = block.feature;
  const { shape } = kernel;
  if (shape.length === 4) return depthwiseConv2d(g, x, parameters.filter(block.feature, [...shape]), stride);
  const [frames, height, width, , channels] = shape as [number, number, number, number, number];
  if (frames > 1) return depthwise3d(context, block, x);
  return depthwiseConv2d(g, x, parameters.filter(block.feature, [height, width, channels, 1]), stride);
}

/**
 * A depthwise 3-D convolution as one 2-D convolution for each frame of the kernel, summed: the C API has no gradient of Conv3D, and CPU no
 * grouped kernel for it (specification §9).
 */
function depthwise3d(context: BuildContext, block: Block, x: Output): Output {
  const { g, layout, parameters } = context;
  const { kernel, stride } = block.feature;
  const [frames, height, width, , channels] = kernel.shape as [number, number, number, number, number];
  const filter = parameters.filter(block.feature, [frames, height, width, channels]);
  const rows = withNeighbours(context, block, x);
  const terms = Array.from({ length: frames }, (_, index) => {
    const start = intConstant(g, [index, 0, 0, 0]);
    const ofFrame = g.op('Slice', [filter, start, intConstant(g, [1, height, width, channels])]);
    const window = layout.rowsToFrames(layout.window(rows, index), x);
    return depthwiseConv2d(g, window, reshape(g, ofFrame, [height, width, channels, 1]), stride);
  });
  return g.op('AddN', [terms]);
}

/** The temporal half: kernel [frames, 1, channels, 1], or [frames, 1, 1, 1, channels]. */
function temporalConvolution(context: BuildContext, block: Block, temporal: Conv, x: Output): Output {
  const { g, layout, parameters } = context;
  const pixels = layout.rowsToPixels(withNeighbours(context, block, x), x);
  const filter = parameters.filter(temporal, [block.kernelFrames, 1, block.expandedChannels, 1]);
  // Activated before the reshape, which would keep TensorFlow from fusing bias and activation with the convolution.
  const convolved = activated(context, temporal, depthwiseConv2d(g, pixels, filter, 1, 'VALID'));
  return layout.rowsToFrames(convolved, x);
}

/** Frames as rows [batch, frames + more, …] with what the kernel needs around a clip: zeros, or the stream buffer's frames. */
function withNeighbours({ g, options, layout, states }: BuildContext, block: Block, frames: Output): Output {
  const extra = block.kernelFrames - 1;
  const rows = layout.toRows(frames);
  if (!states) {
    const before = options.causal ? extra : extra / 2;
    return pad(g, rows, [
      [0, 0],
      [before, extra - before],
      [0, 0],
    ]);
  }
  const [height = -1, width = -1, channels = -1] = (g.shape(frames) ?? []).slice(1);
  const batch = g.shape(rows)?.[0] ?? -1;
  const state = states.add(`state_${block.name}_stream_buffer`, 'float32', [batch, extra, height, width, channels]);
  const all = concat(g, [layout.clipsToRows(state.input, extra, frames), rows], 1);
  state.output = layout.rowsToClips(layout.rest(all), extra, frames);
  return all;
}
