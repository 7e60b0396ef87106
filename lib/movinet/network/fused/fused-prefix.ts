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
 * As far as every convolution is a filter and a bias: fused operations know no batch normalisation, and one by each batch's own statistics needs all of a layer's
 * results before the next layer begins.
 */
export function fusedPrefix({ stem, blocks, head }: Architecture, parameters: NetworkParameters): FusedPrefix {
  const fits = (conv: Conv): boolean => parameters.isFilterAndBias(conv);
  if (!fits(stem)) return { stem: false, blocks: 0, head: false };
  const first = blocks.findIndex((block) => !(fits(block.expansion) && hasKernel(block)));
  const count = first < 0 ? blocks.length : first;
  return { stem: true, blocks: count, head: count === blocks.length && fits(head) };
}

function hasKernel({ kernelFrames, feature }: Block): boolean {
  const { shape } = feature.kernel;
  const [height, width] = shape.length === 5 ? shape.slice(1, 3) : shape.slice(0, 2);
  return KERNEL_FRAMES.includes(kernelFrames) && height === width && KERNEL_SIZES.includes(height as number);
}
