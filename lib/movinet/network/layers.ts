import { conv2d, matMul } from '../../graph/ops';
import type { Output } from '../../native/graph';
import type { Conv } from '../architecture';
import { activate } from './activations';
import type { BuildContext } from './build-context';

type LayerContext = Pick<BuildContext, 'g' | 'options' | 'parameters'>;

/** A dense convolution of each frame [batch · frames, height, width, channels], with its bias or batch normalisation. */
export function convolution({ g, parameters }: LayerContext, conv: Conv, x: Output): Output {
  const filter = parameters.filter(conv, conv.kernel.shape.slice(-4));
  return parameters.biasOrNormalize(conv, conv2d(g, x, filter, conv.stride));
}

/** A dense convolution with what follows it and the main activation. */
export function activatedConvolution(context: LayerContext, conv: Conv, x: Output): Output {
  return activate(context.g, convolution(context, conv, x), context.options.activation);
}

/** A convolution of one pixel and one frame on vectors [n, channels], with its bias. */
export function fullyConnected({ g, parameters }: LayerContext, conv: Conv, x: Output): Output {
  const filter = parameters.filter(conv, conv.kernel.shape.slice(-2));
  return parameters.biasOrNormalize(conv, matMul(g, x, filter));
}
