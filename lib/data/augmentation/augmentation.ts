import { UsageError } from '../../base/errors';
import type { Random } from '../../base/random';
import type { ClipBlend } from './blend';
import type { ClipTransform } from './clip-transform';

/** What is drawn for a clip by itself. */
export interface DrawnTransform {
  readonly transform?: ClipTransform;
  /** Factor of the distance between its frames, above 0. */
  readonly speed?: number;
}

/**
 * Changes clips, each by itself and all frames of one alike. It draws numbers, the decoder applies them. The same numbers of `random` must give the same change: whoever
 * goes on with a run has the clips of before.
 */
export interface ClipAugmentation {
  /** Called for each clip of each epoch, with a stream of random numbers of its own. */
  draw(random: Random): DrawnTransform;
}

/** Mixes clips with their neighbours in a batch; their targets are mixed alike. */
export interface MixingAugmentation {
  /** Called as {@link ClipAugmentation.draw}; how two clips are mixed is drawn for the first. */
  blend(random: Random): ClipBlend;
}

/** What is changed at random about training clips. */
export type Augmentation = ClipAugmentation | MixingAugmentation;

const isShare = (value: number): boolean => value >= 0 && value <= 1;
const isFactor = (value: number): boolean => value > 0 && value < Infinity;

/** Throws {@link UsageError} for numbers that the decoder could not apply; `kind` is the augmentation that drew them. */
export function checkDrawn(kind: string, { transform: { crop, colour } = {}, speed }: DrawnTransform): void {
  if (speed !== undefined && !isFactor(speed)) refuse(kind, 'a speed', speed, 'above 0');
  if (colour !== undefined && !(colour.length === 12 && colour.every(Number.isFinite)))
    refuse(kind, 'colours', `[${colour.join(', ')}]`, 'a matrix of 3 × 4 numbers');
  if (crop?.kind === 'square' && !isShare(crop.along)) refuse(kind, 'a crop along', crop.along, 'from 0 to 1');
  if (crop?.kind !== 'area') return;
  if (!isShare(crop.area) || crop.area === 0) refuse(kind, 'a crop of area', crop.area, 'above 0 and of at most 1');
  if (!isFactor(crop.ratio)) refuse(kind, 'a crop of ratio', crop.ratio, 'above 0');
  for (const place of [crop.x, crop.y]) if (!isShare(place)) refuse(kind, 'a crop at', place, 'from 0 to 1');
}

/** As {@link checkDrawn}, for clips that are mixed. */
export function checkBlend(kind: string, blend: ClipBlend): void {
  const shares = blend.kind === 'mixUp' ? [blend.weight] : [blend.weight, blend.x, blend.y];
  for (const share of shares) if (!isShare(share)) refuse(kind, 'a share', share, 'from 0 to 1');
}

function refuse(kind: string, what: string, value: number | string, expected: string): never {
  throw new UsageError(`The augmentation ${kind} drew ${what} ${value}: expected ${expected}`);
}
