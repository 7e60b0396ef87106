import type { GraphBuilder } from '../../graph/builder';
import { add, cast, divide, floatConstant, intConstant, mean, multiply, subtract } from '../../graph/ops';
import type { Variable, VariableSource } from '../../graph/variables';
import type { Output } from '../../native/graph';
import type { BatchNorm, Parameter } from '../architecture';

/** How a moving statistic changes with a batch. */
interface Move {
  readonly variable: Variable;
  /** What is taken off it. */
  readonly step: Output;
}

/** Batch normalisation of activations [n, height, width, channels] by variables: by the batch's own statistics, or by the moving ones. */
export class BatchNormalization {
  private readonly moves: Move[] = [];

  constructor(
    private readonly g: GraphBuilder,
    private readonly store: VariableSource<Parameter>,
    /** By the batch's own statistics; otherwise by the moving ones. */
    private readonly training: boolean,
  ) {}

  apply(batchNorm: BatchNorm, x: Output): Output {
    return this.training && !batchNorm.fused ? this.byMoments(batchNorm, x) : this.fused(batchNorm, x);
  }

  /** Adds operations that move the statistics, after others; run them beside a training step. */
  updates(after: readonly string[]): string[] {
    return this.moves.map(({ variable, step }) =>
      this.g.effect(
        'AssignSubVariableOp',
        [variable.handle, step],
        { dtype: { type: 'float32' } },
        { controlInputs: [...after] },
      ),
    );
  }

  /** As Keras' synchronised batch normalisation: E[x²] − E[x]² for the variance, step by step, so that even its rounding is the official one. */
  private byMoments(batchNorm: BatchNorm, x: Output): Output {
    const { g, store } = this;
    const batchMean = mean(g, x, [0, 1, 2]);
    const meanSquare = mean(g, g.op('Square', [x]), [0, 1, 2]);
    const difference = subtract(g, meanSquare, g.op('Square', [batchMean]));
    const variance = g.op('Maximum', [difference, floatConstant(g, 0)]);
    const epsilon = floatConstant(g, batchNorm.epsilon);
    const inverse = multiply(g, g.op('Rsqrt', [add(g, variance, epsilon)]), store.get(batchNorm.gamma).value);
    this.move(store.get(batchNorm.movingMean), batchMean, batchNorm.momentum);
    this.move(store.get(batchNorm.movingVariance), variance, batchNorm.momentum);
    const offset = subtract(g, store.get(batchNorm.beta).value, multiply(g, batchMean, inverse));
    return add(g, multiply(g, x, inverse), offset);
  }

  private fused(batchNorm: BatchNorm, x: Output): Output {
    const { g, store, training } = this;
    const movingMean = store.get(batchNorm.movingMean);
    const movingVariance = store.get(batchNorm.movingVariance);
    const empty = () => floatConstant(g, new Float32Array(0), [0]);
    const [normalized, batchMean, batchVariance] = g.outputs(
      'FusedBatchNormV3',
      [
        x,
        store.get(batchNorm.gamma).value,
        store.get(batchNorm.beta).value,
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
      this.move(movingMean, batchMean, batchNorm.momentum);
      this.move(movingVariance, variance, batchNorm.momentum);
    }
    return normalized;
  }

  /** FusedBatchNormV3 gives n / (n − 1) times the population variance. */
  private populationVariance(x: Output, besselVariance: Output): Output {
    const { g } = this;
    const shape = g.op('Slice', [g.op('Shape', [x]), intConstant(g, [0]), intConstant(g, [3])]);
    const count = cast(g, g.op('Prod', [shape, intConstant(g, [0])]), 'float32');
    return multiply(g, besselVariance, divide(g, subtract(g, count, floatConstant(g, 1)), count));
  }

  private move(variable: Variable, batchValue: Output, momentum: number): void {
    const { g } = this;
    const rate = floatConstant(g, 1 - momentum);
    this.moves.push({ variable, step: multiply(g, subtract(g, variable.value, batchValue), rate) });
  }
}
