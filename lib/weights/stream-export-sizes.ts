import type { Architecture } from '../movinet/architecture';

/**
 * How many times the frame's height and width are halved, rounding up, before each stream buffer, by the state's name. The buffer of a (2+1)-D
 * convolution stands behind the spatial half and its stride, that of a 3-D one before it (specification §3.1).
 */
export function halvings({ stem, blocks }: Architecture): Map<string, number> {
  const result = new Map<string, number>();
  let level = Math.log2(stem.stride);
  for (const { name, feature, temporal } of blocks) {
    const before = level;
    level += Math.log2(feature.stride);
    result.set(`state_${name}_stream_buffer`, temporal ? level : before);
  }
  return result;
}
