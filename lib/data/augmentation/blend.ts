import type { ClipMix } from '../../native/video';

/** How two clips are mixed with each other: plain data, for frames of whatever size. */
export type ClipBlend =
  /** Each becomes `weight` of itself and the rest of the other. */
  | { readonly kind: 'mixUp'; readonly weight: number }
  /**
   * A square box about (x, y), shares of the frame's sides in [0, 1), changes places between the two through all their frames. It has 1 − `weight` of the frame's area, less
   * what lies outside of the frame.
   */
  | { readonly kind: 'cutMix'; readonly weight: number; readonly x: number; readonly y: number };

/** Two clips of a batch that are mixed, by their rows. */
export interface BlendedPair {
  readonly first: number;
  readonly second: number;
  readonly blend: ClipBlend;
}

/** The box in a frame of `size`² pixels, as torchvision's `CutMix` has it; its sides may be 0. */
export function cutMixBox(
  { weight, x, y }: Extract<ClipBlend, { kind: 'cutMix' }>,
  size: number,
): readonly [x: number, y: number, width: number, height: number] {
  const half = Math.floor(0.5 * Math.sqrt(1 - weight) * size);
  const along = (center: number): readonly [from: number, length: number] => {
    const from = Math.max(Math.floor(center * size) - half, 0);
    return [from, Math.min(Math.floor(center * size) + half, size) - from];
  };
  const [left, width] = along(x);
  const [top, height] = along(y);
  return [left, top, width, height];
}

/** What is left of each clip, and so of its target: of a box by its pixels. */
export function ownShare(blend: ClipBlend, size: number): number {
  if (blend.kind === 'mixUp') return blend.weight;
  const [, , width, height] = cutMixBox(blend, size);
  return 1 - (width * height) / (size * size);
}

/** For the decoder; undefined where nothing changes places. */
export function clipMix({ first, second, blend }: BlendedPair, size: number): ClipMix | undefined {
  if (blend.kind === 'mixUp') return { first, second, weight: blend.weight };
  const box = cutMixBox(blend, size);
  return box[2] > 0 && box[3] > 0 ? { first, second, box } : undefined;
}

/** Mixes rows of numbers [n, width] in place, as the clips were: dense targets, or weights of losses, a number each. */
export function blendRows(rows: Float32Array, width: number, pairs: readonly BlendedPair[], size: number): void {
  for (const { first, second, blend } of pairs) {
    const share = ownShare(blend, size);
    for (let i = 0; i < width; i++) {
      const [a, b] = [rows[first * width + i] as number, rows[second * width + i] as number];
      rows[first * width + i] = share * a + (1 - share) * b;
      rows[second * width + i] = share * b + (1 - share) * a;
    }
  }
}
