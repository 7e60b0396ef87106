import fc from 'fast-check';
import { UsageError } from '../../lib/base/errors';
import { derive } from '../../lib/base/random';
import type { Described } from '../../lib/base/described';
import { type ClipPlan, ClipPlanner, type ClipPlannerOptions } from '../../lib/data/clip-planner';
import type { VideoRow } from '../../lib/data/lists/row';
import { CENTER } from '../../lib/data/video/sampling';

const EVERYTHING: Described<'augmentation'>[] = [
  ...([{ kind: 'randomResizedCrop' }, { kind: 'horizontalFlip' }, { kind: 'colourJitter' }, { kind: 'grey' }] as const),
  ...([{ kind: 'temporalJitter' }, { kind: 'mixUp' }, { kind: 'cutMix' }] as const),
];

const rows = (count: number): VideoRow[] =>
  Array.from({ length: count }, (_, i) => ({ path: `/${i}.avi`, target: [i % 3] }));

function planner(count: number, options: Partial<ClipPlannerOptions> = {}): ClipPlanner {
  return new ClipPlanner({ videos: rows(count), shuffle: false, start: 'center', seed: 0, ...options });
}
const training = (count: number, options: Partial<ClipPlannerOptions> = {}): ClipPlanner =>
  planner(count, { shuffle: true, start: 'random', ...options });

const clipOf = ({ index, view }: ClipPlan): string => `${index}/${view}`;
const everyClip = (count: number, views: number): string[] =>
  Array.from({ length: count * views }, (_, i) => `${Math.floor(i / views)}/${i % views}`).sort();

