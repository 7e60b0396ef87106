import { z } from 'zod';
import { UsageError } from '../../base/errors';
import type { Random } from '../../base/random';
import { type Augmentation, augmentationSchema } from './augmentation';
import { symmetricBeta } from './beta';
import type { ClipBlend } from './blend';
import type { ClipTransform, Crop } from './clip-transform';
import { type ColourMatrix, colourMatrix, composed, GREY_MATRIX } from './colour';

/** An {@link Augmentation} whose options may be left to their defaults. */
export type AugmentationOptions = z.input<typeof augmentationSchema>;

/** A stream of random numbers for each name, so that no decision changes with what others are drawn. */
export type RandomStreams = (name: string) => Random;

type Kind = Augmentation['kind'];
type Of<K extends Kind> = Extract<Augmentation, { kind: K }>;

/** What is drawn for a clip by itself. */
export interface DrawnTransform {
  readonly transform?: ClipTransform;
  /** Factor of the distance between its frames. */
  readonly speed?: number;
}

/** Validated, with defaults. Throws {@link UsageError} for what is none, and for two of a kind. */
export function checkAugmentations(augmentations: readonly AugmentationOptions[]): readonly Augmentation[] {
  const parsed = z.array(augmentationSchema).safeParse(augmentations);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const kind = augmentations[Number(issue?.path[0])]?.kind;
    const where = [kind ?? 'augment', ...(issue?.path.slice(1) ?? [])].join('.');
    throw new UsageError(`${where}: ${issue?.message}`);
  }
  const kinds = parsed.data.map(({ kind }) => kind);
  const twice = kinds.find((kind, i) => kinds.indexOf(kind) !== i);
  if (twice !== undefined) throw new UsageError(`${twice} is given twice`);
  return parsed.data;
}

/**
 * What a clip looks like this time. The order of the list does not matter: a frame is cropped, then mirrored, its colours changed, then made grey. Speeds are drawn
 * by their logarithms, so that half and double are equally likely.
 */
export function drawTransform(augmentations: readonly Augmentation[], stream: RandomStreams): DrawnTransform {
  const find = <K extends Kind>(kind: K): Of<K> | undefined =>
    augmentations.find((each): each is Of<K> => each.kind === kind);
  const happens = (each: { readonly kind: Kind; readonly probability: number } | undefined): boolean =>
    each !== undefined && stream(each.kind).float() < each.probability;

  const cropping = find('randomResizedCrop');
  const jitter = find('colourJitter');
  const jittered = jitter && drawColours(jitter, stream(jitter.kind));
  const colour = happens(find('grey')) ? composed(GREY_MATRIX, jittered ?? IDENTITY) : jittered;
  const transform: ClipTransform = {
    ...(cropping && { crop: drawCrop(cropping, stream(cropping.kind)) }),
    ...(happens(find('horizontalFlip')) && { flip: true }),
    ...(colour && { colour }),
  };
  const tempo = find('temporalJitter');
  return {
    ...(Object.keys(transform).length > 0 && { transform }),
    ...(tempo && { speed: logUniform(tempo.speed, stream(tempo.kind)) }),
  };
}

/** How a clip is mixed with its neighbour; undefined where no clips are. Of mix-up and cut-mix, where both are asked for, one of them. */
export function drawBlend(augmentations: readonly Augmentation[], stream: RandomStreams): ClipBlend | undefined {
  const mixing = augmentations.filter((each) => each.kind === 'mixUp' || each.kind === 'cutMix');
  if (mixing.length === 0) return undefined;
  const { kind, alpha } = mixing.length === 1 ? (mixing[0] as (typeof mixing)[0]) : stream('blend').pick(mixing);
  const random = stream(kind);
  const weight = symmetricBeta(alpha, random);
  return kind === 'mixUp' ? { kind, weight } : { kind, weight, x: random.float(), y: random.float() };
}

const IDENTITY: ColourMatrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

/** As torchvision draws it: the area uniform, the ratio uniform by its logarithm, the place uniform in the room that is left. */
function drawCrop({ scale, ratio }: Of<'randomResizedCrop'>, random: Random): Crop {
  const area = random.between(...scale);
  return { kind: 'area', area, ratio: logUniform(ratio, random), x: random.float(), y: random.float() };
}

function drawColours(most: Of<'colourJitter'>, random: Random): ColourMatrix {
  const factor = (strength: number): number => random.between(1 - strength, 1 + strength);
  const [brightness, contrast, saturation] = [factor(most.brightness), factor(most.contrast), factor(most.saturation)];
  return colourMatrix({ brightness, contrast, saturation, hue: random.between(-most.hue, most.hue) });
}

function logUniform([low, high]: readonly [number, number], random: Random): number {
  return Math.min(Math.max(Math.exp(random.between(Math.log(low), Math.log(high))), low), high);
}
