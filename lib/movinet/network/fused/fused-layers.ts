import { multiply } from '../../../graph/ops';
import type { AttributeValue, Output } from '../../../native/graph';
import type { Kernels } from '../../../native/kernels';
import type { Block, Conv } from '../../architecture';
import type { MovinetOptions } from '../../options';
import type { BuildContext } from '../build-context';
import type { ConvolutionValues } from '../folded-convolution';
import { positionalEncoding } from '../squeeze-excitation';
import { frozenOperation } from './clip-operations';
import { FusedStates } from './fused-states';

/**
 * Frozen layers, each as one operation of our own for CPU: activations between them lie as [batch, height, width, frames, channels], so that a row is one
 * matrix for convolutions of one pixel, and the frames of a pixel are neighbours.
 */
export class FusedLayers {
  private readonly batch: number;
  /** Height and width of what the last layer gives, −1 where they are not known. */
  private size: readonly number[];
  private channels = 0;

  constructor(
    private readonly context: BuildContext,
    private readonly kernels: Kernels,
    private readonly clips: Output,
  ) {
    const [batch = -1, , height = -1, width = -1] = context.g.shape(clips) ?? [];
    this.batch = batch;
    this.size = [height, width];
  }

  /** The clips [batch, frames, height, width, 3] → activations. */
  stem(conv: Conv): Output {
    const [size = 0, , inputs = 0] = conv.kernel.shape.slice(-4);
    this.follow(conv.stride, conv);
    const [activations] = frozenOperation(this.context.g, 'ClipStem', [this.clips], {
      weights: { convolution: this.constants(conv) },
      attributes: {
        ...{ inputs: { int: inputs }, kernel_size: { int: size }, stride: { int: conv.stride } },
        ...this.common(),
      },
    });
    return activations;
  }

  /** Activations → activations. Layers come in the network's order. */
  bottleneck(block: Block, x: Output): Output {
    const { expansion, feature, temporal, attention, projection, skip } = block;
    const { options, g } = this.context;
    const [inputs = 0] = expansion.kernel.shape.slice(-2);
    this.follow(feature.stride, projection);
    const states = new FusedStates(this.context, block, { batch: this.batch, size: this.size });
    const positions = this.positions(block);
    const operands = [x, positions ? [positions] : [], ...states.inputs];
    const [activations, sums] = frozenOperation(g, 'ClipBottleneck', operands, {
      weights: {
        expansion: this.constants(expansion),
        depthwise: this.constants(feature),
        temporal: temporal && this.constants(temporal),
        reduce: attention && this.constants(attention.reduce),
        expand: attention && this.constants(attention.expand),
        projection: this.constants(projection),
        skip: skip.kind === 'projection' ? this.constants(skip.conv) : undefined,
      },
      attributes: {
        inputs: { int: inputs },
        kernel_frames: { int: block.kernelFrames },
        kernel_size: { int: spatialSize(feature) },
        stride: { int: feature.stride },
        causal: options.causal,
        split: options.convType !== '3d',
        pool: skip.kind === 'projection' && skip.pool,
        squeeze: attention ? squeezeName(options) : 'none',
        gate: options.gatingActivation,
        ...states.attributes,
        ...this.products(),
        ...this.common(),
      },
    });
    states.keep(sums);
    return activations;
  }

  /** Activations → the mean of each frame, [batch, frames, channels]. */
  head(conv: Conv, x: Output): Output {
    const { g, layout } = this.context;
    const [inputs = 0, outputs = 0] = conv.kernel.shape.slice(-2);
    const [means] = frozenOperation(g, 'ClipHead', [x], {
      weights: { convolution: this.constants(conv) },
      attributes: { inputs: { int: inputs }, ...this.products(), ...this.common() },
    });
    return layout.vectorsToClips(means, outputs);
  }

  /** What the last layer gave → [batch · frames, height, width, channels]. */
  toFrames(x: Output): Output {
    return this.context.layout.fusedToFrames(x, [...this.size, this.channels]);
  }

  private follow(stride: number, { kernel: { shape } }: Conv): void {
    this.size = this.size.map((length) => (length < 0 ? length : Math.ceil(length / stride)));
    this.channels = shape.at(-1) ?? 0;
  }

  /** What is added to what the squeeze-excitation reads, one row for each frame. */
  private positions({ name, attention }: Block): Output | undefined {
    if (!attention?.positionScale) return undefined;
    const { context } = this;
    const encoding = positionalEncoding(context, `state_${name}`, attention.squeezedChannels);
    return multiply(context.g, encoding, context.parameters.value(attention.positionScale));
  }

  private constants(conv: Conv): ConvolutionValues {
    return this.context.parameters.constants(conv);
  }

  private products(): Record<string, AttributeValue> {
    return { products: this.kernels.products ?? 'float32' };
  }

  private common(): Record<string, AttributeValue> {
    return { activation: this.context.options.activation, threads: { int: this.kernels.threads } };
  }
}

/** Of [frames, height, width, 1, channels] or [height, width, channels, 1]. */
function spatialSize({ kernel: { shape } }: Conv): number {
  return shape.length === 5 ? (shape[1] as number) : (shape[0] as number);
}

/** What the squeeze-excitation looks at (specification §2.6), in the operation's words. */
function squeezeName({ seType, causal }: MovinetOptions): string {
  const overTime = causal ? 'past' : 'clip';
  if (seType === '2plus3d') return `${overTime}_and_frame`;
  return seType === '3d' ? overTime : 'frame';
}
