import fc from 'fast-check';
import { UsageError } from '../../../lib/base/errors';
import type { ClipSource } from '../../../lib/data/clip-source';
import { FeatureCache } from '../../../lib/inference/features/feature-cache';
import { FeatureCaches } from '../../../lib/inference/features/feature-caches';
import { FeatureRows, FeatureSpace } from '../../../lib/inference/features/feature-rows';
import { loadAddon } from '../../../lib/native/addon';
import { Trainer } from '../../../lib/training/trainer';
import { temporaryFolder } from '../../io/support/temporary-folder';
import { tinyModel } from '../../training/support/brightness';

const folder = temporaryFolder();
const addon = loadAddon();
const source = (): ClipSource => ({}) as ClipSource;

/** Of clips 0, 1 …, each of views 0 and 1: features, targets and weights that are their numbers. */
async function fill(cache: FeatureCache, clips: number): Promise<void> {
  for (let index = 0; index < clips; index++) {
    using features = addon.createTensor('float32', [2, 3]);
    (features.data() as Float32Array).set([index, 0, 0.5, index, 1, 0.5]);
    const told = { targets: Float32Array.of(0, 1, 1, 0), weights: Float32Array.of(1, index), files: ['a', 'b'] };
    await cache.add(features, { ...told, indices: [index, index], views: [0, 1] });
  }
}

it('gives back what was added, wherever it lies, in the order that is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.nat(500), async (clips, memoryBytes) => {
      using cache = new FeatureCache(new FeatureSpace({ memoryBytes, folder: folder() }));
      await fill(cache, clips);
      const wanted = Array.from({ length: clips + 1 }, (_, i) => ({ index: clips - i, view: i % 2 }));
      const { features, ...told } = await cache.batch(addon, wanted);
      using owned = features;
      // There is no clip of that index.
      const there = wanted.slice(1);
      expect([...(owned.data() as Float32Array)]).toEqual(there.flatMap(({ index, view }) => [index, view, 0.5]));
      expect(told.indices).toEqual(there.map(({ index }) => index));
      expect(told.views).toEqual(there.map(({ view }) => view));
      expect(told.files).toEqual(there.map(({ view }) => (view === 0 ? 'a' : 'b')));
      expect([...told.targets]).toEqual(there.flatMap(({ view }) => [view, 1 - view]));
      expect([...(told.weights ?? there.map(() => 1))]).toEqual(
        there.map(({ index, view }) => (view === 0 ? 1 : index)),
      );
    }),
    { numRuns: 30 },
  );
});

it('shares memory, and takes what a forgotten cache had', async () => {
  const space = new FeatureSpace({ memoryBytes: 8 });
  const [one, other] = [new FeatureRows(space), new FeatureRows(space)];
  const opened = jest.spyOn(space, 'openFile');
  await one.add(Float32Array.of(1));
  await other.add(Float32Array.of(2));
  await other.add(Float32Array.of(3));
  expect(opened).toHaveBeenCalledTimes(1);
  one.dispose();
  one.dispose();
  const third = new FeatureRows(space);
  await third.add(Float32Array.of(4));
  expect(opened).toHaveBeenCalledTimes(1);
  const into = new Float32Array(1);
  await other.read(1, into);
  expect([...into]).toEqual([3]);
  other.dispose();
  third.dispose();
});

it('has a cache for each source and use, until it forgets them, and none where it is off', async () => {
  const caches = new FeatureCaches(true, () => undefined);
  const [a, b] = [source(), source()];
  const cache = caches.of(a, 'pass')!;
  await fill(cache, 1);
  expect(caches.of(a, 'pass')).toBe(cache);
  expect(caches.of(a, 'training')).not.toBe(cache);
  expect(caches.of(b, 'pass')).not.toBe(cache);
  caches.forget();
  expect(cache.size).toBe(0);
  expect(caches.of(a, 'pass')).not.toBe(cache);
  expect(new FeatureCaches(false, () => undefined).of(a, 'pass')).toBeUndefined();
});

it.each([[{ memoryBytes: -1 }], [{ folders: '/tmp' }], [7]])('refuses %j', (featureCache) => {
  const make = () => new Trainer({ model: tinyModel(), featureCache: featureCache as never });
  expect(make).toThrow(UsageError);
  expect(make).toThrow(/featureCache must be true, false or { memoryBytes, folder }, got /);
});
