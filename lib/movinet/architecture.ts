import type { MovinetOptions } from './options';
import type { Variant } from './variants';

export type ParameterRole = 'kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance' | 'scale';

/** The part of the network that a parameter belongs to: `stem`, `block0` …, `head`, `classifier_head`. */
export type Stage = string;

/** One variable of the official model. */
export interface Parameter {
  /** Its checkpoint path below `model/`, without `/.ATTRIBUTES/VARIABLE_VALUE` (specification §5.1). */
  readonly path: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  readonly stage: Stage;
  /** False for moving statistics. */
  readonly trainable: boolean;
  /** Whether weight decay applies (specification §1.2). */
  readonly regularized: boolean;
}

/** gamma, beta and moving statistics of one batch normalisation. */
export interface BatchNorm {
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly movingMean: Parameter;
  readonly movingVariance: Parameter;
  readonly momentum: number;
  readonly epsilon: number;
  /** The moving variance takes the population variance; otherwise the Bessel-corrected one (specification §2.10). */
  readonly population: boolean;
  /** Training computes by TensorFlow's fused operation; otherwise step by step, as the official synchronised layers do. */
  readonly fused: boolean;
}

/** A convolution with its bias or batch normalisation. */
export interface Conv {
  readonly name: string;
  readonly kernel: Parameter;
  readonly bias?: Parameter;
  readonly batchNorm?: BatchNorm;
  /** A scalar that multiplies the result: ReZero, on a block's projection. */
  readonly outputScale?: Parameter;
  readonly stride: number;
}

export interface SqueezeExcitation {
  readonly reduce: Conv;
  readonly expand: Conv;
  /** What `reduce` reads: the block's channels, twice where it sees the present frame beside the mean over time. */
  readonly squeezedChannels: number;
  /** The weight of the positional encoding. */
  readonly positionScale?: Parameter;
}

export interface Block {
  /** `block0_layer0` … */
  readonly name: string;
  readonly expansion: Conv;
  /** Depthwise: [frames, height, width, 1, channels], or [height, width, channels, 1] for `2plus1d`. */
  readonly feature: Conv;
  /** The temporal half of a (2+1)-D feature convolution: [frames, 1, 1, 1, channels], or [frames, 1, channels, 1] for `2plus1d`. */
  readonly temporal?: Conv;
  readonly attention?: SqueezeExcitation;
  readonly projection: Conv;
  readonly skip:
    { readonly kind: 'identity' } | { readonly kind: 'projection'; readonly pool: boolean; readonly conv: Conv };
  readonly expandedChannels: number;
  readonly kernelFrames: number;
  /** The probability that training drops the block's branch. */
  readonly dropRate: number;
}

/** The whole network, layer by layer, with every variable's path and shape. Plain data. */
export interface Architecture {
  readonly options: MovinetOptions;
  readonly variant: Variant;
  readonly stem: Conv;
  readonly blocks: readonly Block[];
  readonly head: Conv;
  readonly classifierHidden: Conv;
  readonly classifier: Conv;
  /** Every variable, in the network's order. */
  readonly parameters: readonly Parameter[];
}

/** Whether the parameter belongs to the classifier head, the part that depends on the classes. */
export function isHead(parameter: Parameter): boolean {
  return parameter.stage === 'classifier_head';
}
