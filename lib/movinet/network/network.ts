import type { GraphBuilder } from '../../graph/builder';
import { add, averagePool, mean } from '../../graph/ops';
import type { GradientTape } from '../../graph/gradient-tape';
import type { RandomSource } from '../../graph/stateless-random';
import type { Output } from '../../native/graph';
import { type Kernels, PLAIN_KERNELS } from '../../native/kernels';
import type { Architecture, Block, Stage } from '../architecture';
import { FusedLayers } from './fused/fused-layers';
import { fusedPrefix, type FusedPrefix } from './fused/fused-prefix';
import { activate, activatedConvolution, convolution, fullyConnected } from './layers';
import type { BuildContext, StreamStates } from './build-context';
import { featureConvolution } from './feature-convolution';
import { clipMean } from './global-pool';
import { ClipLayout } from './layout';
import type { NetworkParameters } from './parameters';
import { RandomDrop } from './random-drop';
import { squeezeExcitation } from './squeeze-excitation';

export interface NetworkOptions {
  /** Dropout and stochastic depth draw from it. Default: neither is active. */
  random?: RandomSource;
  /** Carry states between calls; only for causal networks. */
  states?: StreamStates;
  /** How layers are computed, unless they need each batch's statistics. Default `PLAIN_KERNELS`. */
  kernels?: Kernels;
  /** Takes the gradients that TensorFlow does not know. Default: nothing is learned from this pass. */
  tape?: GradientTape;
  /** Told what each stage of the backbone gives, from the stem to the head. */
  onStage?: (stage: Stage, output: Output) => void;
}

/** Builds MoViNet's forward pass from 2-D operations on [batch · frames, height, width, channels] (specification §2). */
export class MovinetNetwork {
  private readonly randomDrop: RandomDrop;

  constructor(
    private readonly g: GraphBuilder,
    private readonly architecture: Architecture,
    private readonly parameters: NetworkParameters,
    private readonly given: NetworkOptions = {},
  ) {
    this.randomDrop = new RandomDrop(g, given.random);
  }

  /** clips [batch, frames, height, width, 3] in [0, 1] → features [batch, headFilters]. Built in several turns of the event loop. */
  async features(clips: Output): Promise<Output> {
    const { g, architecture, parameters } = this;
    const layout = new ClipLayout(g, clips);
    const context: BuildContext = { g, options: architecture.options, parameters, layout, states: this.given.states };
    const { stem, blocks, head } = architecture;
    const prefix = this.fusedPrefix();
    const { kernels = PLAIN_KERNELS, tape } = this.given;
    const fused = new FusedLayers(context, { kernels, clips, randomDrop: this.randomDrop, tape });
    const asFrames = (x: Output): Output => (prefix.stem ? fused.toFrames(x) : x);
    let x = g.inScope('stem', () =>
      prefix.stem ? fused.stem(stem) : activatedConvolution(context, stem, layout.toFrames(clips)),
    );
    this.given.onStage?.(stem.kernel.stage, x);
    for (const [index, block] of blocks.entries()) {
      await g.turn();
      if (index === prefix.blocks) x = asFrames(x);
      const build = () => (index < prefix.blocks ? fused.bottleneck(block, x) : this.block(context, block, x));
      x = g.inScope(block.name, build);
      const { stage } = block.feature.kernel;
      if (blocks[index + 1]?.feature.kernel.stage !== stage) this.given.onStage?.(stage, x);
    }
    if (prefix.blocks === blocks.length && !prefix.head) x = asFrames(x);
    await g.turn();
    const features = g.inScope('head', () => {
      const perFrame = prefix.head
        ? fused.head(head, x)
        : layout.vectorsToClips(mean(g, activatedConvolution(context, head, x), [1, 2]));
      return clipMean(context, 'state_head', perFrame, architecture.variant.headFilters);
    });
    this.given.onStage?.(architecture.head.kernel.stage, features);
    return features;
  }

  /** features [batch, headFilters] → logits [batch, numClasses]. */
  logits(features: Output): Output {
    const { g, parameters } = this;
    const { classifierHidden, classifier, options } = this.architecture;
    const context = { g, options, parameters };
    return g.inScope('classifier_head', () => {
      const hidden = activate(g, fullyConnected(context, classifierHidden, features), options.classifierActivation);
      return fullyConnected(context, classifier, this.randomDrop.units(hidden, options.dropoutRate, 'classifier_head'));
    });
  }

  /** Where a stream's kernels see frames and rows at once, these states are none that fused operations know. */
  private fusedPrefix(): FusedPrefix {
    const { kernels = PLAIN_KERNELS, states } = this.given;
    const { convType } = this.architecture.options;
    if (kernels.kind === 'plain' || (states && convType === '3d')) return { stem: false, blocks: 0, head: false };
    return fusedPrefix(this.architecture, this.parameters);
  }

  private block(context: BuildContext, block: Block, x: Output): Output {
    const { g } = context;
    const { attention } = block;
    const expanded = g.inScope('expansion', () => activatedConvolution(context, block.expansion, x));
    const feature = g.inScope('feature', () => featureConvolution(context, block, expanded));
    const attended = attention
      ? g.inScope('attention', () => squeezeExcitation(context, block, attention, feature))
      : feature;
    const projected = g.inScope('projection', () => convolution(context, block.projection, attended));
    const branch = this.randomDrop.clips(projected, block.dropRate, context.layout, block.name);
    return add(
      g,
      branch,
      g.inScope('skip', () => skip(context, block, x)),
    );
  }
}

function skip(context: BuildContext, block: Block, x: Output): Output {
  if (block.skip.kind === 'identity') return x;
  const { conv, pool } = block.skip;
  return convolution(context, conv, pool ? averagePool(context.g, x, 3, 2) : x);
}
