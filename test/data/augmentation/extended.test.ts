import { z } from 'zod';
import type { Described } from '../../../lib/base/described';
import { UsageError } from '../../../lib/base/errors';
import { derive } from '../../../lib/base/random';
import type { DrawnTransform } from '../../../lib/data/augmentation/augmentation';
import { augmentations, colourJitter, grey, mixUp } from '../../../lib/data/augmentation/augmentations';
import { buildAugmentations, drawBlend, drawTransform } from '../../../lib/data/augmentation/draw';
import { describeAugmentations, parseAugmentations } from '../../../lib/data/augmentation/parse';
import { ClipPlanner } from '../../../lib/data/clip-planner';

/** Kinds that always draw the same. */
let made = 0;
const always = (drawn: DrawnTransform): Described<'augmentation'> =>
  augmentations.define(`always${made++}`, z.object({}), () => ({ draw: () => drawn }))();

const dim = augmentations.define('dim', z.object({ most: z.number().min(0).max(1).default(0.5) }), ({ most }) => ({
  draw(random) {
    const factor = random.between(1 - most, 1);
    return { transform: { colour: [factor, 0, 0, 0, 0, factor, 0, 0, 0, 0, factor, 0] } };
  },
}));
const half = augmentations.define('half', z.object({}), () => ({ blend: () => ({ kind: 'mixUp', weight: 0.5 }) }));

const streams = (name: string) => derive(4, name);
const drawn = (...given: Described<'augmentation'>[]) => drawTransform(buildAugmentations(given), streams);

describe('augmentations of others', () => {
  it('draw with a stream of their own: nobody else’s numbers change', () => {
    const alone = drawn(dim()).transform?.colour?.[0];
    expect(alone).toBe(derive(4, 'dim').between(0.5, 1));
    const jittered = drawn(colourJitter()).transform?.colour ?? [];
    const both = drawn(dim(), colourJitter()).transform?.colour ?? [];
    both.forEach((value, i) => expect(value).toBeCloseTo((alone ?? NaN) * (jittered[i] ?? NaN), 12));
  });

  it('follow those that are built in, in the order of the list', () => {
    const swap = always({ transform: { colour: [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0] } });
    const red = always({ transform: { colour: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } });
    expect(drawn(red, swap).transform?.colour?.slice(0, 8)).toEqual([0, 0, 0, 0, 1, 0, 0, 0]);
    expect(drawn(swap, red).transform?.colour?.slice(0, 8)).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
    const onGrey = drawn(red, grey({ probability: 1 })).transform?.colour ?? [];
    expect(onGrey.slice(0, 5)).toEqual([0.299, 0.587, 0.114, 0, 0]);
  });

  it('mirror twice to nothing, speed up one after the other, and crop by the last', () => {
    const square = (along: number) => always({ transform: { crop: { kind: 'square', along } } });
    const flip = { transform: { flip: true } };
    expect(drawn(always(flip), always({ ...flip, speed: 2 }), always({ speed: 1.5 }))).toEqual({ speed: 3 });
    expect(drawn(square(0), square(1))).toEqual({ transform: { crop: { kind: 'square', along: 1 } } });
  });

  it('mix, as often as others that do', () => {
    expect(drawBlend(buildAugmentations([half()]), streams)).toEqual({ kind: 'mixUp', weight: 0.5 });
    const both = buildAugmentations([half(), mixUp()]);
    const chosen = Array.from({ length: 1000 }, (_, seed) => drawBlend(both, (name) => derive(seed, name)));
    const halves = chosen.filter((blend) => blend?.weight === 0.5).length;
    expect(Math.abs(halves - 500)).toBeLessThan(80);
  });

  it('are planned like any other', async () => {
    const videos = [{ path: '/a', target: [0] }];
    const planner = new ClipPlanner({
      videos,
      shuffle: true,
      start: 'random',
      seed: 1,
      augment: [dim({ most: 0.25 })],
    });
    const [plan] = await planner.plan(0);
    expect(plan?.transform?.colour?.[0]).toBeGreaterThanOrEqual(0.75);
    expect(planner.fixed).toBe(false);
    expect(planner.describe()['augment']).toEqual([{ kind: 'dim', most: 0.25 }]);
  });

  it('are written as JSON, and read', () => {
    const list = [grey(), dim({ most: 0.1 })];
    const text = describeAugmentations(list);
    expect(text).toBe('[{"kind":"grey","probability":0.1},{"kind":"dim","most":0.1}]');
    expect(parseAugmentations(text)).toEqual(list);
    expect(() => parseAugmentations('[{"kind":"dim"')).toThrow(UsageError);
    expect(() => parseAugmentations('[3]')).toThrow('The augmentation is 3: expected { kind, … }');
  });

  it.each<[DrawnTransform, string]>([
    [{ speed: NaN }, 'drew a speed NaN: expected above 0'],
    [{ speed: 0 }, 'drew a speed 0'],
    [{ transform: { colour: [1, 0, 0] } }, 'drew colours [1, 0, 0]: expected a matrix of 3 × 4 numbers'],
    [{ transform: { colour: new Array<number>(12).fill(NaN) } }, 'drew colours [NaN'],
    [{ transform: { crop: { kind: 'square', along: 2 } } }, 'drew a crop along 2: expected from 0 to 1'],
    [{ transform: { crop: { kind: 'area', area: 0, ratio: 1, x: 0, y: 0 } } }, 'drew a crop of area 0'],
    [{ transform: { crop: { kind: 'area', area: 1, ratio: 0, x: 0, y: 0 } } }, 'drew a crop of ratio 0'],
    [{ transform: { crop: { kind: 'area', area: 1, ratio: 1, x: 0, y: -1 } } }, 'drew a crop at -1'],
  ])('are refused where they draw %j', (numbers, message) => {
    const wrong = always(numbers);
    expect(() => drawn(wrong)).toThrow(UsageError);
    expect(() => drawn(wrong)).toThrow(`The augmentation ${wrong.kind} ${message}`);
  });

  it('are refused where they mix by more than there is', () => {
    const wrong = augmentations.define('wrong', z.object({}), () => ({
      blend: () => ({ kind: 'mixUp', weight: 2 }),
    }))();
    expect(() => drawBlend(buildAugmentations([wrong]), streams)).toThrow('drew a share 2: expected from 0 to 1');
  });
});
