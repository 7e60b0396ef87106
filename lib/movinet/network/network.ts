import type { GraphBuilder } from '../../graph/builder';
import { add, averagePool, mean } from '../../graph/ops';
import type { RandomSource } from '../../graph/stateless-random';
import type { Output } from '../../native/graph';
import type { Architecture, Block } from '../architecture';
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
    let x = g.inScope('stem', () => activatedConvolution(context, architecture.stem, layout.toFrames(clips)));
    for (const block of architecture.blocks) {
      await g.turn();
      x = g.inScope(block.name, () => this.block(context, block, x));
    }
    await g.turn();
    return g.inScope('head', () => {
      const projected = activatedConvolution(context, architecture.head, x);
      const perFrame = layout.vectorsToClips(mean(g, projected, [1, 2]));
      return clipMean(context, 'state_head', perFrame, architecture.variant.headFilters);
    });
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
