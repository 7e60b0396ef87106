import type { GraphBuilder } from '../../graph/builder';
import { add, floatConstant, intConstant, multiply } from '../../graph/ops';
import type { Output } from '../../native/graph';
import type { ClipLayout } from './layout';

/** Dropout and stochastic depth: while training they drop at random and scale up what they keep; otherwise they do nothing. */
export class RandomDrop {
  private masks = 0;

  constructor(
    private readonly g: GraphBuilder,
    private readonly training: boolean,
    private readonly seed: number,
  ) {}

  /** Dropout: each number is dropped with probability `rate`. */
  units(x: Output, rate: number): Output {
    if (!this.drops(rate)) return x;
    return multiply(this.g, x, this.mask(this.g.op('Shape', [x]), 1 - rate));
  }

  /** Stochastic depth on frames [batch · frames, height, width, channels]: whole clips are dropped with probability `rate`. */
  clips(frames: Output, rate: number, layout: ClipLayout): Output {
    if (!this.drops(rate)) return frames;
    const { g } = this;
    const clips = layout.toClips(frames);
    const batch = g.op('Slice', [g.op('Shape', [clips]), intConstant(g, [0]), intConstant(g, [1])]);
    const shape = g.op('ConcatV2', [[batch, intConstant(g, [1, 1, 1, 1])], intConstant(g, 0)]);
    return layout.toFrames(multiply(g, clips, this.mask(shape, 1 - rate)));
  }

  private drops(rate: number): boolean {
    return this.training && rate > 0;
  }

  /** 1 / keep with probability `keep`, else 0. */
  private mask(shape: Output, keep: number): Output {
    const { g } = this;
    const uniform = g.op('RandomUniform', [shape], {
      dtype: { type: 'float32' },
      // TensorFlow takes two zeros for no seed.
      seed: { int: this.seed + 1 },
      seed2: { int: ++this.masks },
    });
    const kept = g.op('Floor', [add(g, uniform, floatConstant(g, keep))]);
    return multiply(g, kept, floatConstant(g, 1 / keep));
  }
}
