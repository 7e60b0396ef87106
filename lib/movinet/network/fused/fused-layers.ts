import type { GradientTape } from '../../../graph/gradient-tape';
import { multiply } from '../../../graph/ops';
import type { AttributeValue, Output } from '../../../native/graph';
import type { Kernels } from '../../../native/kernels';
import type { Block, Conv } from '../../architecture';
import type { BuildContext } from '../build-context';
import type { ConvolutionValues } from '../folded-convolution';
import type { RandomDrop } from '../random-drop';
import { positionalEncoding } from '../squeeze-excitation';
import { bottleneckAttributes, headAttributes, stemAttributes } from './bottleneck-attributes';
import { frozenOperation } from './clip-operations';
import { FusedStates } from './fused-states';
import { trainableOperation, type TrainableCall, type WeightInputs } from './trainable-operation';

export interface FusedLayersOptions {
  readonly kernels: Kernels;
  /** float32 [batch, frames, height, width, 3]. */
  readonly clips: Output;
  /** What training leaves out. */
  readonly randomDrop: RandomDrop;
  /** Takes the gradients of what learns. Default: nothing is learned from this pass. */
  readonly tape: GradientTape | undefined;
}

/**
 * Layers, each as one operation of our own for CPU: activations between them lie as [batch, height, width, frames, channels], so that a row is one matrix for
 * convolutions of one pixel, and the frames of a pixel are neighbours. The weights of what is frozen are part of its operation, those of what learns its inputs.
 */
export class FusedLayers {
  private readonly batch: number;
  /** Height and width of what the last layer gives, −1 where they are not known. */
  private size: readonly number[];
  private channels = 0;
  /** Whether gradients have to come back to what was built so far. */
  private learned = false;

  constructor(
    private readonly context: BuildContext,
    private readonly options: FusedLayersOptions,
  ) {
    const [batch = -1, , height = -1, width = -1] = context.g.shape(options.clips) ?? [];
    this.batch = batch;
    this.size = [height, width];
  }

  /** The clips → activations. */
  stem(conv: Conv): Output {
    this.follow(conv.stride, conv);
    return this.convolution('Stem', conv, this.options.clips, stemAttributes(this.context.options, conv), {});
  }

  /** Activations → activations. Layers come in the network's order. */
  bottleneck(block: Block, x: Output): Output {
    const { clips, randomDrop } = this.options;
    this.follow(block.feature.stride, block.projection);
    const attributes = { ...bottleneckAttributes(this.context.options, block), ...this.threads() };
    const scales = randomDrop.clipScales(clips, block.dropRate, block.name);
    return this.isFixed(block.expansion) && scales === undefined
      ? this.frozenBottleneck(block, x, attributes)
      : this.trainableBottleneck(block, { x, scales, attributes });
  }

  /** Activations → the mean of each frame, [batch, frames, channels]. */
  head(conv: Conv, x: Output): Output {
    const { layout, options } = this.context;
    const means = this.convolution('Head', conv, x, headAttributes(options, conv), this.products());
    return layout.vectorsToClips(means, conv.kernel.shape.at(-1) ?? 0);
  }

  /** What the last layer gave → [batch · frames, height, width, channels]. */
  toFrames(x: Output): Output {
    return this.context.layout.fusedToFrames(x, [...this.size, this.channels]);
  }

  /** A layer of one convolution. */
  private convolution(
    kind: 'Stem' | 'Head',
    conv: Conv,
    x: Output,
    of: Record<string, AttributeValue>,
    products: Record<string, AttributeValue>,
  ): Output {
    const { g, parameters } = this.context;
    const attributes = { ...of, ...this.threads() };
    if (this.isFixed(conv)) {
      const weights = { convolution: this.constants(conv) };
      return frozenOperation(g, `Clip${kind}`, [x], { weights, attributes: { ...attributes, ...products } })[0];
    }
    const learns = this.learnsIn(conv);
    const weights = [parameters.filterAndBias(conv)];
    return this.trainable(learns, { type: `TrainableClip${kind}`, x, weights, attributes, products });
  }

  private frozenBottleneck(block: Block, x: Output, attributes: Record<string, AttributeValue>): Output {
    const positions = this.positions(block);
    const { attention, skip } = block;
    const states = new FusedStates(this.context, block, { batch: this.batch, size: this.size });
    const operands = [x, positions ? [positions] : [], ...states.inputs];
    const [activations, sums] = frozenOperation(this.context.g, 'ClipBottleneck', operands, {
      weights: {
        expansion: this.constants(block.expansion),
        depthwise: this.constants(block.feature),
        temporal: block.temporal && this.constants(block.temporal),
        reduce: attention && this.constants(attention.reduce),
        expand: attention && this.constants(attention.expand),
        projection: this.constants(block.projection),
        skip: skip.kind === 'projection' ? this.constants(skip.conv) : undefined,
      },
      attributes: { ...attributes, ...states.attributes, ...this.products() },
    });
    states.keep(sums);
    return activations;
  }

  private trainableBottleneck(block: Block, given: Pick<TrainableCall, 'x' | 'scales' | 'attributes'>): Output {
    const { expansion, feature, temporal, attention, projection, skip } = block;
    const learns = this.learnsIn(expansion);
    const weightsOf = (...convs: readonly Conv[]): WeightInputs[] =>
      convs.map((conv) => this.context.parameters.filterAndBias(conv));
    // Variables come in the order in which plain operations have them.
    const spatial = weightsOf(expansion, feature, ...(temporal ? [temporal] : []));
    const positions = this.positions(block);
    const rest = weightsOf(
      ...(attention ? [attention.reduce, attention.expand] : []),
      projection,
      ...(skip.kind === 'projection' ? [skip.conv] : []),
    );
    const weights = [...spatial, ...rest];
    const counts = {
      position_rows: { int: positions ? 1 : 0 },
      scale_rows: { int: given.scales ? 1 : 0 },
      parts: { int: 2 * weights.length },
      projected: skip.kind === 'projection',
    };
    const attributes = { ...given.attributes, ...counts };
    return this.trainable(learns, {
      ...{ ...given, type: 'TrainableClipBottleneck', positions, weights, attributes },
      products: this.products(),
    });
  }

  private trainable(learns: boolean, call: Omit<TrainableCall, 'learns'>): Output {
    // Where nothing has learned so far, what is frozen but for what is left out at random needs no gradient.
    return trainableOperation(this.context.g, { ...call, learns }, this.learned ? this.options.tape : undefined);
  }

  /** Whether a layer learns, which all later ones then know. */
  private learnsIn(conv: Conv): boolean {
    const learns = !this.context.parameters.isFrozen(conv);
    this.learned ||= learns;
    return learns;
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

  /** Whether the operation can have the convolution's weights in it, and need not have a gradient. */
  private isFixed(conv: Conv): boolean {
    return this.context.parameters.isFrozen(conv) && !(this.learned && this.options.tape !== undefined);
  }

  private constants(conv: Conv): ConvolutionValues {
    return this.context.parameters.constants(conv);
  }

  private products(): Record<string, AttributeValue> {
    return { products: this.options.kernels.products ?? 'float32' };
  }

  private threads(): Record<string, AttributeValue> {
    return { threads: { int: this.options.kernels.threads } };
  }
}
