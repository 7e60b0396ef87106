import type { GraphBuilder } from '../graph/builder';
import {
  add,
  averagePool,
  cast,
  concat,
  conv2d,
  depthwiseConv2d,
  divide,
  floatConstant,
  intConstant,
  matMul,
  mean,
  multiply,
  pad,
  reshape,
  sliceAxis1,
  sum,
} from '../graph/ops';
import type { Output } from '../native/graph';
import { activate, gate } from './activations';
import type { Architecture, Block, Conv, SqueezeExcitation } from './architecture';
import { ClipLayout } from './layout';
import type { NetworkParameters } from './parameters';
import type { StreamStates } from './stream-states';

export interface NetworkOptions {
  /** Dropout and stochastic depth are active. */
  training?: boolean;
  /** Seeds dropout and stochastic depth. */
  seed?: number;
  /** Carry states between calls; only for causal networks. */
  states?: StreamStates;
}

/** Builds MoViNet's forward pass from 2-D operations on [batch · frames, height, width, channels] (specification §2). */
export class MovinetNetwork {
  private layout!: ClipLayout;

  constructor(
    private readonly g: GraphBuilder,
    private readonly architecture: Architecture,
    private readonly parameters: NetworkParameters,
    private readonly given: NetworkOptions = {},
  ) {}

  /** clips [batch, frames, height, width, 3] in [0, 1] → features [batch, headFilters]. */
  features(clips: Output): Output {
    const { g, architecture } = this;
    this.layout = new ClipLayout(g, clips);
    let x = g.inScope('stem', () =>
      this.activated(architecture.stem, this.dense(architecture.stem, this.layout.toFrames(clips))),
    );
    for (const block of architecture.blocks) x = g.inScope(block.name, () => this.block(block, x));
    return g.inScope('head', () => {
      const projected = this.activated(architecture.head, this.dense(architecture.head, x));
      return this.poolClip('state_head', mean(g, projected, [1, 2]), architecture.variant.headFilters);
    });
  }

  /** features [batch, headFilters] → logits [batch, numClasses]. */
  logits(features: Output): Output {
    const { g, architecture, parameters } = this;
    const { classifierHidden, classifier, hiddenUnits, options } = architecture;
    return g.inScope('classifier_head', () => {
      const fullyConnected = (conv: Conv, x: Output, inputs: number, units: number) =>
        parameters.biasOrNormalize(conv, matMul(g, x, parameters.filter(conv, [inputs, units])));
      const hidden = activate(
        g,
        fullyConnected(classifierHidden, features, architecture.variant.headFilters, hiddenUnits),
        options.classifierActivation,
      );
      return fullyConnected(classifier, this.dropout(hidden, options.dropoutRate), hiddenUnits, options.numClasses);
    });
  }

  private activated(conv: Conv, x: Output): Output {
    return activate(this.g, this.parameters.biasOrNormalize(conv, x), this.architecture.options.activation);
  }

  /** A dense convolution of each frame, before bias and normalisation. */
  private dense(conv: Conv, x: Output): Output {
    const shape = conv.kernel.shape.slice(-4);
    return conv2d(this.g, x, this.parameters.filter(conv, shape), conv.stride);
  }

  private block(block: Block, x: Output): Output {
    const { g, parameters } = this;
    const expanded = g.inScope('expansion', () => this.activated(block.expansion, this.dense(block.expansion, x)));
    const feature = g.inScope('feature', () => this.feature(block, expanded));
    const { attention } = block;
    const attended = attention
      ? g.inScope('attention', () => this.squeezeExcitation(block, attention, feature))
      : feature;
    const projected = g.inScope('projection', () =>
      parameters.biasOrNormalize(block.projection, this.dense(block.projection, attended)),
    );
    const branch = this.stochasticDepth(projected, block.dropRate);
    return add(
      g,
      branch,
      g.inScope('skip', () => this.skip(block, x)),
    );
  }

  private skip(block: Block, x: Output): Output {
    if (block.skip.kind === 'identity') return x;
    const { conv, pool } = block.skip;
    const pooled = pool ? averagePool(this.g, x, 3, 2) : x;
    return this.parameters.biasOrNormalize(conv, this.dense(conv, pooled));
  }

