import type { GraphBuilder } from '../../graph/builder';
import { add, floatConstant, intConstant, multiply } from '../../graph/ops';
import { statelessUniform, type RandomSource } from '../../graph/stateless-random';
import type { Output } from '../../native/graph';
import type { ClipLayout } from './layout';

/**
 * Dropout and stochastic depth: while training they drop at random and scale up what they keep; without a random source they do nothing. Each place drops
 * independently of the others.
 */
export class RandomDrop {
  constructor(
    private readonly g: GraphBuilder,
    private readonly random: RandomSource | undefined,
  ) {}

  /** Dropout: each number is dropped with probability `rate`. */
  units(x: Output, rate: number, place: string): Output {
    if (!this.random || rate === 0) return x;
    return multiply(this.g, x, this.mask(this.random, this.g.op('Shape', [x]), 1 - rate, place));
  }

  /** Stochastic depth as a factor of the branch of each of the clips [batch, …], [batch]; undefined where none is dropped. */
  clipScales(clips: Output, rate: number, place: string): Output | undefined {
    if (!this.random || rate === 0) return undefined;
    return this.mask(this.random, this.batchOf(clips), 1 - rate, place);
  }

  /** Stochastic depth on frames [batch · frames, height, width, channels]: whole clips are dropped with probability `rate`. */
  clips(frames: Output, rate: number, layout: ClipLayout, place: string): Output {
    if (!this.random || rate === 0) return frames;
    const { g } = this;
    const clips = layout.toClips(frames);
    const shape = g.op('ConcatV2', [[this.batchOf(clips), intConstant(g, [1, 1, 1, 1])], intConstant(g, 0)]);
    return layout.toFrames(multiply(g, clips, this.mask(this.random, shape, 1 - rate, place)));
  }

  /** [batch], of [batch, …]. */
  private batchOf(clips: Output): Output {
    const { g } = this;
    return g.op('Slice', [g.op('Shape', [clips]), intConstant(g, [0]), intConstant(g, [1])]);
  }

  /** 1 / keep with probability `keep`, else 0. */
  private mask(random: RandomSource, shape: Output, keep: number, place: string): Output {
    const { g } = this;
    const uniform = statelessUniform(g, shape, random, place);
    const kept = g.op('Floor', [add(g, uniform, floatConstant(g, keep))]);
    return multiply(g, kept, floatConstant(g, 1 / keep));
  }
}
