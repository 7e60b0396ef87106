import { readdirSync } from 'node:fs';
import { OutputError } from '../../../lib/base/errors';
import { ScratchFile } from '../../../lib/io/scratch/scratch-file';
import type { Addon } from '../../../lib/native/addon';
import type { PhaseInfo } from '../../../lib/training/callback';
import type { Snapshot } from '../../../lib/training/run-state';
import { Trainer } from '../../../lib/training/trainer';
import type { TrainerOptions } from '../../../lib/training/trainer-options';
import { temporaryFolder } from '../../io/support/temporary-folder';
import { addon, expectNoMoreTensors, tinyModel } from '../support/brightness';
import { PlannedBrightness } from '../support/planned-brightness';
import { comparable } from '../support/snapshots';

const folder = temporaryFolder();
const model = tinyModel(undefined, { dropoutRate: 0.2 });
const EPOCHS = 3;
const UNREADABLE = [3, 7];

interface Ran {
  readonly source: PlannedBrightness;
  /** After each step that `at` names, and at the end. */
  readonly snapshots: Map<number, Snapshot>;
  readonly end: Snapshot;
  readonly phases: PhaseInfo[];
  readonly warnings: string[];
}

/** Trains, from a snapshot on where one is given. */
async function run(
  options: Partial<TrainerOptions> = {},
  { from, at = [], epochs = EPOCHS }: { from?: Snapshot | undefined; at?: readonly number[]; epochs?: number } = {},
): Promise<Ran> {
  const [source, snapshots] = [new PlannedBrightness(UNREADABLE), new Map<number, Snapshot>()];
  const [phases, warnings]: [PhaseInfo[], string[]] = [[], []];
  const watch = {
    ...{ name: 'watch', critical: true },
    onPhaseBegin: (info: PhaseInfo) => void phases.push(info),
    onBatchEnd: (_: unknown, live?: { readonly state: { readonly step: number }; snapshot(): Promise<Snapshot> }) =>
      live !== undefined && at.includes(live.state.step)
        ? live.snapshot().then((snapshot) => void snapshots.set(live.state.step, snapshot))
        : undefined,
  };
  using trainer = new Trainer({
    ...{ model, addon, callbacks: [watch], onWarning: (text) => void warnings.push(text) },
    ...options,
  });
  if (from !== undefined) await trainer.restore(from);
  await trainer.fit(source, { untilEpoch: epochs });
  return { source, snapshots, end: await trainer.snapshot(), phases, warnings };
}

/** The largest difference of any variable, and of any metric. */
function difference(a: Snapshot, b: Snapshot): { variables: number; metrics: number } {
  const variables = a.variables.paths().map((path) => {
    const other = b.variables.array(path).data;
    return a.variables.array(path).data.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0);
  });
  const metrics = a.state.history.flatMap(({ metrics: own }, epoch) =>
    Object.entries(own).map(([name, value]) => Math.abs(value - b.state.history[epoch]!.metrics[name]!)),
  );
  return { variables: Math.max(...variables), metrics: Math.max(...metrics) };
}

const STEPS = [2, 5, 13];
let kept: Ran;

beforeAll(async () => {
  kept = await run({}, { at: STEPS });
});

it('reads videos in the first epoch alone, and learns what it would have without a cache', async () => {
  const before = addon.liveCounts().tensors;
  const decoded = await run({ featureCache: false });
  expect(kept.source.passes).toEqual([[0, 0]]);
  expect(kept.phases.map(({ fromFeatures = false }) => fromFeatures)).toEqual([false, true, true]);
  expect(decoded.source.passes).toEqual([0, 1, 2].map((epoch) => [epoch, 0]));
  expect(decoded.phases.some(({ fromFeatures }) => fromFeatures)).toBe(false);
  const { variables, metrics } = difference(kept.end, decoded.end);
  expect(variables).toBeLessThanOrEqual(1e-6);
  expect(metrics).toBeLessThanOrEqual(1e-6);
  await expectNoMoreTensors(before);
});

