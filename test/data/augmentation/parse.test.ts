import fc from 'fast-check';
import { UsageError } from '../../../lib/base/errors';
import type { Described } from '../../../lib/base/described';
import { checkAugmentations } from '../../../lib/data/augmentation/draw';
import { describeAugmentations, parseAugmentations } from '../../../lib/data/augmentation/parse';

const DEFAULTS = checkAugmentations([
  ...([{ kind: 'randomResizedCrop' }, { kind: 'horizontalFlip' }, { kind: 'colourJitter' }, { kind: 'grey' }] as const),
  ...([{ kind: 'temporalJitter' }, { kind: 'mixUp' }, { kind: 'cutMix' }] as const),
]);

describe('parseAugmentations', () => {
  it('takes names alone, with their defaults, or with their numbers', () => {
    expect(parseAugmentations('crop,flip,colour,grey,speed,mixup,cutmix')).toEqual(DEFAULTS);
    const text = 'crop=0.3..1,flip=0.5,colour=0.4,grey=0.1,speed=0.8..1.25,mixup=0.2,cutmix=1';
    expect(parseAugmentations(text)).toEqual(DEFAULTS);
    expect(parseAugmentations(' standard, grey=0.2')).toEqual([
      ...DEFAULTS.slice(0, 3),
      { kind: 'grey', probability: 0.2 },
    ]);
    expect(parseAugmentations('none')).toEqual([]);
  });

  it('scales all of the colour by one number, the hue by a quarter of it, or each by its own', () => {
    expect(parseAugmentations('colour=0.8')).toEqual([
      { kind: 'colourJitter', brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.2 },
    ]);
    expect(parseAugmentations('colour=0.1:0.2:0.3:0.4')).toEqual([
      { kind: 'colourJitter', brightness: 0.1, contrast: 0.2, saturation: 0.3, hue: 0.4 },
    ]);
    expect(parseAugmentations('crop=.5')).toEqual([{ ...DEFAULTS[0], scale: [0.5, 1] }]);
  });

  it.each([
    ['blur', 'There is no augmentation "blur": choose of crop, flip, colour, grey, speed, mixup, cutmix, or standard'],
    ['', 'There is no augmentation ""'],
    ['crop,,flip', 'There is no augmentation ""'],
    ['constructor', 'There is no augmentation "constructor"'],
    ['flip=often', '"flip=often" makes no sense: write it as flip=0.5'],
    ['flip=', '"flip=" makes no sense'],
    ['flip=2', '"flip=2" makes no sense (the augmentation horizontalFlip: probability: expected'],
    [
      'crop=1..0.3',
      '"crop=1..0.3" makes no sense (the augmentation randomResizedCrop: scale: the lower bound is above',
    ],
    ['crop=0.1..0.5..1', '"crop=0.1..0.5..1" makes no sense'],
    ['speed=2', '"speed=2" makes no sense: write it as speed=0.8..1.25'],
    ['speed=0..2', '"speed=0..2" makes no sense (the augmentation temporalJitter: speed'],
    ['mixup=-1', '"mixup=-1" makes no sense'],
    ['cutmix=1:2', '"cutmix=1:2" makes no sense'],
    ['colour=0.1:0.2', '"colour=0.1:0.2" makes no sense'],
    ['standard,flip', 'horizontalFlip is given twice'],
    ['none,flip', 'There is no augmentation "none"'],
  ])('refuses "%s"', (text, message) => {
    expect(() => parseAugmentations(text)).toThrow(UsageError);
    expect(() => parseAugmentations(text)).toThrow(message);
  });
});

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const range = (min: number, max: number) =>
  fc.tuple(number(min, max), number(min, max)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const augmentations: fc.Arbitrary<Described<'augmentation'>[]> = fc
  .tuple(
    fc.record({ kind: fc.constant('randomResizedCrop' as const), scale: range(0.01, 1), ratio: range(0.1, 10) }),
    fc.record({ kind: fc.constant('horizontalFlip' as const), probability: number(0, 1) }),
    fc.record({
      kind: fc.constant('colourJitter' as const),
      ...{ brightness: number(0, 1), contrast: number(0, 1), saturation: number(0, 1), hue: number(0, 0.5) },
    }),
    fc.record({ kind: fc.constant('grey' as const), probability: number(0, 1) }),
    fc.record({ kind: fc.constant('temporalJitter' as const), speed: range(0.1, 10) }),
    fc.record({ kind: fc.constant('mixUp' as const), alpha: number(1e-9, 1e9) }),
    fc.record({ kind: fc.constant('cutMix' as const), alpha: number(1e-9, 1e9) }),
  )
  .chain((all) => fc.shuffledSubarray<Described<'augmentation'>>(all));

describe('describeAugmentations', () => {
  it('is read as what it was', () => {
    fc.assert(
      fc.property(augmentations, (list) => {
        expect(parseAugmentations(describeAugmentations(list))).toEqual(list);
      }),
    );
  });

  it('is short where it can be', () => {
    expect(describeAugmentations(DEFAULTS)).toBe(
      'crop=0.3..1,flip=0.5,colour=0.4,grey=0.1,speed=0.8..1.25,mixup=0.2,cutmix=1',
    );
    expect(describeAugmentations([])).toBe('none');
  });
});
