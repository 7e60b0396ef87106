import type { Described } from '../../base/described';
import { UsageError } from '../../base/errors';
import type { ColourOptions, CropOptions, JitterOptions } from './augmentations';
import { checkAugmentations } from './draw';

/** `0.3..1` as two numbers, `0.5` as one. */
type Part = readonly number[];

interface Word {
  /** The kind that it is short for. */
  readonly kind: string;
  /** How it is written with all its numbers. */
  readonly form: string;
  /** Undefined where the numbers are not of its form. */
  readonly read: (parts: readonly Part[]) => Options | undefined;
  /** The numbers that are read as those options. */
  readonly write: (options: never) => string;
}

type Options = Partial<Record<string, number | [number, number]>>;

/** The only number of a part, or a range. */
const one = (part: Part | undefined): number | undefined => (part?.length === 1 ? part[0] : undefined);
const two = (part: Part | undefined): [number, number] | undefined =>
  part?.length === 2 ? [part[0] as number, part[1] as number] : undefined;

const WORDS: Readonly<Record<string, Word>> = {
  crop: {
    kind: 'randomResizedCrop',
    form: 'crop=0.3..1:0.75..1.33 (shares of the area, ratios of width to height)',
    read: ([area, ratio, ...more]) => {
      if (area === undefined) return {};
      const least = one(area);
      const scale = least === undefined ? two(area) : ([least, 1] as [number, number]);
      if (scale === undefined || more.length > 0) return undefined;
      if (ratio === undefined) return { scale };
      const ratios = two(ratio);
      return ratios && { scale, ratio: ratios };
    },
    write: ({ scale, ratio }: CropOptions) => {
      const [area, ratios] = [scale.join('..'), ratio.join('..')];
      return ratios === [3 / 4, 4 / 3].join('..') ? area : `${area}:${ratios}`;
    },
  },
  flip: { kind: 'horizontalFlip', form: 'flip=0.5 (how often)', ...numbered('probability') },
  colour: {
    kind: 'colourJitter',
    form: 'colour=0.4 (how much; or brightness:contrast:saturation:hue, as 0.4:0.4:0.4:0.1)',
    read: (parts) => {
      const numbers = parts.map(one);
      const [brightness, contrast, saturation, hue] = numbers;
      if (parts.length === 0) return {};
      if (brightness === undefined) return undefined;
      if (parts.length === 1) return { brightness, contrast: brightness, saturation: brightness, hue: brightness / 4 };
      if (parts.length !== 4 || contrast === undefined || saturation === undefined || hue === undefined)
        return undefined;
      return { brightness, contrast, saturation, hue };
    },
    write: ({ brightness, contrast, saturation, hue }: ColourOptions) => {
      const alike = brightness === contrast && contrast === saturation && hue === brightness / 4;
      return alike ? String(brightness) : [brightness, contrast, saturation, hue].join(':');
    },
  },
  grey: { kind: 'grey', form: 'grey=0.1 (how often)', ...numbered('probability') },
  speed: {
    kind: 'temporalJitter',
    form: 'speed=0.8..1.25 (factors of the frame step)',
    read: ([range, ...more]) => {
      const speed = two(range);
      if (range === undefined) return {};
      return speed && more.length === 0 ? { speed } : undefined;
    },
    write: ({ speed }: JitterOptions) => speed.join('..'),
  },
  mixup: { kind: 'mixUp', form: 'mixup=0.2 (alpha)', ...numbered('alpha') },
  cutmix: { kind: 'cutMix', form: 'cutmix=1 (alpha)', ...numbered('alpha') },
};

/** What usually helps: each cheap, and none that changes what a clip is of. */
const STANDARD = ['crop', 'flip', 'colour'];

/** How augmentations are written, for a command's help. */
export const AUGMENTATION_WORDS = `${Object.keys(WORDS).join(', ')}, or standard (${STANDARD.join(',')})`;

/** A word with one number, of this option. */
function numbered(option: string): Pick<Word, 'read' | 'write'> {
  return {
    read: ([part, ...more]) => {
      if (part === undefined) return {};
      const value = one(part);
      return value === undefined || more.length > 0 ? undefined : { [option]: value };
    },
    write: (options: Readonly<Record<string, number>>) => String(options[option]),
  };
}

/**
 * Reads augmentations as they stand on the command line: `crop=0.3..1,flip=0.5,colour=0.4,grey=0.1,speed=0.8..1.25,mixup=0.2,cutmix=1`, each with or without its
 * numbers, `standard` for crop, flip and colour, `none` for nothing; or a JSON list of descriptions, of kinds of others too. Throws {@link UsageError} that says what there is.
 */
export function parseAugmentations(text: string): readonly Described<'augmentation'>[] {
  const given = text.trim();
  if (given === 'none') return [];
  if (given.startsWith('[')) return checkAugmentations(readList(given));
  return checkAugmentations(given.split(',').flatMap((item) => readItem(item.trim())));
}

function readList(text: string): Described<'augmentation'>[] {
  try {
    return JSON.parse(text) as Described<'augmentation'>[];
  } catch (error) {
    throw new UsageError(`The list of augmentations is no JSON: ${(error as Error).message}`);
  }
}

function readItem(item: string): Described<'augmentation'>[] {
  if (item === 'standard') return STANDARD.flatMap(readItem);
  const [, name = '', numbers] = /^([^=]*)(?:=(.*))?$/s.exec(item) ?? [];
  const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (word === undefined)
    throw new UsageError(`There is no augmentation "${name}": choose of ${AUGMENTATION_WORDS}, or none`);
  const parts = numbers === undefined ? [] : numbers.split(':').map((part) => part.split('..').map(numberOf));
  const options = parts.flat().some(Number.isNaN) ? undefined : word.read(parts);
  if (options === undefined) throw new UsageError(`"${item}" makes no sense: write it as ${word.form}`);
  try {
    return [...checkAugmentations([{ kind: word.kind, ...options }])];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const reason = error.message.replace(/^The /, 'the ');
    throw new UsageError(`"${item}" makes no sense (${reason}): write it as ${word.form}`);
  }
}

const numberOf = (text: string): number => (/^\d/.test(text) || /^\.\d/.test(text) ? Number(text) : Number.NaN);

/** Text that {@link parseAugmentations} reads as the same: words, or JSON where a kind has none. */
export function describeAugmentations(augmentations: readonly Described<'augmentation'>[]): string {
  if (augmentations.length === 0) return 'none';
  const words = augmentations.map((each) => {
    const found = Object.entries(WORDS).find(([, { kind }]) => kind === each.kind);
    return found && `${found[0]}=${found[1].write(each as never)}`;
  });
  return words.includes(undefined) ? JSON.stringify(augmentations) : words.join(',');
}
