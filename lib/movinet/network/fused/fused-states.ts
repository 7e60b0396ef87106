import { add } from '../../../graph/ops';
import type { Output } from '../../../native/graph';
import type { Block } from '../../architecture';
import type { BuildContext, StateTensor } from '../build-context';

/** What a fused bottleneck carries from call to call: the same states as its plain operations have, each empty where it has none. */
export class FusedStates {
  private readonly buffers: StateTensor[] = [];
  private readonly pools: StateTensor[] = [];
  private readonly counts: StateTensor[] = [];

  /** `size`: height and width of the block's results, −1 where they are not known. */
  constructor(
    private readonly context: BuildContext,
    { name, kernelFrames, attention, expandedChannels }: Block,
    { batch, size }: { readonly batch: number; readonly size: readonly number[] },
  ) {
    const { states, options } = context;
    if (!states) return;
    if (kernelFrames > 1) {
      const shape = [batch, kernelFrames - 1, ...size, expandedChannels];
      this.buffers.push(states.add(`state_${name}_stream_buffer`, 'float32', shape));
    }
    if (!attention || options.seType === '2d') return;
    this.pools.push(states.add(`state_${name}_pool_buffer`, 'float32', [batch, 1, 1, 1, expandedChannels]));
    this.counts.push(states.add(`state_${name}_pool_frame_count`, 'int32', [1]));
  }

  /** As the operation takes them. */
  get inputs(): Output[][] {
    return [this.buffers, this.pools, this.counts].map((states) => states.map(({ input }) => input));
  }

  /** `outputs`: as the operation gives them. */
  keep(outputs: readonly Output[]): void {
    const { g, layout } = this.context;
    [...this.buffers, ...this.pools].forEach((state, index) => (state.output = outputs[index]));
    for (const count of this.counts) count.output = add(g, count.input, layout.frameCount());
  }
}
