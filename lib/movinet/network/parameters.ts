import type { GraphBuilder } from '../../graph/builder';
import { biasAdd, floatConstant, multiply, reshape } from '../../graph/ops';
import type { VariableSource } from '../../graph/variables';
import type { Output } from '../../native/graph';
import type { Conv, Parameter, Stage } from '../architecture';
import type { Weights } from '../../graph/weights';
import { BatchNormalization } from './batch-norm';
import {
  foldConstants,
  foldedValues,
  foldVariables,
  type ConvolutionValues,
  type FoldedConvolution,
  type NormalizedConv,
} from './folded-convolution';

export interface ParameterOptions {
  weights: Weights;
  /** Which stages have variables. */
  variables: (stage: Stage) => boolean;
  /**
   * What batch normalisation of the stages with variables goes by: `batch` its own statistics, which move the moving ones; `moving` these; `fixed` these as
   * `weights` has them, as constants.
   */
  statistics: 'batch' | 'moving' | 'fixed';
}

/**
 * Where the network's numbers live. A frozen stage is built from constants, a trainable one from resource variables in checkpoint shapes; batch normalisation
 * is folded into the convolutions wherever its statistics are constant. One network, every build, stage by stage.
 */
export class NetworkParameters {
  private readonly batchNormalization: BatchNormalization;
  private readonly folded = new Map<Parameter, FoldedConvolution>();

  constructor(
    private readonly g: GraphBuilder,
    private readonly store: VariableSource<Parameter>,
    private readonly options: ParameterOptions,
  ) {
    this.batchNormalization = new BatchNormalization(g, store, options.statistics === 'batch');
  }

  /** Adds operations that move the batch normalisations' statistics, after others; run them beside a training step. */
  statisticsUpdates(after: readonly string[] = []): string[] {
    return this.batchNormalization.updates(after);
  }

  /** The parameter's value, reshaped for the operation that takes it. */
  value(parameter: Parameter, shape?: number[]): Output {
    if (!this.options.variables(parameter.stage)) {
      return floatConstant(this.g, this.options.weights.get(parameter).data, shape ?? [...parameter.shape]);
    }
    const { value } = this.store.get(parameter);
    return shape === undefined ? value : reshape(this.g, value, shape);
  }

  /** The filter of a convolution as `shape`, with the batch normalisation folded in where its statistics are constant. */
  filter(conv: Conv, shape: number[]): Output {
    return this.isFolded(conv) ? this.fold(conv).filter(shape) : this.value(conv.kernel, shape);
  }

  /** What follows a convolution: its bias, or its batch normalisation and its scale. `x` [n, height, width, channels] or [n, channels]. */
  biasOrNormalize(conv: Conv, x: Output): Output {
    if (conv.bias) return biasAdd(this.g, x, this.value(conv.bias));
    if (!conv.batchNorm) return x;
    if (this.isFolded(conv)) return biasAdd(this.g, x, this.fold(conv).bias());
    const normalized = this.batchNormalization.apply(conv.batchNorm, x);
    return conv.outputScale ? multiply(this.g, normalized, this.value(conv.outputScale)) : normalized;
  }

  /** Whether the convolution is built from constants. */
  isFrozen(conv: Conv): boolean {
    return !this.learns(conv);
  }

  /** Whether the convolution, with whatever follows it up to its activation, is a filter and a bias. */
  isFilterAndBias(conv: Conv): boolean {
    return conv.batchNorm === undefined || this.isFolded(conv);
  }

  /** What {@link isFilterAndBias} says there is: the filter as the checkpoint has it, and the bias [out]. */
  filterAndBias(conv: Conv): { readonly filter: Output; readonly bias: Output } {
    const shape = [...conv.kernel.shape];
    if (this.isFolded(conv)) return { filter: this.fold(conv).filter(shape), bias: this.fold(conv).bias() };
    const channels = shape.at(-1) ?? 0;
    const none = (): Output => floatConstant(this.g, new Float32Array(channels), [channels]);
    return { filter: this.value(conv.kernel), bias: conv.bias ? this.value(conv.bias) : none() };
  }

  /** The numbers of a frozen convolution, with whatever follows it folded in. */
  constants(conv: Conv): ConvolutionValues {
    const { weights } = this.options;
    if (conv.batchNorm) return foldedValues(weights, conv as NormalizedConv);
    const filter = weights.get(conv.kernel).data;
    return { filter, bias: conv.bias ? weights.get(conv.bias).data : new Float32Array(conv.kernel.shape.at(-1) ?? 0) };
  }

  private isFolded(conv: Conv): conv is NormalizedConv {
    return conv.batchNorm !== undefined && (this.options.statistics === 'fixed' || !this.learns(conv));
  }

  private learns(conv: Conv): boolean {
    return this.options.variables(conv.kernel.stage);
  }

  /** Made once for both passes of a graph. */
  private fold(conv: NormalizedConv): FoldedConvolution {
    const known = this.folded.get(conv.kernel);
    if (known) return known;
    const { g, store, options } = this;
    const { weights } = options;
    const made = this.learns(conv) ? foldVariables(g, { store, weights }, conv) : foldConstants(g, weights, conv);
    this.folded.set(conv.kernel, made);
    return made;
  }
}
