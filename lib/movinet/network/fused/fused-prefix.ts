import type { Architecture, Block, Conv } from '../../architecture';
import type { NetworkParameters } from '../parameters';

/** How much of a network, from its beginning on, fused operations compute. */
export interface FusedPrefix {
  readonly stem: boolean;
  readonly blocks: number;
  readonly head: boolean;
}

const KERNEL_FRAMES = [1, 3, 5];
const KERNEL_SIZES = [1, 3, 5, 7];

/**
 * As far as all is frozen: fused operations have no gradient, so nothing that learns may come before them. `drops`: what is left out at random while training, which
 * they cannot do.
 */
export function fusedPrefix(
  { stem, blocks, head }: Architecture,
  parameters: NetworkParameters,
  drops: (block: Block) => boolean,
): FusedPrefix {
  const frozen = (conv: Conv): boolean => parameters.isFrozen(conv);
  if (!frozen(stem)) return { stem: false, blocks: 0, head: false };
  const fits = (block: Block): boolean =>
    frozen(block.expansion) && !drops(block) && KERNEL_FRAMES.includes(block.kernelFrames) && hasSize(block.feature);
  const first = blocks.findIndex((block) => !fits(block));
  const count = first < 0 ? blocks.length : first;
  return { stem: true, blocks: count, head: count === blocks.length && frozen(head) };
}

function hasSize({ kernel: { shape } }: Conv): boolean {
  const [height, width] = shape.length === 5 ? shape.slice(1, 3) : shape.slice(0, 2);
  return height === width && KERNEL_SIZES.includes(height as number);
}
