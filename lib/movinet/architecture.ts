import type { MovinetOptions } from './options';
import { VARIANTS, type Variant } from './variants';

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
  /** The moving variance takes the population variance; otherwise the Bessel-corrected one (specification §2.10). */
  readonly population: boolean;
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
  /** Depthwise: [frames, height, width, 1, channels] for 3-D, [height, width, channels, 1] for (2+1)-D. */
  readonly feature: Conv;
  /** The temporal half of a (2+1)-D feature convolution, [frames, 1, channels, 1]. */
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
  readonly hiddenUnits: number;
  /** Every variable, in the network's order. */
  readonly parameters: readonly Parameter[];
}

/** Width of the classifier head's hidden layer (specification §1.1). */
const HIDDEN_UNITS = 2048;

/** `make_divisible(width, 8)` of the official code (specification §2.6). */
function makeDivisible(width: number): number {
  const rounded = Math.max(8, Math.floor((width + 4) / 8) * 8);
  return rounded < 0.9 * width ? rounded + 8 : rounded;
}

class Describer {
  readonly parameters: Parameter[] = [];

  constructor(private readonly options: MovinetOptions) {}

  /** A convolution's own sub-path: the 2-D layers of the stream models wrap a Keras layer, which adds a level. */
  private get conv(): string {
    return this.options.convType === '3d' ? '_conv' : '_conv/_conv';
  }

  parameter(path: string, shape: number[], role: ParameterRole, stage: Stage, regularized = false): Parameter {
    const trainable = role !== 'moving_mean' && role !== 'moving_variance';
    const parameter = { path, shape, role, stage, trainable, regularized };
    this.parameters.push(parameter);
    return parameter;
  }

  batchNorm(prefix: string, channels: number, stage: Stage, population: boolean): BatchNorm {
    const one = (role: ParameterRole) => this.parameter(`${prefix}/${role}`, [channels], role, stage);
    return {
      gamma: one('gamma'),
      beta: one('beta'),
      movingMean: one('moving_mean'),
      movingVariance: one('moving_variance'),
      population,
    };
  }

  /** A dense convolution of `size`² pixels in one frame. */
  dense(
    path: string,
    stage: Stage,
    channels: [number, number],
    given: {
      name: string;
      size?: number;
      stride?: number;
      bias?: boolean;
      population?: boolean;
      regularized?: boolean;
    },
  ): Conv {
    const size = given.size ?? 1;
    const shape = this.options.convType === '3d' ? [1, size, size, ...channels] : [size, size, ...channels];
    const kernel = this.parameter(`${path}/${this.conv}/kernel`, shape, 'kernel', stage, given.regularized ?? true);
    const common = { name: given.name, kernel, stride: given.stride ?? 1 };
    if (given.bias === true) {
      return { ...common, bias: this.parameter(`${path}/${this.conv}/bias`, [channels[1]], 'bias', stage) };
    }
    const batchNorm = this.batchNorm(`${path}/_batch_norm`, channels[1], stage, given.population ?? true);
    return { ...common, batchNorm };
  }
}