  private feature(block: Block, x: Output): Output {
    const { g, parameters, layout } = this;
    if (block.feature.kernel.shape.length === 5) {
      return this.activated(block.feature, this.depthwise3d(block, x));
    }
    const spatial = depthwiseConv2d(
      g,
      x,
      parameters.filter(block.feature, [...block.feature.kernel.shape]),
      block.feature.stride,
    );
    const activated = this.activated(block.feature, spatial);
    const { temporal } = block;
    if (!temporal) return activated;
    return g.inScope('temporal', () => {
      const pixels = layout.rowsToPixels(this.withEarlierFrames(block, activated), activated);
      const filter = parameters.filter(temporal, [...temporal.kernel.shape]);
      // Activated before the reshape, which would keep TensorFlow from fusing bias and activation with the convolution.
      const convolved = this.activated(temporal, depthwiseConv2d(g, pixels, filter, 1, 'VALID'));
      return layout.rowsToFrames(convolved, activated);
    });
  }

  /**
   * A depthwise 3-D convolution as one 2-D convolution for each frame of the kernel, summed: the C API has no gradient of Conv3D, and CPU no
   * grouped kernel for it (specification §9).
   */
  private depthwise3d(block: Block, x: Output): Output {
    const { g, layout, parameters } = this;
    const { kernel, stride } = block.feature;
    const [frames, height, width, , channels] = kernel.shape as [number, number, number, number, number];
    const filter = parameters.filter(block.feature, [frames, height, width, channels]);
    const perFrame = (index: number): Output =>
      frames === 1
        ? reshape(g, filter, [height, width, channels, 1])
        : reshape(
            g,
            g.op('Slice', [filter, intConstant(g, [index, 0, 0, 0]), intConstant(g, [1, height, width, channels])]),
            [height, width, channels, 1],
          );
    if (frames === 1) return depthwiseConv2d(g, x, perFrame(0), stride);
    const rows = this.withEarlierFrames(block, x);
    const terms = Array.from({ length: frames }, (_, index) => {
      const window = layout.rowsToFrames(layout.window(rows, index), x);
      return depthwiseConv2d(g, window, perFrame(index), stride);
    });
    return g.op('AddN', [terms]);
  }

  /** Frames as rows [batch, frames + more, …] with what the kernel needs around a clip: zeros, or the stream buffer's frames. */
  private withEarlierFrames(block: Block, frames: Output): Output {
    const { g, layout } = this;
    const extra = block.kernelFrames - 1;
    const rows = layout.toRows(frames);
    const { states } = this.given;
    if (!states) {
      const before = this.architecture.options.causal ? extra : extra / 2;
      return pad(g, rows, [
        [0, 0],
        [before, extra - before],
        [0, 0],
      ]);
    }
    const [height = -1, width = -1, channels = -1] = (g.shape(frames) ?? []).slice(1);
    const batch = g.shape(rows)?.[0] ?? -1;
    const state = states.add(`state_${block.name}_stream_buffer`, 'float32', [batch, extra, height, width, channels]);
    const all = concat(g, [layout.clipsToRows(state.input, extra, frames), rows], 1);
    state.output = layout.rowsToClips(layout.rest(all), extra, frames);
    return all;
  }

  private squeezeExcitation(block: Block, attention: SqueezeExcitation, x: Output): Output {
    const { g, layout, parameters, architecture } = this;
    const { causal, seType, activation, gatingActivation } = architecture.options;
    const perFrame = mean(g, x, [1, 2]);
    const toGate = (squeezed: Output): Output => {
      const dense = (conv: Conv, vectors: Output) => {
        const [inputs, outputs] = conv.kernel.shape.slice(-2) as [number, number];
        return parameters.biasOrNormalize(conv, matMul(g, vectors, parameters.filter(conv, [inputs, outputs])));
      };
      const hidden = activate(g, dense(attention.reduce, squeezed), activation);
      return gate(g, dense(attention.expand, hidden), gatingActivation);
    };
    if (!causal) {
      const weights = toGate(mean(g, layout.vectorsToClips(perFrame), [1]));
      const clips = layout.toClips(x);
      return layout.toFrames(multiply(g, clips, reshape(g, weights, [-1, 1, 1, 1, block.expandedChannels])));
    }
    const cumulative = this.cumulativeMean(block, layout.vectorsToClips(perFrame));
    let squeezed = seType === '2plus3d' ? concat(g, [cumulative, layout.vectorsToClips(perFrame)], 2) : cumulative;
    if (attention.positionScale) {
      const encoding = this.positionalEncoding(block, 2 * block.expandedChannels);
      squeezed = add(g, squeezed, multiply(g, encoding, parameters.value(attention.positionScale)));
    }
    const weights = toGate(layout.vectorsToFrames(squeezed));
    return multiply(g, x, reshape(g, weights, [-1, 1, 1, block.expandedChannels]));
  }