it.each(STEPS)(
  'goes on from step %d to the last bit: what is missing of the first epoch is read once more',
  async (step) => {
    const { source, end } = await run({}, { from: kept.snapshots.get(step) });
    expect(comparable(end)).toEqual(comparable(kept.end));
    // In the middle of the first epoch, or at its end, from there, and then what came before; later the whole of it.
    const rest = step <= 5 ? [[0, step]] : [];
    expect(source.passes).toEqual([...rest, [0, 0]]);
  },
);

it('keeps in a file what has no place in memory, of which nothing is left', async () => {
  const { source, end, warnings } = await run({ featureCache: { memoryBytes: 4000, folder: folder() } });
  expect(comparable(end)).toEqual(comparable(kept.end));
  expect([source.passes, warnings]).toEqual([[[0, 0]], []]);
  expect(readdirSync(folder())).toEqual([]);
});

it('decodes where the disk is full, says so once, and loses nothing', async () => {
  const append = jest.spyOn(ScratchFile.prototype, 'append');
  let calls = 0;
  append.mockImplementation(() =>
    ++calls < 6 ? Promise.resolve(0) : Promise.reject(new OutputError('the disk is full')),
  );
  const { source, end, warnings } = await run({ featureCache: { memoryBytes: 0, folder: folder() } });
  append.mockRestore();
  expect(source.passes).toEqual([0, 1, 2].map((epoch) => [epoch, 0]));
  expect(warnings).toEqual([
    'Features of clips are no longer kept, videos are decoded in each epoch: the disk is full',
  ]);
  const { variables, metrics } = difference(end, kept.end);
  expect(Math.max(variables, metrics)).toBeLessThanOrEqual(1e-6);
});

it.each<[string, Partial<TrainerOptions>]>([
  ['stages of the backbone learn', { unfreeze: 'projection' }],
  ['blocks are left out at random', { model: tinyModel(undefined, { stochasticDepthDropRate: 0.2 }) }],
])('decodes each epoch where %s', async (_, options) => {
  const { source, phases } = await run(options, { epochs: 2 });
  expect(source.passes).toEqual([0, 1].map((epoch) => [epoch, 0]));
  expect(phases.some(({ fromFeatures }) => fromFeatures)).toBe(false);
});

it('counts features that are computed as computing, not as decoding', async () => {
  /** Each batch of clips computes for so many seconds at least; none takes time to decode. */
  const [seconds, isClips] = [0.1, (shape: readonly number[] = []) => shape.length === 5];
  const slow: Addon = {
    ...addon,
    createSession: async (...given) => {
      const session = await addon.createSession(...given);
      return {
        prepare: (...names) => session.prepare(...names),
        run: async (plan, feeds, options) => {
          if (isClips(feeds[0]?.shape)) await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
          return session.run(plan, feeds, options);
        },
        trace: (...args) => session.trace(...args),
        devices: () => session.devices(),
        close: () => session.close(),
        [Symbol.dispose]: () => session.close(),
      };
    },
  };
  const { end } = await run({ addon: slow }, { epochs: 1 });
  // Five batches; timers may be early by a millisecond.
  expect(end.state.history[0]?.timing?.compute).toBeGreaterThan(4.9 * seconds);
});

it('looks anew in another call where no clip of an epoch could be read', async () => {
  const unreadable = Array.from({ length: 9 }, (_, index) => index);
  const source = new PlannedBrightness(unreadable);
  using trainer = new Trainer({ model, addon, featureCache: false });
  await expect(trainer.fit(source, { epochs: 1 })).rejects.toThrow('The source to train on gave no clip');
  unreadable.length = 0;
  await trainer.fit(source, { epochs: 1 });
  expect(trainer.state).toMatchObject({ epoch: 1, step: 5 });
});

it('refuses class weights that make no sense before anything is read', async () => {
  const source = new PlannedBrightness();
  const fit = (classWeights: TrainerOptions['classWeights']) => {
    using trainer = new Trainer({ model, addon, ...(classWeights !== undefined && { classWeights }) });
    return trainer.fit(source);
  };
  await expect(fit({ drak: 2 })).rejects.toThrow('no class "drak" to give a weight: the nearest of the 2 are dark');
  await expect(fit('balanced')).rejects.toThrow('need a source that tells how many clips each class has');
  expect(source.passes).toEqual([]);
});
