import type { GraphBuilder } from '../../graph/builder';
import { floatConstant, multiply, reshape, subtract } from '../../graph/ops';
import type { VariableSource } from '../../graph/variables';
import type { Weights } from '../../graph/weights';
import type { Output } from '../../native/graph';
import type { BatchNorm, Conv, Parameter } from '../architecture';

export type NormalizedConv = Conv & { readonly batchNorm: BatchNorm };

/** A convolution, its batch normalisation by constant statistics, and its scale, as one convolution with a bias. */
export interface FoldedConvolution {
  /** Output channels run fastest in every kernel layout used here: [.., in, out], [.., 1, channels] and [.., channels, 1]. */
  filter(shape: number[]): Output;
  /** [out]. */
  bias(): Output;
}

/** √(variance + ε), channel by channel. In double precision, so that each constant is rounded once. */
function deviations({ epsilon, movingVariance }: BatchNorm, weights: Weights): Float64Array {
  return Float64Array.from(weights.get(movingVariance).data, (variance) => Math.sqrt(variance + epsilon));
}

/** The numbers of a convolution, in its checkpoint's order. */
export interface ConvolutionValues {
  readonly filter: Float32Array;
  /** [out]. */
  readonly bias: Float32Array;
}

/** Of constants: nothing of the batch normalisation is left. */
export function foldedValues(weights: Weights, conv: NormalizedConv): ConvolutionValues {
  const { batchNorm, outputScale } = conv;
  const factor = outputScale ? (weights.get(outputScale).data[0] as number) : 1;
  const gamma = weights.get(batchNorm.gamma).data;
  const mean = weights.get(batchNorm.movingMean).data;
  const scale = deviations(batchNorm, weights).map((deviation, i) => (factor * (gamma[i] as number)) / deviation);
  const kernel = weights.get(conv.kernel).data;
  const beta = weights.get(batchNorm.beta).data;
  return {
    filter: kernel.map((weight, index) => weight * (scale[index % scale.length] as number)),
    bias: beta.map((value, i) => factor * value - (mean[i] as number) * (scale[i] as number)),
  };
}

export function foldConstants(g: GraphBuilder, weights: Weights, conv: NormalizedConv): FoldedConvolution {
  const { filter, bias } = foldedValues(weights, conv);
  return {
    filter: (shape) => floatConstant(g, filter, shape),
    bias: () => floatConstant(g, bias, [bias.length]),
  };
}

/** Of variables beside constant statistics: kernel, gamma, beta and scale learn as they do under batch normalisation in inference mode. */
export function foldVariables(
  g: GraphBuilder,
  { store, weights }: { store: VariableSource<Parameter>; weights: Weights },
  conv: NormalizedConv,
): FoldedConvolution {
  const { batchNorm, outputScale } = conv;
  const mean = weights.get(batchNorm.movingMean).data;
  const inverse = deviations(batchNorm, weights).map((deviation) => 1 / deviation);
  const shift = inverse.map((value, i) => value * (mean[i] as number));
  const channels = inverse.length;
  const ofChannels = (values: Float64Array) => floatConstant(g, Float32Array.from(values), [channels]);
  const gamma = store.get(batchNorm.gamma).value;
  const beta = store.get(batchNorm.beta).value;
  const scaled = (x: Output) => (outputScale ? multiply(g, x, store.get(outputScale).value) : x);
  const kernel = reshape(g, store.get(conv.kernel).value, [-1, channels]);
  const filter = multiply(g, kernel, scaled(multiply(g, gamma, ofChannels(inverse))));
  const bias = scaled(subtract(g, beta, multiply(g, gamma, ofChannels(shift))));
  return { filter: (shape) => reshape(g, filter, shape), bias: () => bias };
}
