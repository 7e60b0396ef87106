import type { Described } from '../../base/described';
import { UsageError } from '../../base/errors';
import type { Random } from '../../base/random';
import {
  checkBlend,
  checkDrawn,
  type ClipAugmentation,
  type DrawnTransform,
  type MixingAugmentation,
} from './augmentation';
import { augmentations, BUILT_IN } from './augmentations';
import type { ClipBlend } from './blend';
import type { ClipTransform } from './clip-transform';
import { composed } from './colour';

/** A stream of random numbers for each name, so that no decision changes with what others are drawn. */
export type RandomStreams = (name: string) => Random;

interface Kind<Built> {
  readonly kind: string;
  readonly built: Built;
}

/** Augmentations of one list, ready to be drawn. */
export interface BuiltAugmentations {
  /** In the order in which they change a clip. */
  readonly changing: readonly Kind<ClipAugmentation>[];
  readonly mixing: readonly Kind<MixingAugmentation>[];
}

/** With every default in its place. Throws {@link UsageError} for what is none, and for two of a kind. */
export function checkAugmentations(given: readonly Described<'augmentation'>[]): readonly Described<'augmentation'>[] {
  const checked = given.map((each) => augmentations.check(each));
  const kinds = checked.map(({ kind }) => kind);
  const twice = kinds.find((kind, i) => kinds.indexOf(kind) !== i);
  if (twice !== undefined) throw new UsageError(`${twice} is given twice`);
  return checked;
}

/** What they stand for. Throws as {@link checkAugmentations}. */
export function buildAugmentations(given: readonly Described<'augmentation'>[]): BuiltAugmentations {
  const changing: Kind<ClipAugmentation>[] = [];
  const mixing: Kind<MixingAugmentation>[] = [];
  for (const described of checkAugmentations(given)) {
    const { kind } = described;
    const built = augmentations.build(described);
    if ('blend' in built) mixing.push({ kind, built });
    else changing.push({ kind, built });
  }
  const rank = ({ kind }: { readonly kind: string }): number => {
    const at = BUILT_IN.indexOf(kind);
    return at < 0 ? BUILT_IN.length : at;
  };
  return { changing: changing.sort((a, b) => rank(a) - rank(b)), mixing };
}

/**
 * What a clip looks like this time. A frame is cropped, then mirrored, its colours changed, then made grey, whatever the order of the list; kinds of others follow, in
 * its order. Of two crops the last holds; two mirrors are none, colours and speeds are one after the other.
 */
export function drawTransform({ changing }: BuiltAugmentations, stream: RandomStreams): DrawnTransform {
  let crop: ClipTransform['crop'];
  let flip = false;
  let colour: ClipTransform['colour'];
  let speed: number | undefined;
  for (const { kind, built } of changing) {
    const drawn = built.draw(stream(kind));
    checkDrawn(kind, drawn);
    const { transform } = drawn;
    crop = transform?.crop ?? crop;
    flip = flip !== (transform?.flip === true);
    if (transform?.colour) colour = colour ? composed(transform.colour, colour) : transform.colour;
    if (drawn.speed !== undefined) speed = (speed ?? 1) * drawn.speed;
  }
  const transform: ClipTransform = { ...(crop && { crop }), ...(flip && { flip }), ...(colour && { colour }) };
  return {
    ...(Object.keys(transform).length > 0 && { transform }),
    ...(speed !== undefined && { speed }),
  };
}

/** How a clip is mixed with its neighbour; undefined where no clips are. Of several that mix, one: each as often. */
export function drawBlend({ mixing }: BuiltAugmentations, stream: RandomStreams): ClipBlend | undefined {
  const [only, ...more] = mixing;
  if (only === undefined) return undefined;
  const { kind, built } = more.length === 0 ? only : stream('blend').pick(mixing);
  const blend = built.blend(stream(kind));
  checkBlend(kind, blend);
  return blend;
}
