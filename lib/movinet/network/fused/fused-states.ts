import { add } from '../../../graph/ops';
import type { AttributeValue, Output } from '../../../native/graph';
import type { Block } from '../../architecture';
import type { BuildContext, StateTensor } from '../build-context';

/** What a fused bottleneck carries from call to call: the same states as its plain operations have. */
export class FusedStates {
  private readonly ring: { input: Output; begins: Output; index: number } | undefined;
  private readonly pool: { sums: StateTensor; count: StateTensor } | undefined;

  /** `size`: height and width of the block's results, −1 where they are not known. */
  constructor(
    private readonly context: BuildContext,
    { name, kernelFrames, attention, expandedChannels }: Block,
    { batch, size }: { readonly batch: number; readonly size: readonly number[] },
  ) {
    const { states, options } = context;
    if (!states) return;
    if (kernelFrames > 1) {
      this.ring = states.addRing(`state_${name}_stream_buffer`, [batch, kernelFrames - 1, ...size, expandedChannels]);
    }
    if (!attention || options.seType === '2d') return;
    this.pool = {
      sums: states.add(`state_${name}_pool_buffer`, 'float32', [batch, 1, 1, 1, expandedChannels]),
      count: states.add(`state_${name}_pool_frame_count`, 'int32', [1]),
    };
  }

  /** As the operation takes them: each a list of one or none. */
  get inputs(): Output[][] {
    const { ring, pool } = this;
    return [
      ...(ring ? [[ring.input], [ring.begins]] : [[], []]),
      ...(pool ? [[pool.sums.input], [pool.count.input]] : [[], []]),
    ];
  }

  get attributes(): Record<string, AttributeValue> {
    return { ring: { int: this.ring?.index ?? 0 } };
  }

  /** `sums`: what the operation gives them as, where it has them. */
  keep(sums: Output | undefined): void {
    const { pool, context } = this;
    if (!pool) return;
    pool.sums.output = sums;
    pool.count.output = add(context.g, pool.count.input, context.layout.frameCount());
  }
}
