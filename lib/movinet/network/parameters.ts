import type { GraphBuilder } from '../../graph/builder';
import {
  add,
  biasAdd,
  cast,
  divide,
  floatConstant,
  intConstant,
  mean,
  multiply,
  reshape,
  subtract,
} from '../../graph/ops';
import type { Variable, VariableStore } from '../../graph/variables';
import type { Output } from '../../native/graph';
import type { BatchNorm, Conv, Parameter, Stage } from '../architecture';
import type { Weights } from '../../graph/weights';

/**
 * Where the network's numbers live. A frozen stage is built from constants, its batch normalisation folded into the convolutions; a trainable
 * stage from resource variables in checkpoint shapes, its batch normalisation in training mode. One network, both builds, stage by stage.
 */
export interface ParameterOptions {
  weights: Weights;
  /** Which stages have variables. */
  variables: (stage: Stage) => boolean;
  /** Batch normalisation of the stages with variables: by the batch's own statistics, or by the moving ones. */
  training: boolean;
}

type NormalizedConv = Conv & { readonly batchNorm: BatchNorm };

export class NetworkParameters {
  /** Operations that move the batch normalisations' statistics; run them beside a training step. */
  readonly statisticsUpdates: string[] = [];

  constructor(
    private readonly g: GraphBuilder,
    private readonly store: VariableStore<Parameter>,
    private readonly options: ParameterOptions,
  ) {}

  /** The parameter's value, reshaped for the operation that takes it. */
  value(parameter: Parameter, shape?: number[]): Output {
    if (!this.options.variables(parameter.stage)) {
      return floatConstant(this.g, this.options.weights.get(parameter).data, shape ?? [...parameter.shape]);
    }
    const { value } = this.store.get(parameter);
    return shape === undefined ? value : reshape(this.g, value, shape);
  }

  /** Whether the kernel already holds the batch normalisation. */
  private isFolded(conv: Conv): conv is NormalizedConv {
    return conv.batchNorm !== undefined && !this.options.variables(conv.kernel.stage);
  }

  /** The filter of a convolution as `shape`, with the batch normalisation folded in where that is constant. */
  filter(conv: Conv, shape: number[]): Output {
    if (!this.isFolded(conv)) return this.value(conv.kernel, shape);
    const { scale } = this.foldedBatchNorm(conv);
    const kernel = this.options.weights.get(conv.kernel).data;
    // Output channels run fastest in every kernel layout used here: [.., in, out], [.., 1, channels] and [.., channels, 1].
    const folded = kernel.map((weight, index) => weight * (scale[index % scale.length] as number));
    return floatConstant(this.g, folded, shape);
  }

  /** What follows a convolution: its bias, or its batch normalisation and its scale. `x` [n, height, width, channels] or [n, channels]. */
  biasOrNormalize(conv: Conv, x: Output): Output {
    if (conv.bias) return biasAdd(this.g, x, this.value(conv.bias));
    if (!conv.batchNorm) return x;
    if (this.isFolded(conv)) {
      const { offset } = this.foldedBatchNorm(conv);
      return biasAdd(this.g, x, floatConstant(this.g, offset, [offset.length]));
    }
    const normalized = this.normalize(conv.batchNorm, x);
    return conv.outputScale ? multiply(this.g, normalized, this.value(conv.outputScale)) : normalized;
  }

  /** What the convolution's outputs are multiplied with, and what is added, channel by channel. */
  private foldedBatchNorm({ batchNorm, outputScale }: NormalizedConv): { scale: Float64Array; offset: Float32Array } {
    const { weights } = this.options;
    const factor = outputScale ? (weights.get(outputScale).data[0] as number) : 1;
    const gamma = weights.get(batchNorm.gamma).data;
    const beta = weights.get(batchNorm.beta).data;
    const mean = weights.get(batchNorm.movingMean).data;
    const variance = weights.get(batchNorm.movingVariance).data;
    // In double precision, so that each constant is rounded once.
    const scale = Float64Array.from(
      gamma,
      (value, i) => (factor * value) / Math.sqrt((variance[i] as number) + batchNorm.epsilon),
    );
    const offset = beta.map((value, i) => factor * value - (mean[i] as number) * (scale[i] as number));
    return { scale, offset };
  }

  private normalize(batchNorm: BatchNorm, x: Output): Output {
    const byMoments = this.options.training && !batchNorm.fused;
    return byMoments ? this.normalizeByMoments(batchNorm, x) : this.normalizeFused(batchNorm, x);
  }

  /** As Keras' synchronised batch normalisation: E[x²] − E[x]² for the variance, step by step, so that even its rounding is the official one. */
  private normalizeByMoments(batchNorm: BatchNorm, x: Output): Output {
    const g = this.g;
    const batchMean = mean(g, x, [0, 1, 2]);
    const meanSquare = mean(g, g.op('Square', [x]), [0, 1, 2]);
    const difference = subtract(g, meanSquare, g.op('Square', [batchMean]));
    const variance = g.op('Maximum', [difference, floatConstant(g, 0)]);
    const epsilon = floatConstant(g, batchNorm.epsilon);
    const inverse = multiply(g, g.op('Rsqrt', [add(g, variance, epsilon)]), this.value(batchNorm.gamma));
    this.moveStatistics(this.store.get(batchNorm.movingMean), batchMean, batchNorm.momentum);
    this.moveStatistics(this.store.get(batchNorm.movingVariance), variance, batchNorm.momentum);
    const offset = subtract(g, this.value(batchNorm.beta), multiply(g, batchMean, inverse));
    return add(g, multiply(g, x, inverse), offset);
  }

  private normalizeFused(batchNorm: BatchNorm, x: Output): Output {
    const g = this.g;
    const movingMean = this.store.get(batchNorm.movingMean);
    const movingVariance = this.store.get(batchNorm.movingVariance);
    const { training } = this.options;
    const empty = () => floatConstant(g, new Float32Array(0), [0]);
    const [normalized, batchMean, batchVariance] = g.outputs(
      'FusedBatchNormV3',
      [
        x,
        this.value(batchNorm.gamma),
        this.value(batchNorm.beta),
        training ? empty() : movingMean.value,
        training ? empty() : movingVariance.value,
      ],
      {
        epsilon: { float: batchNorm.epsilon },
        is_training: training,
        data_format: 'NHWC',
        exponential_avg_factor: { float: 1 },
      },
    ) as [Output, Output, Output];
    if (training) {
      const variance = batchNorm.population ? this.populationVariance(x, batchVariance) : batchVariance;
      this.moveStatistics(movingMean, batchMean, batchNorm.momentum);
      this.moveStatistics(movingVariance, variance, batchNorm.momentum);
    }
    return normalized;
  }

  /** FusedBatchNormV3 gives n / (n − 1) times the population variance. */
  private populationVariance(x: Output, besselVariance: Output): Output {
    const g = this.g;
    const shape = g.op('Slice', [g.op('Shape', [x]), intConstant(g, [0]), intConstant(g, [3])]);
    const count = cast(g, g.op('Prod', [shape, intConstant(g, [0])]), 'float32');
    return multiply(g, besselVariance, divide(g, subtract(g, count, floatConstant(g, 1)), count));
  }

  private moveStatistics(variable: Variable, batchValue: Output, momentum: number): void {
    const g = this.g;
    const rate = floatConstant(g, 1 - momentum);
    const step = multiply(g, subtract(g, variable.value, batchValue), rate);
    this.statisticsUpdates.push(
      g.effect('AssignSubVariableOp', [variable.handle, step], { dtype: { type: 'float32' } }),
    );
  }
}