describe('ClipPlanner', () => {
  it('training: every clip once an epoch, the same from the same seed, another from another, and in another epoch', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...([fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 4 })] as const),
        ...([fc.integer(), fc.boolean()] as const),
        async (count, clipsPerVideo, seed, augmented) => {
          const of = (seeded: number) =>
            training(count, { clipsPerVideo, seed: seeded, ...(augmented && { augment: EVERYTHING }) });
          const plans = await of(seed).plan(3);
          expect(plans.map(clipOf).sort()).toEqual(everyClip(count, clipsPerVideo));
          expect(await of(seed).plan(3)).toEqual(plans);
          expect(await of(seed + 1).plan(3)).not.toEqual(plans);
          expect(await of(seed).plan(4)).not.toEqual(plans);
          plans.slice(1).forEach(({ index }, i) => expect(index).not.toBe(plans[i]?.index));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('plans one clip of each video as ever: the streams of its numbers have no view', async () => {
    const plans = await training(30, { seed: 7 }).plan(2);
    for (const plan of plans) expect(plan.position).toBe(derive(7, 'start', 2, plan.index).float());
    expect(plans.map(({ index }) => index)).toEqual(await training(30, { seed: 7 }).order(2));
    expect(plans.slice(0, 3)).toEqual([
      { index: 17, view: 0, path: '/17.avi', position: 0.6792194536986911 },
      { index: 18, view: 0, path: '/18.avi', position: 0.34611205496076847 },
      { index: 4, view: 0, path: '/4.avi', position: 0.12785583711152815 },
    ]);
  });

  it('decides about each thing by itself: augmentations change neither order nor starts, nor one another', async () => {
    const options = { seed: 5, clipsPerVideo: 2 };
    const plain = await training(20, options).plan(1);
    const all = await training(20, { ...options, augment: EVERYTHING }).plan(1);
    expect(all.map(({ index, view, path, position }) => ({ index, view, path, position }))).toEqual(plain);
    const fewer = EVERYTHING.filter(({ kind }) => kind !== 'randomResizedCrop' && kind !== 'cutMix');
    const some = await training(20, { ...options, augment: fewer.reverse() }).plan(1);
    expect(some.map(({ speed, transform }) => [speed, transform?.flip, transform?.colour])).toEqual(
      all.map(({ speed, transform }) => [speed, transform?.flip, transform?.colour]),
    );
    expect(all.every(({ transform, speed, blend }) => transform?.crop && speed && blend)).toBe(true);
  });

  it('spreads the clips of a row over the epoch: each round has every row once', async () => {
    const plans = await training(12, { clipsPerVideo: 3 }).plan(0);
    for (let round = 0; round < 3; round++) {
      const part = plans.slice(round * 12, (round + 1) * 12);
      expect(new Set(part.map(({ index }) => index)).size).toBe(12);
      expect(new Set(part.map(({ view }) => view))).toEqual(new Set([round]));
    }
    expect(new Set(plans.filter(({ index }) => index === 0).map(({ position }) => position)).size).toBe(3);
  });

  it('evaluation: the views of a row are neighbours, evenly spread, each with its crops', async () => {
    const plans = await planner(3, { clipsPerVideo: 2, crops: 3 }).plan(9);
    expect(plans.map(clipOf)).toEqual([0, 1, 2].flatMap((row) => [0, 1, 2, 3, 4, 5].map((view) => `${row}/${view}`)));
    expect(plans.slice(0, 6).map(({ position }) => position)).toEqual(
      [0.25, 0.25, 0.25, 0.75, 0.75, 0.75].map((middle) => middle - 2 ** -40),
    );
    expect(plans.slice(0, 4).map(({ transform }) => transform?.crop)).toEqual(
      [0, 0.5, 1, 0].map((along) => ({ kind: 'square', along })),
    );
    expect((await planner(1).plan(0))[0]).toEqual({ index: 0, view: 0, path: '/0.avi', position: CENTER });
    const fromStart = await planner(1, { start: 'start', clipsPerVideo: 4 }).plan(0);
    expect(fromStart.map(({ position }) => position)).toEqual([0, 0.25, 0.5, 0.75]);
  });

  it('hands a row’s span on', async () => {
    const videos: VideoRow[] = [{ path: '/a.mp4', target: [0], span: [1, 4] }];
    expect(await planner(1, { videos }).plan(0)).toMatchObject([{ path: '/a.mp4', span: [1, 4] }]);
  });

  it('is fixed where nothing is random', () => {
    expect([planner(1).fixed, planner(1, { clipsPerVideo: 3, crops: 3 }).fixed]).toEqual([true, true]);
    expect(training(1).fixed).toBe(false);
    expect(planner(1, { augment: [{ kind: 'horizontalFlip' }] }).fixed).toBe(false);
    expect([planner(1, { clipsPerVideo: 2, crops: 3 }).views, planner(1).views]).toEqual([6, 1]);
  });

  it('draws clips once where it is told to: they are those of the first epoch, in another order', async () => {
    const augment = EVERYTHING.slice(0, 5);
    const options = { clipsPerVideo: 2, seed: 9, augment };
    const byClip = (plans: ClipPlan[]) => new Map(plans.map((plan) => [clipOf(plan), plan]));
    const once = training(12, { ...options, redraw: 'never' });
    const [first, later] = [await once.plan(0), await once.plan(5)];
    expect(first).toEqual(await training(12, options).plan(0));
    expect(byClip(later)).toEqual(byClip(first));
    expect(later.map(clipOf)).not.toEqual(first.map(clipOf));
    expect(later.map(clipOf)).toEqual((await training(12, options).plan(5)).map(clipOf));
    expect([once.fixed, training(12, options).fixed]).toEqual([true, false]);
    // What a mixed clip is follows from its neighbour.
    const mixing = training(12, { augment: EVERYTHING, redraw: 'never' });
    expect([once.mixes, mixing.mixes, mixing.fixed]).toEqual([false, true, false]);
  });

  it('plans an epoch before anything is drawn, and describes all that it follows from', async () => {
    const options: Partial<ClipPlannerOptions>[] = [
      {},
      { clipsPerVideo: 3 },
      { sampling: 'balanced', clipsPerVideo: 2 },
    ];
    for (const given of options)
      expect(await training(7, given).clips(3)).toEqual(
        (await training(7, given).plan(3)).map(({ index, view }) => ({ index, view })),
      );
    const crops = planner(2, { clipsPerVideo: 2, crops: 3 });
    expect(await crops.clips(0)).toEqual((await crops.plan(0)).map(({ index, view }) => ({ index, view })));
    expect(training(2, { sampling: 'balanced', redraw: 'never' }).describe()).toMatchObject({
      sampling: 'balanced',
      redraw: 'never',
    });
  });

  it('refuses what makes no sense', () => {
    expect(() => planner(1, { clipsPerVideo: 0 })).toThrow('clipsPerVideo must be an integer of at least 1, got 0');
    expect(() => planner(1, { crops: 2 as 3 })).toThrow('crops must be 1 or 3, got 2');
    expect(() => training(1, { crops: 3 })).toThrow('Several crops are for evaluation');
    expect(() => planner(1, { crops: 3, augment: [{ kind: 'grey' }] })).toThrow(UsageError);
    expect(() => planner(1, { sampling: 'balanced' })).toThrow('Balanced sampling is for training');
    const videos: VideoRow[] = [{ path: '/both.avi', target: [0, 1] }];
    expect(() => training(1, { videos, sampling: 'balanced' })).toThrow(
      'Balanced sampling needs one class for each clip, and /both.avi has 2: use class weights',
    );
    const twice: Described<'augmentation'>[] = [{ kind: 'grey' }, { kind: 'grey' }];
    expect(() => training(1, { augment: twice })).toThrow('grey is given twice');
  });
});
