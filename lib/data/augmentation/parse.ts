import { UsageError } from '../../base/errors';
import type { Augmentation } from './augmentation';
import { type AugmentationOptions, checkAugmentations } from './draw';

/** `0.3..1` as two numbers, `0.5` as one. */
type Part = readonly number[];

interface Word {
  /** How it is written with all its numbers. */
  readonly form: string;
  /** Undefined where the numbers are not of its form. */
  readonly read: (parts: readonly Part[]) => AugmentationOptions | undefined;
}

/** The only number of a part, or a range. */
const one = (part: Part | undefined): number | undefined => (part?.length === 1 ? part[0] : undefined);
const two = (part: Part | undefined): [number, number] | undefined =>
  part?.length === 2 ? [part[0] as number, part[1] as number] : undefined;

const WORDS: Readonly<Record<string, Word>> = {
  crop: {
    form: 'crop=0.3..1:0.75..1.33 (shares of the area, ratios of width to height)',
    read: ([area, ratio, ...more]) => {
      const kind = 'randomResizedCrop';
      if (area === undefined) return { kind };
      const least = one(area);
      const scale = least === undefined ? two(area) : ([least, 1] as [number, number]);
      if (scale === undefined || more.length > 0) return undefined;
      if (ratio === undefined) return { kind, scale };
      const ratios = two(ratio);
      return ratios && { kind, scale, ratio: ratios };
    },
  },
  flip: {
    form: 'flip=0.5 (how often)',
    read: numbered((probability) => ({ kind: 'horizontalFlip', ...(probability !== undefined && { probability }) })),
  },
  colour: {
    form: 'colour=0.4 (how much; or brightness:contrast:saturation:hue, as 0.4:0.4:0.4:0.1)',
    read: (parts) => {
      const kind = 'colourJitter';
      const numbers = parts.map(one);
      const [brightness, contrast, saturation, hue] = numbers;
      if (parts.length === 0) return { kind };
      if (brightness === undefined) return undefined;
      if (parts.length === 1)
        return { kind, brightness, contrast: brightness, saturation: brightness, hue: brightness / 4 };
      if (parts.length !== 4 || contrast === undefined || saturation === undefined || hue === undefined)
        return undefined;
      return { kind, brightness, contrast, saturation, hue };
    },
  },
  grey: {
    form: 'grey=0.1 (how often)',
    read: numbered((probability) => ({ kind: 'grey', ...(probability !== undefined && { probability }) })),
  },
  speed: {
    form: 'speed=0.8..1.25 (factors of the frame step)',
    read: ([range, ...more]) => {
      const kind = 'temporalJitter';
      const speed = two(range);
      if (range === undefined) return { kind };
      return speed && more.length === 0 ? { kind, speed } : undefined;
    },
  },
  mixup: {
    form: 'mixup=0.2 (alpha)',
    read: numbered((alpha) => ({ kind: 'mixUp', ...(alpha !== undefined && { alpha }) })),
  },
  cutmix: {
    form: 'cutmix=1 (alpha)',
    read: numbered((alpha) => ({ kind: 'cutMix', ...(alpha !== undefined && { alpha }) })),
  },
};

/** What usually helps: each cheap, and none that changes what a clip is of. */
const STANDARD = ['crop', 'flip', 'colour'];

/** How augmentations are written, for a command's help. */
export const AUGMENTATION_WORDS = `${Object.keys(WORDS).join(', ')}, or standard (${STANDARD.join(',')})`;

function numbered(make: (value: number | undefined) => AugmentationOptions): Word['read'] {
  return ([part, ...more]) => {
    if (part === undefined) return make(undefined);
    const value = one(part);
    return value === undefined || more.length > 0 ? undefined : make(value);
  };
}

/**
 * Reads augmentations as they stand on the command line: `crop=0.3..1,flip=0.5,colour=0.4,grey=0.1,speed=0.8..1.25,mixup=0.2,cutmix=1`, each with or without its
 * numbers, `standard` for crop, flip and colour, `none` for nothing. Throws {@link UsageError} that says what there is.
 */
export function parseAugmentations(text: string): readonly Augmentation[] {
  const given = text.trim();
  if (given === 'none') return [];
  return checkAugmentations(given.split(',').flatMap((item) => readItem(item.trim())));
}

function readItem(item: string): AugmentationOptions[] {
  if (item === 'standard') return STANDARD.flatMap(readItem);
  const [, name = '', numbers] = /^([^=]*)(?:=(.*))?$/s.exec(item) ?? [];
  const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (word === undefined)
    throw new UsageError(`There is no augmentation "${name}": choose of ${AUGMENTATION_WORDS}, or none`);
  const parts = numbers === undefined ? [] : numbers.split(':').map((part) => part.split('..').map(numberOf));
  const augmentation = parts.flat().some(Number.isNaN) ? undefined : word.read(parts);
  if (augmentation === undefined) throw new UsageError(`"${item}" makes no sense: write it as ${word.form}`);
  try {
    return [...checkAugmentations([augmentation])];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`"${item}" makes no sense (${error.message}): write it as ${word.form}`);
  }
}

const numberOf = (text: string): number => (/^\d/.test(text) || /^\.\d/.test(text) ? Number(text) : Number.NaN);

/** Text that {@link parseAugmentations} reads as the same. */
export function describeAugmentations(augmentations: readonly Augmentation[]): string {
  return augmentations.length === 0 ? 'none' : augmentations.map(describe).join(',');
}

function describe(augmentation: Augmentation): string {
  switch (augmentation.kind) {
    case 'randomResizedCrop': {
      const [scale, ratio] = [augmentation.scale.join('..'), augmentation.ratio.join('..')];
      return ratio === [3 / 4, 4 / 3].join('..') ? `crop=${scale}` : `crop=${scale}:${ratio}`;
    }
    case 'horizontalFlip':
      return `flip=${augmentation.probability}`;
    case 'colourJitter': {
      const { brightness, contrast, saturation, hue } = augmentation;
      const alike = brightness === contrast && contrast === saturation && hue === brightness / 4;
      return alike ? `colour=${brightness}` : `colour=${[brightness, contrast, saturation, hue].join(':')}`;
    }
    case 'grey':
      return `grey=${augmentation.probability}`;
    case 'temporalJitter':
      return `speed=${augmentation.speed.join('..')}`;
    case 'mixUp':
      return `mixup=${augmentation.alpha}`;
    case 'cutMix':
      return `cutmix=${augmentation.alpha}`;
  }
}
