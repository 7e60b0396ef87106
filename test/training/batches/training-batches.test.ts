import type { PlannedClip } from '../../../lib/data/clip-source';
import { FeatureCache } from '../../../lib/inference/features/feature-cache';
import type { NativeTensor } from '../../../lib/native/tensor';
import { TrainingBatches, type TrainingBatchesParts } from '../../../lib/training/training-batches';
import { addon, BrightnessSource, expectNoMoreTensors } from '../support/brightness';
import { PlannedBrightness } from '../support/planned-brightness';

/** Of each clip its first pixel. */
const runner = {
  calls: 0,
  features(clips: NativeTensor): Promise<NativeTensor> {
    this.calls++;
    const count = clips.shape[0] as number;
    const features = addon.createTensor('float32', [count, 1]);
    const [from, to] = [clips.data() as Float32Array, features.data() as Float32Array];
    for (let i = 0; i < count; i++) to[i] = from[(i * from.length) / count] as number;
    return Promise.resolve(features);
  },
};

interface Read {
  readonly batch: number;
  readonly kind: string;
  readonly firsts: number[];
  readonly weights: number[] | undefined;
  readonly files: readonly string[];
}

async function read(batches: TrainingBatches, epoch: number, from = 0): Promise<Read[]> {
  const all: Read[] = [];
  for await (const each of batches.epoch(epoch, { from })) {
    using owned = each;
    const { batch, kind, inputs, weights, files } = owned;
    const [data, count] = [inputs.data() as Float32Array, files.length];
    const firsts = files.map((_, i) => data[(i * data.length) / count] as number);
    all.push({ batch, kind, firsts, weights: weights && [...weights], files });
  }
  return all;
}

const of = (parts: Partial<TrainingBatchesParts> & Pick<TrainingBatchesParts, 'source'>): TrainingBatches =>
  new TrainingBatches({ runner, addon, ...parts });

it('multiplies the weights of clips by those of their classes', async () => {
  const plain = await read(of({ source: new BrightnessSource() }), 0);
  expect(plain.map(({ weights }) => weights)).toEqual([undefined, undefined, undefined]);
  const weighted = await read(of({ source: new BrightnessSource(), classWeights: [0.5, 2] }), 0);
  expect(weighted.map(({ weights }) => weights)).toEqual([
    [0.5, 2, 0.5, 2],
    [0.5, 2, 0.5, 2],
    [0.5, 2],
  ]);
  for (const features of [undefined, new FeatureCache()]) {
    const batches = of({ source: new PlannedBrightness(), classWeights: [0.5, 2], features });
    for (const { files, weights } of [...(await read(batches, 0)), ...(await read(batches, 1))])
      expect(weights).toEqual(
        files.map((file) => {
          const index = Number(file.slice(5));
          return (index % 2 === 0 ? 0.5 : 2) * (1 + (index % 3) / 4);
        }),
      );
  }
});

it('gives epochs of features the clips, the order and the gaps of those that are read', async () => {
  const before = addon.liveCounts().tensors;
  const unreadable = [0, 3, 7];
  const source = new PlannedBrightness(unreadable);
  const [kept, plain] = [
    of({ source, features: new FeatureCache() }),
    of({ source: new PlannedBrightness(unreadable) }),
  ];
  for (const [epoch, from] of [
    [0, 0],
    [1, 0],
    [4, 2],
    [0, 1],
  ] as const) {
    expect(await kept.areKept(epoch)).toBe(source.passes.length > 0 || epoch > 0);
    const given = await read(kept, epoch, from);
    expect(given.every(({ kind }) => kind === 'features')).toBe(true);
    expect(given.map((each) => ({ ...each, kind: 'clips' }))).toEqual(await read(plain, epoch, from));
  }
  expect(source.passes).toEqual([[0, 0]]);
  await expectNoMoreTensors(before);
});

it('reads only the batches of the first epoch that are missing', async () => {
  const source = new PlannedBrightness();
  const batches = of({ source, features: new FeatureCache() });
  for await (const batch of batches.epoch(0, { from: 1 })) {
    using owned = batch;
    if (owned.batch === 2) break;
  }
  runner.calls = 0;
  await read(batches, 2);
  // Batches 0, 3 and 4 of five.
  expect([source.passes, runner.calls]).toEqual([
    [
      [0, 1],
      [0, 0],
    ],
    3,
  ]);
});

it('computes features in the batches of the epoch that it is told, and reads that one where it is another', async () => {
  const source = new PlannedBrightness();
  const batches = of({ source, features: new FeatureCache(), firstEpoch: 2 });
  expect((await read(batches, 3))[0]?.kind).toBe('features');
  expect(source.passes).toEqual([[2, 0]]);
});

it('reads the epochs that have other clips than the first, and sources that mix clips or draw them anew', async () => {
  class Growing extends PlannedBrightness {
    override async plannedClips(epoch: number): Promise<readonly PlannedClip[]> {
      const clips = await super.plannedClips(0);
      return clips.map(({ index, view }) => ({ index, view: epoch === 2 && index === 4 ? view + 2 : view }));
    }
  }
  const batches = of({ source: new Growing(), features: new FeatureCache() });
  const kinds: (string | undefined)[] = [];
  for (const epoch of [0, 1, 2, 3]) kinds.push((await read(batches, epoch))[0]?.kind);
  expect(kinds).toEqual(['features', 'features', 'clips', 'features']);

  const mixing = Object.assign(new PlannedBrightness(), { mixedTargets: true });
  const drawn = Object.assign(new PlannedBrightness(), { deterministic: false });
  for (const source of [mixing, drawn, new BrightnessSource()])
    expect((await read(of({ source, features: new FeatureCache() }), 0))[0]?.kind).toBe('clips');
});
