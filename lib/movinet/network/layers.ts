import { conv2d, matMul, add, floatConstant, multiply, relu6, sigmoid } from '../../graph/ops';
import type { Output } from '../../native/graph';
import type { Conv } from '../architecture';
import type { BuildContext } from './build-context';
import type { GraphBuilder } from '../../graph/builder';
import type { Activation, GatingActivation } from '../options';

/** Specification §2.3. */
export function activate(g: GraphBuilder, x: Output, activation: Activation): Output {
  switch (activation) {
    case 'swish':
      return multiply(g, x, sigmoid(g, x));
    case 'hard_swish':
      return multiply(g, x, multiply(g, relu6(g, add(g, x, floatConstant(g, 3))), floatConstant(g, 1 / 6)));
    case 'relu6':
      return relu6(g, x);
  }
}

/** The gate of a squeeze-excitation, in [0, 1] (the official hard sigmoid ends at 1.00002). */
export function gate(g: GraphBuilder, x: Output, activation: GatingActivation): Output {
  switch (activation) {
    case 'sigmoid':
      return sigmoid(g, x);
    case 'hard_sigmoid':
      return multiply(g, relu6(g, add(g, x, floatConstant(g, 3))), floatConstant(g, 0.16667));
    case 'keras_hard_sigmoid':
      return g.op('ClipByValue', [
        add(g, multiply(g, x, floatConstant(g, 0.2)), floatConstant(g, 0.5)),
        floatConstant(g, 0),
        floatConstant(g, 1),
      ]);
  }
}

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