  /** The mean of all frames seen so far, for each frame: [batch, frames, channels] → the same shape. */
  private cumulativeMean(block: Block, perFrame: Output): Output {
    const { g, layout } = this;
    const { states } = this.given;
    let sums = g.op('Cumsum', [perFrame, intConstant(g, 1)]);
    let counts = this.frameNumbers(1);
    if (states) {
      const channels = block.expandedChannels;
      const batch = g.shape(perFrame)?.[0] ?? -1;
      const buffer = states.add(`state_${block.name}_pool_buffer`, 'float32', [batch, 1, 1, 1, channels]);
      const count = states.add(`state_${block.name}_pool_frame_count`, 'int32', [1]);
      sums = add(g, sums, reshape(g, buffer.input, [-1, 1, channels]));
      counts = add(g, counts, count.input);
      buffer.output = reshape(g, sliceAxis1(g, sums, -1, undefined), [-1, 1, 1, 1, channels]);
      count.output = add(g, count.input, layout.frameCount());
    }
    return divide(g, sums, reshape(g, cast(g, counts, 'float32'), [1, -1, 1]));
  }

  /** first, first + 1, … for each frame of the clip, int32. */
  private frameNumbers(first: number): Output {
    const { g } = this;
    const start = intConstant(g, first);
    return g.op('Range', [start, add(g, this.layout.frameCount(), start), intConstant(g, 1)]);
  }

  /** All sines, then all cosines (specification §2.7): [1, frames, channels]. */
  private positionalEncoding(block: Block, channels: number): Output {
    const { g, layout } = this;
    const { states } = this.given;
    let positions = this.frameNumbers(0);
    if (states) {
      const count = states.add(`state_${block.name}_pos_enc_frame_count`, 'int32', [1]);
      positions = add(g, positions, count.input);
      count.output = add(g, count.input, layout.frameCount());
    }
    const half = channels / 2;
    const rates = Float32Array.from({ length: half }, (_, i) => 10000 ** ((-2 * i) / channels));
    const angles = multiply(g, reshape(g, cast(g, positions, 'float32'), [-1, 1]), floatConstant(g, rates, [1, half]));
    const encoding = concat(g, [g.op('Sin', [angles]), g.op('Cos', [angles])], 1);
    return g.op('ExpandDims', [encoding, intConstant(g, 0)]);
  }

  /** The mean of all frames of the clip, with states of all frames so far: [batch · frames, channels] → [batch, channels]. */
  private poolClip(statePrefix: string, perFrame: Output, channels: number): Output {
    const { g, layout } = this;
    const { states } = this.given;
    const clips = layout.vectorsToClips(perFrame);
    if (!states) return mean(g, clips, [1]);
    const batch = g.shape(clips)?.[0] ?? -1;
    const buffer = states.add(`${statePrefix}_pool_buffer`, 'float32', [batch, 1, 1, 1, channels]);
    const count = states.add(`${statePrefix}_pool_frame_count`, 'int32', [1]);
    const total = add(g, sum(g, clips, [1]), reshape(g, buffer.input, [-1, channels]));
    const frames = add(g, count.input, layout.frameCount());
    buffer.output = reshape(g, total, [-1, 1, 1, 1, channels]);
    count.output = frames;
    return divide(g, total, cast(g, frames, 'float32'));
  }

  /** While training, drops the branch of whole clips with probability `rate`, and scales the others up. */
  private stochasticDepth(x: Output, rate: number): Output {
    if (this.given.training !== true || rate <= 0) return x;
    const { g, layout } = this;
    const clips = layout.toClips(x);
    const batch = g.op('Slice', [g.op('Shape', [clips]), intConstant(g, [0]), intConstant(g, [1])]);
    const kept = this.keepMask(g.op('ConcatV2', [[batch, intConstant(g, [1, 1, 1, 1])], intConstant(g, 0)]), 1 - rate);
    return layout.toFrames(multiply(g, clips, kept));
  }

  private dropout(x: Output, rate: number): Output {
    if (this.given.training !== true || rate <= 0) return x;
    return multiply(this.g, x, this.keepMask(this.g.op('Shape', [x]), 1 - rate));
  }

  /** 1 / keep with probability `keep`, else 0. */
  private keepMask(shape: Output, keep: number): Output {
    const { g } = this;
    const uniform = g.op('RandomUniform', [shape], {
      dtype: { type: 'float32' },
      seed: { int: (this.given.seed ?? 0) + 1 },
      seed2: { int: ++this.masks },
    });
    const kept = g.op('Floor', [add(g, uniform, floatConstant(g, keep))]);
    return multiply(g, kept, floatConstant(g, 1 / keep));
  }

  private masks = 0;
}