/** Describes the network of `options`: the one source of both builds, frozen and trainable. */
export function describeMovinet(options: MovinetOptions): Architecture {
  const variant: Variant = VARIANTS[options.variant];
  const d = new Describer(options);
  const backbone = 'layer_with_weights-0';
  const blockCount = variant.stages.flat().length;

  const stem = d.dense(`${backbone}/layer_with_weights-0/_stem`, 'stem', [3, variant.stemFilters], {
    name: 'stem',
    size: 3,
    stride: 2,
  });

  const blocks: Block[] = [];
  let channels = variant.stemFilters;
  variant.stages.forEach((layers, stageIndex) => {
    const stage = `block${stageIndex}`;
    layers.forEach((layer, layerIndex) => {
      const path = `${backbone}/layer_with_weights-${blocks.length + 1}`;
      const [kt, kh, kw] = layer.kernel;
      const wide = layer.expanded;
      const expansion = d.dense(`${path}/_expansion`, stage, [channels, wide], { name: 'expansion' });
      const spatialOnly = options.convType === '2plus1d';
      const feature: Conv = {
        name: 'feature',
        stride: layer.stride,
        kernel: spatialOnly
          ? d.parameter(`${path}/_feature/_conv/_conv/depthwise_kernel`, [kh, kw, wide, 1], 'kernel', stage, true)
          : d.parameter(`${path}/_feature/_conv/kernel`, [kt, kh, kw, 1, wide], 'kernel', stage, true),
        batchNorm: d.batchNorm(`${path}/_feature/_batch_norm`, wide, stage, true),
      };
      const temporal: Conv | undefined =
        spatialOnly && kt > 1
          ? {
              name: 'temporal',
              stride: 1,
              kernel: d.parameter(
                `${path}/_feature/_conv_temporal/_conv/depthwise_kernel`,
                [kt, 1, wide, 1],
                'kernel',
                stage,
                true,
              ),
              batchNorm: d.batchNorm(`${path}/_feature/_batch_norm_temporal`, wide, stage, true),
            }
          : undefined;
      const attention = describeAttention(d, options, `${path}/_attention`, stage, wide);
      const projection: Conv = {
        ...d.dense(`${path}/_projection`, stage, [wide, layer.channels], { name: 'projection' }),
        outputScale: d.parameter(`${path}/_mobile_bottleneck/_rezero/scale`, [], 'scale', stage),
      };
      const identity = channels === layer.channels && layer.stride === 1;
      const skip: Block['skip'] = identity
        ? { kind: 'identity' }
        : {
            kind: 'projection',
            pool: layer.stride === 2,
            conv: d.dense(`${path}/_skip/_projection`, stage, [channels, layer.channels], {
              name: 'skip',
              population: false,
            }),
          };
      blocks.push({
        name: `${stage}_layer${layerIndex}`,
        expansion,
        feature,
        ...(temporal ? { temporal } : {}),
        ...(attention ? { attention } : {}),
        projection,
        skip,
        expandedChannels: wide,
        kernelFrames: kt,
        dropRate: (options.stochasticDepthDropRate * (blocks.length + 1)) / blockCount,
      });
      channels = layer.channels;
    });
  });

  const head = d.dense(
    `${backbone}/layer_with_weights-${blockCount + 1}/_project`,
    'head',
    [channels, variant.headFilters],
    {
      name: 'head',
    },
  );
  const classifierHidden = d.dense(
    'layer_with_weights-1/_head',
    'classifier_head',
    [variant.headFilters, HIDDEN_UNITS],
    {
      name: 'hidden',
      bias: true,
    },
  );
  const classifier = d.dense(
    'layer_with_weights-1/_classifier',
    'classifier_head',
    [HIDDEN_UNITS, options.numClasses],
    {
      name: 'classifier',
      bias: true,
      regularized: false,
    },
  );
  return {
    options,
    variant,
    stem,
    blocks,
    head,
    classifierHidden,
    classifier,
    hiddenUnits: HIDDEN_UNITS,
    parameters: d.parameters,
  };
}

function describeAttention(
  d: Describer,
  options: MovinetOptions,
  path: string,
  stage: Stage,
  wide: number,
): SqueezeExcitation | undefined {
  if (options.seType === 'none') return undefined;
  const squeezedChannels = options.seType === '2plus3d' ? 2 * wide : wide;
  const hidden = makeDivisible(0.25 * squeezedChannels);
  return {
    reduce: d.dense(`${path}/_se_reduce`, stage, [squeezedChannels, hidden], { name: 'reduce', bias: true }),
    expand: d.dense(`${path}/_se_expand`, stage, [hidden, wide], { name: 'expand', bias: true }),
    squeezedChannels,
    ...(options.usePositionalEncoding
      ? { positionScale: d.parameter(`${path}/_pos_encoding/_rezero/scale`, [], 'scale', stage) }
      : {}),
  };
}
