import type {
  Architecture,
  BatchNorm,
  Block,
  Conv,
  Parameter,
  ParameterRole,
  SqueezeExcitation,
  Stage,
} from './architecture';
import { parseModelId } from './model-id';
import { movinetOptions, type ModelId, type MovinetOptions, type MovinetOverrides } from './options';
import { VARIANTS, type BlockVariant, type Variant } from './variants';

/** `make_divisible(width, 8)` of the official code (specification §2.6). */
function makeDivisible(width: number): number {
  const rounded = Math.max(8, Math.floor((width + 4) / 8) * 8);
  return rounded < 0.9 * width ? rounded + 8 : rounded;
}

type BatchNormKind = Pick<BatchNorm, 'momentum' | 'epsilon' | 'population' | 'fused'>;

/** The official code gives the skip's batch normalisation none of the model's options: Keras' own defaults stay (specification §2.5). */
const SKIP_BATCH_NORM: BatchNormKind = { momentum: 0.99, epsilon: 1e-3, population: false, fused: true };

class Describer {
  readonly parameters: Parameter[] = [];

  constructor(private readonly options: MovinetOptions) {}

  /** A convolution's own sub-path: the 2-D layers of the stream models wrap a Keras layer, which adds a level. */
  private get conv(): string {
    return this.options.convType === '2plus1d' ? '_conv/_conv' : '_conv';
  }

  parameter(path: string, shape: number[], role: ParameterRole, stage: Stage, regularized = false): Parameter {
    const trainable = role !== 'moving_mean' && role !== 'moving_variance';
    const parameter = { path, shape, role, stage, trainable, regularized };
    this.parameters.push(parameter);
    return parameter;
  }

  batchNorm(prefix: string, channels: number, stage: Stage, kind: BatchNormKind = this.batchNormKind): BatchNorm {
    const one = (role: ParameterRole) => this.parameter(`${prefix}/${role}`, [channels], role, stage);
    return {
      gamma: one('gamma'),
      beta: one('beta'),
      movingMean: one('moving_mean'),
      movingVariance: one('moving_variance'),
      ...kind,
    };
  }

  private get batchNormKind(): BatchNormKind {
    const { batchNormMomentum, batchNormEpsilon, synchronizedBatchNorm, fusedBatchNorm } = this.options;
    return {
      momentum: batchNormMomentum,
      epsilon: batchNormEpsilon,
      population: synchronizedBatchNorm,
      fused: fusedBatchNorm || !synchronizedBatchNorm,
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
      batchNorm?: BatchNormKind;
      regularized?: boolean;
    },
  ): Conv {
    const size = given.size ?? 1;
    const shape = this.options.convType === '2plus1d' ? [size, size, ...channels] : [1, size, size, ...channels];
    const kernel = this.parameter(`${path}/${this.conv}/kernel`, shape, 'kernel', stage, given.regularized ?? true);
    const common = { name: given.name, kernel, stride: given.stride ?? 1 };
    if (given.bias === true) {
      return { ...common, bias: this.parameter(`${path}/${this.conv}/bias`, [channels[1]], 'bias', stage) };
    }
    const batchNorm = this.batchNorm(`${path}/_batch_norm`, channels[1], stage, given.batchNorm);
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
      const wide = layer.expanded;
      const expansion = d.dense(`${path}/_expansion`, stage, [channels, wide], { name: 'expansion' });
      const { feature, temporal } = describeFeature(d, options, `${path}/_feature`, stage, layer);
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
              batchNorm: SKIP_BATCH_NORM,
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
        kernelFrames: layer.kernel[0],
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
    [variant.headFilters, variant.hiddenUnits],
    {
      name: 'hidden',
      bias: true,
    },
  );
  const classifier = d.dense(
    'layer_with_weights-1/_classifier',
    'classifier_head',
    [variant.hiddenUnits, options.numClasses],
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
    parameters: d.parameters,
  };
}

/** The architecture of a model id for this many classes. Throws {@link UsageError} for an unknown id. */
export function architectureOf(id: ModelId, numClasses: number, overrides: MovinetOverrides = {}): Architecture {
  const { variant, kind } = parseModelId(id);
  return describeMovinet(movinetOptions(variant, kind, { ...overrides, numClasses }));
}

/** The depthwise convolution: 3-D, or split into a spatial and, where the kernel has several frames, a temporal one. */
function describeFeature(
  d: Describer,
  { convType }: MovinetOptions,
  path: string,
  stage: Stage,
  { kernel: [frames, height, width], stride, expanded }: BlockVariant,
): Pick<Block, 'feature' | 'temporal'> {
  // [frames, height, width]; as a 2-D kernel, the temporal one runs over frames and pixels.
  const kernel = (conv: string, size: readonly [number, number, number]): Parameter => {
    if (convType !== '2plus1d') return d.parameter(`${conv}/kernel`, [...size, 1, expanded], 'kernel', stage, true);
    const flat = size[0] === 1 ? size.slice(1) : size.slice(0, 2);
    return d.parameter(`${conv}/_conv/depthwise_kernel`, [...flat, expanded, 1], 'kernel', stage, true);
  };
  const depthwise = (name: string, suffix: string, size: readonly [number, number, number], by: number): Conv => ({
    name,
    stride: by,
    kernel: kernel(`${path}/_conv${suffix}`, size),
    batchNorm: d.batchNorm(`${path}/_batch_norm${suffix}`, expanded, stage),
  });
  if (convType === '3d') return { feature: depthwise('feature', '', [frames, height, width], stride) };
  const feature = depthwise('feature', '', [1, height, width], stride);
  return frames === 1 ? { feature } : { feature, temporal: depthwise('temporal', '_temporal', [frames, 1, 1], 1) };
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
    // The official code leaves it out where frames see later ones too.
    ...(options.usePositionalEncoding && options.causal
      ? { positionScale: d.parameter(`${path}/_pos_encoding/_rezero/scale`, [], 'scale', stage) }
      : {}),
  };
}
